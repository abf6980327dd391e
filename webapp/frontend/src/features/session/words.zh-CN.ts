import type en from './words.en'

export default {
  login: {
    title: '登录',
    lead: '来电、人员与指标，一屏掌握。',
    login: '用户名',
    password: '密码',
    needBoth: '请输入用户名和密码。',
    ended: '会话已结束，请重新登录。',
    callGoesOn: '通话仍在进行，重新登录后可继续操作。',
    showPassword: '显示密码',
    hidePassword: '隐藏密码',
    point1: '来电直达合适的坐席',
    point2: '实时指标，一秒之内',
    point3: '每通电话都有记录',
  },
} satisfies typeof en
