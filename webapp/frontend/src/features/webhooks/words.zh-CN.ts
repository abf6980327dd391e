export default {
  webhooks: {
    log: '推送记录',
    state: '状态',
    all: '全部',
    reload: '刷新',
    test: '发送测试',
    tested: '测试推送已发出。',
    time: '时间',
    kind: '内容',
    tries: '次数',
    answer: '应答',
    replay: '重新推送',
    replayed: '将以相同编号重新推送。',
    none: '暂无推送记录',
    noneHint: '此后发生的事件会显示在这里。',
  },
}
