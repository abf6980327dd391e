/** Who is logged in to the page (not to the centre: that is the agent's status). */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError, get, post, put, request, setCsrf } from '@/api'
import type { Away, Left, Session, User, Ways } from '@/generated/api'
import { MAY, type CommandName, type Right } from '@/generated/commands'
import { homeOf } from '@/features'
import type { RightName, Scope } from '@/generated/rights'
import { usePasskey } from '@/lib/passkey'
import type { Brought } from '@/lib/brought'
import { chosenLocale, i18n, setLocale, type Locale } from '@/i18n'

/** What the page keeps of calls in this tab (desk, drafts, phone); it belongs to the one who logs out. */
function forgetCalls(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('cti.')) sessionStorage.removeItem(key)
}

/** This browser has a session, as far as it knows: who has none is not asked about, which would only be refused. */
const SEEN = 'cti.session'

export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null)
  /** Those that a right with the scope `group` reaches. */
  const teams = ref<readonly string[]>([])
  const known = ref(false)
  const ended = ref(false)
  /** How people may come in here; nothing is offered that is not there. */
  const ways = ref<Ways>({ forgotten: false, providers: [] })
  /** Raised by one for every logout: stores forget what they hold of calls. A session that ran out is no logout. */
  const left = ref(0)

  function accept(answer: Session): void {
    setCsrf(answer.csrf)
    user.value = answer.user
    teams.value = answer.teams
    ended.value = false
    localStorage.setItem(SEEN, '1')
    if (answer.user.locale) setLocale(answer.user.locale)
  }

  /** Asks once whether the cookie still has a session. Raises ApiError when the server cannot be asked. */
  async function restore(): Promise<void> {
    if (known.value) return
    if (!localStorage.getItem(SEEN)) {
      known.value = true
      return
    }
    try {
      accept(await get('/api/session'))
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      localStorage.removeItem(SEEN)
    }
    known.value = true
  }

  async function look(): Promise<void> {
    ways.value = await get('/api/session/ways').catch(() => ways.value)
  }

  /** A session that has just begun: the language that was chosen on this computer stays. */
  async function enter(answer: Session): Promise<void> {
    const language = chosenLocale()
    accept(answer)
    known.value = true
    if (language && user.value && user.value.locale !== language) await changeLocale(language)
  }
  /** Raises ApiError `second-factor-needed`, `second-factor-missing`: `details` has what goes on. */
  const login = async (login: string, password: string): Promise<void> => enter(await post('/api/session', { login, password }))
  /** Raises DOMException when the person turns away. */
  async function loginWithPasskey(): Promise<void> {
    const answer = await usePasskey(await post('/api/session/passkey/options', undefined))
    await enter(await put('/api/session/passkey', answer))
  }
  /** To a provider, which sends the browser back to the page with what `comeBack` takes. */
  async function goAway(provider: string): Promise<void> {
    const { url } = await request<Away>('POST', `/api/session/away/${encodeURIComponent(provider)}`)
    location.assign(url)
  }
  /** Raises ApiError as `login` does. */
  const comeBack = async (brought: Brought): Promise<void> => enter(await put('/api/session/away', brought))
  const loginByDirectory = async (provider: string, login: string, password: string): Promise<void> =>
    enter(await request('POST', `/api/session/directory/${encodeURIComponent(provider)}`, { login, password }))

  /** Whoever came by a provider that wants it so goes there to log out, too: '' nobody. */
  async function logout(): Promise<string> {
    const { url }: Left = await post('/api/session/sign-out', undefined)
    user.value = null
    localStorage.removeItem(SEEN)
    left.value++
    forgetCalls()
    return url
  }

  async function changeLocale(locale: Locale): Promise<void> {
    setLocale(locale)
    if (!user.value) return
    user.value = { ...user.value, locale }
    await put('/api/session/locale', { locale })
  }

  function expire(): void {
    if (user.value) ended.value = true
    user.value = null
  }

  /** How far somebody has a right, as the server told; undefined: not at all. */
  const far = (right: RightName): Scope | undefined => user.value?.rights[right]

  /**
   * Whether the server takes the command: what it would refuse is not offered. `agent`: for whom, with 'call' who is in the call
   * (id '': nobody) that the command names alone.
   */
  function may(name: CommandName, agent: { id: string; team: string }, by: readonly Right[] = ['own', 'team']): boolean {
    const me = user.value
    if (!me || far('commands.program')) return me !== null
    return MAY[name].some((right) => {
      const scope = far(`commands.${right}`)
      if (!scope || !by.includes(right)) return false
      if (right === 'own' || scope === 'own') return me.agent_id !== '' && me.agent_id === agent.id
      const mine = scope === 'group' ? teams.value.includes(agent.team) : me.team !== '' && me.team === agent.team
      return scope === 'tenant' || mine || (['call', 'lead'].includes(right) && agent.id === '')
    })
  }

  const agentId = computed(() => user.value?.agent_id ?? '')
  const home = computed(() => (user.value ? homeOf(user.value) : '/login'))
  const role = computed(() => user.value?.role_texts[i18n.global.locale.value] || user.value?.role || '')

  return { user, known, ended, ways, left, far, agentId, home, role, may, look, accept, enter, restore, login, loginWithPasskey, goAway, comeBack, loginByDirectory, logout, changeLocale, expire }
})
