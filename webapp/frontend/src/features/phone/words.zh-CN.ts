import type en from './words.en'

export default {
  softphone: {
    registered: '网页话机已注册',
    connecting: '网页话机连接中…',
    unregistered: '网页话机未注册',
    failed: '网页话机被拒绝：{cause}',
    cause: {
      'connection-error': '无法连接交换机',
      'request-timeout': '无响应',
      'authentication-error': '密码错误',
      rejected: '交换机拒绝',
      'not-found': '分机不存在',
      unavailable: '暂时不可用',
      busy: '忙',
      'sip-failure-code': '交换机出错',
      'internal-error': '浏览器出错',
    },
    mic: {
      insecure: '浏览器仅在 HTTPS 下提供麦克风。请用 https:// 打开本页，或在服务器本机访问 http://127.0.0.1。',
      denied: '本页的麦克风已被禁止。请在地址栏旁允许使用麦克风，然后刷新页面。',
      missing: '未找到麦克风。请接入麦克风后重试。',
      busy: '麦克风正被其他程序占用。',
      unknown: '麦克风无法使用（{name}）。',
    },
    taken: '通话仍在进行：页面刷新后已自动重新接听。',
    unknown: '话机状态未知',
    noCall: '网页话机没有收到来电，请检查注册状态。',
    otherPage: '网页话机正在本浏览器的另一个窗口中运行。',
  },
} satisfies typeof en
