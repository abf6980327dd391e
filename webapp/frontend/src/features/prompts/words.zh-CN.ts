export default {
  prompts: {
    sounds: '语音文件',
    again: '重新查看',
    folder: { zh: '中文', en: '英文', music: '音乐' },
    listen: '试听：{folder}',
    version: '版本 {version}，{length}，{who}，{time}',
    none: '尚无文件',
    upload: '上传',
    replace: '替换',
    converts: '正在转换…',
    drop: '删除',
    done: '已完成，交换机将在一分钟内更新。',
    switches: '各交换机的语音文件',
    hasAll: '{n} 个文件齐全',
    lacks: '缺少 {lacks} 个文件，例如 {file}',
    noSwitch: '尚无交换机上报：各交换机由定时任务拉取。',
  },
}
