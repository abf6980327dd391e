/** Who is logged in to the page (not to the centre: that is the agent's status). */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ApiError, get, post, put, remove, setCsrf } from '@/api'
import type { Session, User } from '@/generated/api'
import { MAY, type CommandName, type Right } from '@/generated/commands'
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

  async function login(login: string, password: string): Promise<void> {
    const language = chosenLocale()
    accept(await post('/api/session', { login, password }))
    known.value = true
    if (language && user.value && user.value.locale !== language) await changeLocale(language)
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

  return { user, known, ended, left, leads, admin, agentId, home, may, restore, login, logout, changeLocale, expire }
})
