export default {
  look: { picture: '图片', choose: '选择文件', another: '更换文件', take: '移除', isOwn: '使用产品默认', own: '恢复产品默认', pick: '{label}：选取', sample: '文字示例' },
}
