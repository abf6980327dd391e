/** Listening in with the leader's own phone: which one is kept in this browser; whom it hears, and how, the server tells. */
import { ElMessageBox } from 'element-plus'
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Commands } from '@/generated/commands'
import type { AgentView, CallView, ListenerView } from '@/generated/live'
import { i18n } from '@/i18n'
import { useCentre } from '@/features/centre/store'
import { confirmed } from '@/features/desk/parts/actions'
import { useCommands } from '@/realtime/commands'
import { useLive } from '@/realtime/live'
import { useRealtime } from '@/realtime/socket'
import { useSession } from '@/features/session/store'

const PHONE = 'cti.listen.phone'
export type Mode = ListenerView['mode']
export const MODES: readonly Mode[] = ['listen', 'whisper', 'barge']
type Subject = { agent_id: string } | { call_id: string }

export const useListening = defineStore('listening', () => {
  const commands = useCommands()
  const session = useSession()
  const centre = useCentre()
  const realtime = useRealtime()
  const calls = useLive().of('calls')
  const listeners = useLive().of('listeners')
  const phone = ref(localStorage.getItem(PHONE) ?? '')
  const { t } = i18n.global

  /** What I have asked for, from whichever phone. */
  const mine = computed(() => listeners.list.find((one) => one.person === `user:${session.user?.id}`) ?? null)
  const numberOf = (call_id: string): string => calls.get(call_id)?.number || t('common.anonymous')
  /** Whom a listener hears, as people know them. */
  const whom = (one: ListenerView): string => (one.agent ? centre.agentName(one.agent) : t('listen.customer', { number: numberOf(one.call_id) }))
  const at = (agent_id: string): ListenerView | undefined => listeners.list.find((one) => one.agent === agent_id && one.state !== 'talking')

  /** Asks which phone; '' when that is not wanted. */
  async function choose(): Promise<string> {
    try {
      const answer = await ElMessageBox.prompt(t('listen.ask'), t('listen.phone'), {
        confirmButtonText: t('listen.keep'), cancelButtonText: t('common.cancel'), inputValue: phone.value, inputPattern: /^\d{1,16}$/, inputErrorMessage: t('listen.digits'),
      })
      phone.value = (answer as { value: string }).value
      localStorage.setItem(PHONE, phone.value)
      return phone.value
    } catch {
      return ''
    }
  }

  /** Why an agent's call cannot be listened to now, in words; '' it can. */
  function whyNot(agent: AgentView): string {
    if (!['talking', 'holding', 'consulting'].includes(agent.state)) return t('listen.off.noCall')
    if (calls.get(agent.call_id)?.private) return t('listen.off.private')
    return mine.value ? t('listen.off.already') : ''
  }
  async function listen(subject: Subject, mode: Mode): Promise<void> {
    const extension = phone.value || (await choose())
    if (extension) await commands.send('ListenToCall', { ...subject, extension, mode } as Commands['ListenToCall'])
  }
  const toAgent = ({ id }: AgentView, mode: Mode): Promise<void> => listen({ agent_id: id }, mode)
  const toCustomer = ({ id }: CallView, mode: Mode): Promise<void> => listen({ call_id: id }, mode)

  /** How commands name what I listen to: who has taken over is in the customer's call, and nobody's agent. */
  function meant(one: ListenerView): { extension: string } & Subject {
    return { extension: one.id, ...(one.agent && one.state !== 'talking' ? { agent_id: one.agent } : { call_id: one.call_id }) }
  }
  const turn = async (one: ListenerView, mode: Mode): Promise<void> => void (await commands.send('SetListening', { ...meant(one), mode } as Commands['SetListening']))
  async function takeOver(one: ListenerView): Promise<void> {
    const text = one.agent ? t('listen.confirm', { name: whom(one) }) : t('listen.confirmWaiting', { name: whom(one) })
    if (await confirmed(text, t('listen.takeOver'))) await commands.send('TakeOverCall', meant(one) as Commands['TakeOverCall'])
  }
  const stop = async (one: ListenerView): Promise<void> => void (await commands.send('StopListening', meant(one) as Commands['StopListening']))

  const live = computed(() => realtime.live)
  return { phone, mine, live, whom, at, choose, whyNot, toAgent, toCustomer, turn, takeOver, stop }
})
