/** What the centre is made of: names of queues, teams and agents, reasons, dispositions. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { get } from '@/api'
import type { Centre, Reason } from '@/contracts'
import { i18n } from '@/i18n'

const EMPTY: Centre = {
  version: '',
  domain: '',
  time_zone: 'Asia/Shanghai',
  teams: [],
  queues: [],
  agents: [],
  not_ready_reasons: [],
  dispositions: [],
  phone: null,
}

const SYSTEM_REASONS = new Set(['no-answer', 'rejected', 'busy', 'unreachable', 'connection-lost'])

const index = (rows: { id: string; name: string }[]): Map<string, string> => new Map(rows.map((row) => [row.id, row.name]))

export const useCentre = defineStore('centre', () => {
  const centre = ref<Centre>(EMPTY)
  const queueNames = computed(() => index(centre.value.queues))
  const agentNames = computed(() => index(centre.value.agents))
  const teamNames = computed(() => index(centre.value.teams))
  const zone = computed(() => centre.value.time_zone || 'UTC')

  async function load(): Promise<void> {
    centre.value = await get<Centre>('/api/centre')
  }

  const named = (names: Map<string, string>, id: string): string => names.get(id) ?? id
  const queueName = (id: string): string => named(queueNames.value, id)
  const agentName = (id: string): string => named(agentNames.value, id)
  const teamName = (id: string): string => named(teamNames.value, id)

  /** Those that a person may choose: the others are given by the system when an offer fails or a page goes. */
  const choices = computed(() => centre.value.not_ready_reasons.filter((reason) => !SYSTEM_REASONS.has(reason.code)))

  function textOf(reasons: Reason[], code: string): string {
    const texts = reasons.find((reason) => reason.code === code)?.texts
    return texts?.[i18n.global.locale.value] || texts?.en || texts?.['zh-CN'] || code
  }
  /** Reasons that the system gives ('no-answer', 'connection-lost') have their words in the catalog. */
  function reasonText(code: string): string {
    if (!code) return ''
    if (centre.value.not_ready_reasons.some((reason) => reason.code === code)) return textOf(centre.value.not_ready_reasons, code)
    return i18n.global.te(`why.${code}`) ? i18n.global.t(`why.${code}`) : code
  }
  const dispositionText = (code: string): string => textOf(centre.value.dispositions, code)

  function clear(): void {
    centre.value = EMPTY
  }

  return { centre, zone, choices, load, clear, queueName, agentName, teamName, reasonText, dispositionText }
})
