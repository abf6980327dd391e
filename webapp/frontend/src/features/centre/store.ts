/** What the centre is made of: names of queues, teams and agents, reasons, dispositions. Read again until it is here. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { ApiError, get } from '@/api'
import type { Centre, Reason, Texts } from '@/generated/api'
import { wordOf } from '@/components/signs'
import { i18n } from '@/i18n'
import en from './words.en'

const EMPTY: Centre = {
  version: 0,
  tenant: '',
  time_zone: 'Asia/Shanghai',
  teams: [],
  queues: [],
  agents: [],
  not_ready_reasons: [],
  dispositions: [],
  seats: [],
  short_numbers: [],
  flows: {},
  labels: {},
  phone: null,
  sip: { host: '', port: 5060, transport: 'udp', realm: '', codecs: [] },
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
/** All desks hear of a new configuration at once: each waits for a moment of its own. */
const SPREAD_MS = 1500
/** A web process may read the new configuration a moment later; one that refuses it never has it. */
const LOOKS_FOR_VERSION = 5

/** The name that a row has, the id when there is none. */
function namesOf(rows: () => { id: string; name: string }[]): (id: string) => string {
  const names = computed(() => new Map(rows().map((row) => [row.id, row.name])))
  return (id) => names.value.get(id) ?? id
}

export const useCentre = defineStore('centre', () => {
  const centre = ref<Centre>(EMPTY)
  const queueName = namesOf(() => centre.value.queues)
  const agentName = namesOf(() => centre.value.agents)
  const teamName = namesOf(() => centre.value.teams)
  const zone = computed(() => centre.value.time_zone || 'UTC')

  /** Why the last reading failed; null: it did not. */
  const problem = shallowRef<unknown>(null)
  let wanted = 0
  let tries = 0
  let turn = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function again(): void {
    const wait_ms = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries++)
    timer = setTimeout(() => void read(), wait_ms * (0.75 + Math.random() / 4))
  }
  async function read(): Promise<void> {
    clearTimeout(timer)
    const mine = ++turn
    try {
      const answer = await get('/api/centre')
      if (mine !== turn) return
      centre.value = answer
      problem.value = null
      if (answer.version < wanted && tries < LOOKS_FOR_VERSION) again()
    } catch (error) {
      if (mine !== turn || (error instanceof ApiError && error.status === 401)) return
      problem.value = error
      again()
    }
  }
  /** Reads the centre now and, when that fails, again with back-off. */
  function refresh(): void {
    tries = 0
    void read()
  }
  /** A configuration (0: any) is in force that this page may not know. */
  function applied(version = 0): void {
    wanted = Math.max(wanted, version)
    clearTimeout(timer)
    timer = setTimeout(refresh, Math.random() * SPREAD_MS)
  }

  const inLocale = (texts: Texts | undefined): string => texts?.[i18n.global.locale.value] || texts?.en || texts?.['zh-CN'] || ''
  const textOf = (reasons: Reason[], code: string): string => inLocale(reasons.find((reason) => reason.code === code)?.texts) || code
  /** What the flow calls a data key, a value that it sets or a menu's choice; itself when it has no other name. */
  function label(word: string): string {
    const known = Object.hasOwn(centre.value.labels, word) ? inLocale(centre.value.labels[word]) : ''
    return known || (Object.hasOwn(en.dataWords, word) ? i18n.global.t(`dataWords.${word}`) : word)
  }
  /** Reasons that the system gives ('no-answer', 'connection-lost') have declared words. */
  function reasonText(code: string): string {
    if (!code) return ''
    if (centre.value.not_ready_reasons.some((reason) => reason.code === code)) return textOf(centre.value.not_ready_reasons, code)
    return wordOf('why', code)
  }
  const dispositionName = (code: string): string => textOf(centre.value.dispositions, code)
  /** With what it stands below: 'Payment › Paid'. */
  function dispositionText(code: string): string {
    const found: string[] = []
    for (let at: string | undefined = code; at && !found.includes(at); ) {
      found.unshift(at)
      at = centre.value.dispositions.find((one) => one.code === at)?.parent
    }
    return found.map(dispositionName).join(' › ')
  }

  function clear(): void {
    clearTimeout(timer)
    turn++
    wanted = 0
    problem.value = null
    centre.value = EMPTY
  }

  return { centre, problem, zone, refresh, applied, clear, queueName, agentName, teamName, reasonText, dispositionName, dispositionText, label }
})
