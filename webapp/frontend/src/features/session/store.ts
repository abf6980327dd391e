/** Who is logged in to the page (not to the centre: that is the agent's status). */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError, get, post, put, remove, setCsrf } from '@/api'
import type { Session, User, Ways } from '@/generated/api'
import { MAY, type CommandName, type Right } from '@/generated/commands'
import { usePasskey } from '@/lib/passkey'
import { chosenLocale, setLocale, type Locale } from '@/i18n'

/** What the page keeps of calls in this tab (desk, drafts, phone); it belongs to the one who logs out. */
function forgetCalls(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith('cti.')) sessionStorage.removeItem(key)
}

/** This browser has a session, as far as it knows: who has none is not asked about, which would only be refused. */
const SEEN = 'cti.session'

export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null)
  const known = ref(false)
  const ended = ref(false)
  /** How people may come in here; nothing is offered that is not there. */
  const ways = ref<Ways>({ forgotten: false })
  /** Raised by one for every logout: stores forget what they hold of calls. A session that ran out is no logout. */
  const left = ref(0)

  function accept(answer: Session): void {
    setCsrf(answer.csrf)
    user.value = answer.user
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

  async function logout(): Promise<void> {
    await remove('/api/session')
    user.value = null
    localStorage.removeItem(SEEN)
    left.value++
    forgetCalls()
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

  /**
   * Whether the server takes the command: what it would refuse is not offered. `agent`: for whom, with 'call' who is in the call
   * (id '': nobody) that the command names alone.
   */
  function may(name: CommandName, agent: { id: string; team: string }, by: readonly Right[] = ['own', 'team']): boolean {
    const me = user.value
    if (!me || me.role === 'admin') return me !== null
    const team = me.role === 'leader' && me.team !== '' && me.team === agent.team
    const leads = team || (me.role === 'leader' && agent.id === '')
    const has = { own: me.agent_id !== '' && me.agent_id === agent.id, team, call: leads, lead: leads, service: team }
    return MAY[name].some((right) => by.includes(right) && has[right])
  }

  const leads = computed(() => user.value?.role === 'leader' || user.value?.role === 'admin')
  const admin = computed(() => user.value?.role === 'admin')
  const agentId = computed(() => user.value?.agent_id ?? '')
  const home = computed(() => (leads.value ? '/panel' : '/desk'))

  return { user, known, ended, ways, left, leads, admin, agentId, home, may, look, accept, enter, restore, login, loginWithPasskey, logout, changeLocale, expire }
})
