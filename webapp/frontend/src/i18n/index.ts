/** Every text of the page comes from the two catalogs, which have the same keys. */
import elementEn from 'element-plus/es/locale/lang/en'
import elementZh from 'element-plus/es/locale/lang/zh-cn'
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Locale } from '@/contracts'
import en from './en'
import zh from './zh-CN'

const KEY = 'cti.locale'

/** The language that somebody chose on this computer, '' when nobody did. */
export function chosenLocale(): Locale | '' {
  const stored = localStorage.getItem(KEY)
  return stored === 'en' || stored === 'zh-CN' ? stored : ''
}

const first = (): Locale => chosenLocale() || (navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')

export const i18n = createI18n({
  legacy: false,
  locale: first(),
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zh },
  missingWarn: false,
  fallbackWarn: false,
})

export function setLocale(locale: Locale): void {
  i18n.global.locale.value = locale
  localStorage.setItem(KEY, locale)
  document.documentElement.lang = locale
}

document.documentElement.lang = i18n.global.locale.value

export const elementLocale = computed(() => (i18n.global.locale.value === 'en' ? elementEn : elementZh))
