import type en from './words.en'

export default {
  reports: {
    nav: '报表',
    all: { queues: '全部队列合计', agents: '全部坐席合计' },
    by: { queues: '按队列', agents: '按坐席' },
    formula: '公式',
    ownFormula: '各队列自己的公式',
    interval: '间隔',
    rows: '15 分钟明细：{name}',
    rowsADay: '每日明细：{name}',
    csv: 'CSV',
    xlsx: 'Excel',
    empty: { queues: '当天没有通话', agents: '当天没有坐席签入' },
    behind: '“{figure}”的通话：{who}，{when}',
    wholeDay: '全天',
    openCalls: '查看该数字对应的通话',
    zone: '时区：{zone}',
    chartCalls: '分时通话量',
  },
} satisfies typeof en
