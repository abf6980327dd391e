export default {
  notices: {
    title: '公告',
    confirm: '确认已读',
    seen: '知道了',
    readAt: '已读 {time}',
    readers: '阅读情况',
    of: '{all} 人中 {n} 人已读。',
    notYet: '未读',
    all: '全部公告（{n}）',
    fewer: '仅显示未读',
  },
}
