import type en from './words.en'

export default {
  wallboard: {
    nav: '大屏',
    fullScreen: '全屏',
    leave: '返回',
    waitingNow: '当前排队',
    longest: '最长等待',
  },
} satisfies typeof en
