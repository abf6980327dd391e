/** Light or dark: as the system has it unless somebody chose on this computer. The class `dark` of <html> switches the tokens. */
import { computed, ref, watchEffect } from 'vue'

export type Choice = 'auto' | 'light' | 'dark'
const KEY = 'cti.theme'
export const CHOICES: readonly Choice[] = ['auto', 'light', 'dark']

const stored = localStorage.getItem(KEY) as Choice | null
export const choice = ref<Choice>(stored && CHOICES.includes(stored) ? stored : 'auto')

const system = globalThis.matchMedia?.('(prefers-color-scheme: dark)')
const systemDark = ref(system?.matches ?? false)
system?.addEventListener?.('change', (event) => (systemDark.value = event.matches))

export const dark = computed(() => (choice.value === 'auto' ? systemDark.value : choice.value === 'dark'))

export function choose(next: Choice): void {
  choice.value = next
  if (next === 'auto') localStorage.removeItem(KEY)
  else localStorage.setItem(KEY, next)
}

// At once, not before the next rendering: drawings read the tokens.
watchEffect(() => document.documentElement.classList.toggle('dark', dark.value), { flush: 'sync' })

/** The value of a token now, for drawings that cannot name it; asked for again when the theme changes. */
export function token(name: string): string {
  void dark.value
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
