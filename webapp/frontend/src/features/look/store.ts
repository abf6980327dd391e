/** The centre's own name, logo and colour, for every page, the login page included: first as this browser saw it last. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { get } from '@/api'
import type { Look } from '@/generated/api'
import { i18n, locale } from '@/i18n'

const KEY = 'cti.look'
const OWN: Look = { name: '', colours: null, logo_light: '', logo_dark: '', icon: '' }
const COLOUR = /^#[0-9a-f]{6}$/
const PLACE = /^\/api\/look\/[a-z_?=0-9]+$/

/** What this browser kept, as far as it is what the server tells. */
function kept(): Look {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Look | null
    if (!found || typeof found.name !== 'string') return OWN
    const place = (one: unknown): string => (typeof one === 'string' && PLACE.test(one) ? one : '')
    return { ...found, logo_light: place(found.logo_light), logo_dark: place(found.logo_dark), icon: place(found.icon) }
  } catch {
    return OWN
  }
}

/** A sheet of tokens; the wallboard is dark on any page. */
export function sheetOf({ colours }: Look): string {
  if (!colours) return ''
  const tokens = (shades: object): string =>
    Object.entries(shades)
      .filter(([, colour]) => COLOUR.test(String(colour)))
      .map(([name, colour]) => `--${name.replaceAll('_', '-')}: ${colour};`)
      .join(' ')
  return `:root { ${tokens(colours.light)} } .dark { ${tokens(colours.dark)} }`
}

export const useLook = defineStore('look', () => {
  const look = shallowRef<Look>(kept())
  const name = computed(() => (void locale.value, look.value.name || i18n.global.t('app.name')))

  const sheet = new CSSStyleSheet()
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  watch(
    look,
    (now) => {
      sheet.replaceSync(sheetOf(now))
      document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', now.icon || '/favicon.svg')
    },
    { immediate: true },
  )
  watch(name, (now, before) => (!before || document.title === before || document.title === 'CTI') && (document.title = now), { immediate: true })

  async function load(): Promise<void> {
    try {
      look.value = await get('/api/look')
      localStorage.setItem(KEY, JSON.stringify(look.value))
    } catch {
      // It stays as it was seen last: nothing on a page waits for it.
    }
  }
  return { look, name, load }
})
