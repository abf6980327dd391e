import type en from './words.en'

export default {
  calls: {
    nav: '通话记录',
    numberHint: '号码包含',
    empty: '没有符合条件的通话',
    emptyHint: '请更换日期或减少筛选条件。',
    found: '共 {n} 通',
    running: '进行中',
    detail: '通话详情',
    timeline: '时间线',
    recordings: '录音',
    noRecordings: '无录音',
    inBox: '在留言信箱“{box}”中',
    openMessage: '打开留言',
    notes: '处理结果与备注',
    noNotes: '未填写处理结果',
    open: '打开通话 {number}',
    hungUpBy: '挂机方',
  },
  player: {
    play: '播放',
    pause: '暂停',
    position: '播放位置',
    back: '后退 10 秒',
    forward: '前进 10 秒',
    download: '下载',
    speed: '倍速',
    failed: '录音无法播放。',
  },
} satisfies typeof en
