/** What people set up: the declared kinds, their entries, and what is written in a form before it is saved. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { address, ApiError, get, request } from '@/api'
import type { EntityField, EntityKind, Entry, EntryPage, EntryProblem, EntryVersion, Imported, MadeEntry, paths, Texts } from '@/generated/api'
import { usePublication } from '@/features/publication/store'
import { locale } from '@/i18n'

export type EntityName = paths['/api/centre/{entity}']['get']['parameters']['path']['entity']
export type Fields = Record<string, unknown>
export type Ending = 'csv' | 'xlsx'

export interface Wanted {
  search: string
  /** A field and what it must be; '' none. */
  by: string
  value: unknown
  /** A field, '-' before it: downwards; '' by key. */
  sort: string
  page: number
}

/** Details of `entry-changed`. `record` null: it is gone. */
export interface Meanwhile {
  version: number
  who: string
  at_ms: number
  fields: string[]
  record: Fields | null
}
export interface User {
  entity: string
  field: string
  key: string
}
/** What another entity's key is called. */
export interface Named {
  key: string
  name: string
}

export const PER_PAGE = 50
const FILE_TYPES = { csv: 'text/csv', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }
const FEW = 30
const MOST_A_PAGE = 500

const detailsOf = <T>(error: unknown, id: string): T | null => (error instanceof ApiError && error.id === id ? (error.details as T) : null)
export const problemsOf = (error: unknown): EntryProblem[] => detailsOf<{ problems: EntryProblem[] }>(error, 'bad-entry')?.problems ?? []
export const meanwhileOf = (error: unknown): Meanwhile | null => detailsOf<Meanwhile>(error, 'entry-changed')
export const usersOf = (error: unknown): { used_by: User[]; total?: number } | null => detailsOf(error, 'entry-in-use')

export const saidIn = (texts: Texts): string => texts[locale.value] || texts.en || ''
/** What a record is called: by its name, or its texts in the language of the page. */
const nameIn = ({ name, texts }: Record<string, unknown>): string => (typeof name === 'string' ? name : texts && typeof texts === 'object' ? saidIn(texts as Texts) : '')

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** What a form of a new entry begins with. */
export function fresh(kind: EntityKind): Fields {
  const empty = { text: '', lines: '', picture: '', number: null, flag: false, choice: '', list: [], map: {}, json: null }
  return Object.fromEntries(kind.fields.filter((field) => !field.secret).map((field) => [field.name, structuredClone(field.default ?? empty[field.form])]))
}

/** The fields that a form has changed; secrets only where something is said. */
export const changesOf = (fields: readonly EntityField[], before: Fields, now: Fields): Fields =>
  Object.fromEntries(fields.filter(({ name, secret }) => (secret ? now[name] !== undefined : !same(before[name], now[name]))).map(({ name }) => [name, now[name]]))

/** What a new entry is made of: what has nothing in it is left out, and the server says what is missing. */
export const given = (fields: readonly EntityField[], now: Fields): Fields =>
  Object.fromEntries(fields.filter((field) => !isLeftOut(field, now[field.name])).map(({ name }) => [name, now[name]]))
const isLeftOut = ({ form, empty }: EntityField, value: unknown): boolean => value === undefined || value === null || (form === 'choice' && value === '' && !empty)

export const useEntities = defineStore('entities', () => {
  const kinds = shallowRef<EntityKind[]>([])
  const wanted = ref<Record<string, Wanted>>({})
  /** A form has what is not saved. */
  const dirty = ref(false)

  async function load(): Promise<void> {
    if (!kinds.value.length) kinds.value = (await get('/api/centre/entities')).entities
  }
  const kind = (name: string): EntityKind | undefined => kinds.value.find((one) => one.name === name)

  /** How a list was last looked at. */
  function wantedOf(entity: string): Wanted {
    return (wanted.value[entity] ??= { search: '', by: '', value: '', sort: '', page: 1 })
  }
  function list(entity: string, { search, by, value, sort, page }: Wanted, per_page = PER_PAGE): Promise<EntryPage> {
    const filter = by && value !== '' ? JSON.stringify({ [by]: value }) : ''
    return get('/api/centre/{entity}', { path: { entity: entity as EntityName }, query: { search: search.trim(), filter, sort, page, per_page } })
  }

  const at = (entity: string, key: string): string => address('/api/centre/{entity}/{key}', { path: { entity: entity as EntityName, key } })
  const file = (entity: string, ending: Ending): string => address('/api/centre/{entity}.{ending}', { path: { entity: entity as EntityName, ending } })
  const on = (version: number): Record<string, string> => ({ 'If-Match': `"${version}"` })

  const read = (entity: string, key: string): Promise<Entry> => request('GET', at(entity, key))
  /** A change of the draft: its count is looked at again. */
  async function changes<T>(entity: string, answer: Promise<T>): Promise<T> {
    const told = await answer
    if (kind(entity)?.drafted) void usePublication().refresh()
    return told
  }
  const create = (entity: string, record: Fields): Promise<MadeEntry> =>
    changes(entity, request('POST', address('/api/centre/{entity}', { path: { entity: entity as EntityName } }), { record }))
  const change = (entity: string, { key, version }: Entry, record: Fields): Promise<MadeEntry> => changes(entity, request('PATCH', at(entity, key), { record }, undefined, on(version)))
  const remove = (entity: string, { key, version }: Entry): Promise<void> => changes(entity, request('DELETE', at(entity, key), undefined, undefined, on(version)))
  const history = async (entity: string, key: string): Promise<EntryVersion[]> => (await request<{ items: EntryVersion[] }>('GET', `${at(entity, key)}/history`)).items
  /** `seen`: the present version; `to`: the one whose record is wanted again. */
  const undo = (entity: string, key: string, seen: number, to: number): Promise<MadeEntry> => changes(entity, request('POST', `${at(entity, key)}/undo`, { version: to }, undefined, on(seen)))
  function take(entity: string, given: File, dry: boolean): Promise<Imported> {
    const ending = given.name.toLowerCase().endsWith('.xlsx') ? 'xlsx' : 'csv'
    return changes(entity, request('POST', `${file(entity, ending)}${dry ? '?dry_run=true' : ''}`, given, 300_000, { 'Content-Type': FILE_TYPES[ending] }))
  }

  /** Those with these keys, in as few answers as there can be. */
  async function records(entity: string, keys: ReadonlySet<string>): Promise<Entry[]> {
    const [only] = keys
    if (keys.size === 1 && only) return [await read(entity, only)]
    const found: Entry[] = []
    for (let page = 1; found.length < keys.size; page++) {
      const { items, total } = await list(entity, { search: '', by: '', value: '', sort: '', page }, MOST_A_PAGE)
      found.push(...items.filter(({ key }) => keys.has(key)))
      if (page * MOST_A_PAGE >= total) break
    }
    return found
  }

  /** Entries of another entity whose name or key has `search` in it; phones: free seats and agents' own, as far as the user may see them. */
  async function look(entity: string, search: string): Promise<Named[]> {
    const phones = entity === 'phones'
    const answers = await Promise.all((phones ? ['free_seats', 'agents'].filter(kind) : [entity]).map((one) => list(one, { search, by: '', value: '', sort: '', page: 1 }, FEW)))
    return answers.flatMap(({ items }) => items).map(({ key: own, record }) => {
      const key = phones ? String(record.extension) : own
      return { key, name: nameIn(record) === key ? '' : nameIn(record) }
    })
  }

  return { kinds, dirty, load, kind, wantedOf, list, file, read, create, change, remove, history, undo, take, look, records }
})
