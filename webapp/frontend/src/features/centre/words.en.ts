export default {
  dataWords: { language: 'Language', zh: 'Chinese', en: 'English' },
}
