export default { papers: { scripts: 'What to say', shelf: 'Documents' } }
