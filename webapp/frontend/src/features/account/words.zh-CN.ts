import type en from './words.en'

export default {
  account: {
    nav: '我的账号',
    password: '密码',
    oldPassword: '当前密码',
    change: '修改密码',
    changed: '密码已修改，其他会话已结束。',
    noPassword: '您在此没有密码，通过其他方式登录。',
    sessions: '登录位置',
    thisOne: '当前',
    from: '来源',
    browser: '浏览器',
    since: '登录时间',
    lastUsed: '最近使用',
    end: '结束',
    endOthers: '结束其他会话',
    ended: '已结束 {n} 个会话',
    none: '没有已登录的会话。',
    unknown: '未知',
  },
} satisfies typeof en
