/** Every text of the page comes from two catalogs with the same keys: the shared words of this folder, each feature's, and those of
 what the server declares, merged here. */
import elementEn from 'element-plus/es/locale/lang/en'
import elementZh from 'element-plus/es/locale/lang/zh-cn'
import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Locale as Chosen } from '@/generated/api'
import { WORDS } from '@/generated/words'
import type shared from './words.en'

export type Locale = Chosen['locale']
type Words = typeof shared
const FILES = import.meta.glob<Words>(['./words.*.ts', '../features/*/words.*.ts'], { eager: true, import: 'default' })
export const wordFiles = (locale: Locale): Words[] => Object.keys(FILES).filter((path) => path.endsWith(`/words.${locale}.ts`)).map((path) => FILES[path]!)
function catalog(locale: Locale): Words {
  const all: Record<string, object> = Object.assign({}, ...wordFiles(locale))
  for (const [family, words] of Object.entries(WORDS)) {
    const said: Record<string, unknown> = { ...all[family] }
    for (const [id, word] of Object.entries(words)) {
      const [inner, ...path] = id.split('.').reverse() as [string, ...string[]] // a dot leads on, as in every path of words
      let place = said
      for (const part of path.reverse()) place = (place[part] ??= {}) as Record<string, unknown>
      place[inner] = word[locale]
    }
    all[family] = said
  }
  return all as Words
}

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
  messages: { en: catalog('en'), 'zh-CN': catalog('zh-CN') },
  missingWarn: false,
  fallbackWarn: false,
})

export const locale = i18n.global.locale

export function setLocale(next: Locale): void {
  locale.value = next
  localStorage.setItem(KEY, next)
  document.documentElement.lang = next
}

document.documentElement.lang = locale.value

export const elementLocale = computed(() => (locale.value === 'en' ? elementEn : elementZh))
