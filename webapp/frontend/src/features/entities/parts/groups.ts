/** The kinds of the setup by what they are about, for a list to pick from. */
import type { EntityKind } from '@/generated/api'

const GROUPS = {
  people: ['teams', 'groups', 'agents', 'free_seats', 'skills', 'not_ready_reasons', 'users', 'roles', 'sign_in_providers'],
  inbound: ['queues', 'services', 'service_numbers', 'flows', 'prompts', 'hours', 'calendars', 'voicemail_boxes', 'dispositions', 'data_labels', 'recording_rules'],
  outside: ['trunks', 'trunk_groups', 'number_rules', 'short_numbers', 'classes_of_service', 'forbidden_numbers'],
  desk: ['customers', 'customer_classes', 'customer_fields', 'address_book', 'scripts', 'shelf', 'shelf_hosts', 'notices'],
} as const
type Group = keyof typeof GROUPS | 'whole'

/** All of them, each once; those of no group are of the whole centre. */
export function grouped(kinds: readonly EntityKind[]): { name: Group; kinds: EntityKind[] }[] {
  const of = (name: string): Group => (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).find((group) => (GROUPS[group] as readonly string[]).includes(name)) ?? 'whole'
  const names: Group[] = ['people', 'inbound', 'outside', 'desk', 'whole']
  return names.map((name) => ({ name, kinds: kinds.filter((one) => of(one.name) === name) })).filter((group) => group.kinds.length)
}
