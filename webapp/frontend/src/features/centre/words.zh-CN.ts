import type en from './words.en'

export default {
  dataWords: { language: '语言', zh: '中文', en: '英语' },
} satisfies typeof en
