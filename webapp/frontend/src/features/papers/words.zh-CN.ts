export default { papers: { scripts: '话术', shelf: '资料架' } }
