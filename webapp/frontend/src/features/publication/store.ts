/** The configuration as draft and versions: what differs from what is in force, and how it takes force. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { address, ApiError, get, post, request } from '@/api'
import type { ConfigurationDraft, Differences, Fault, Faults, Planned, PublicationDone, Taken, Version } from '@/generated/api'

const YAML = '/api/configuration/document.yaml'
const LONG_MS = 120_000
export const PER_PAGE = 100

/** What a refusal says of entries and their fields. */
export const faultsOf = (error: unknown): Fault[] =>
  error instanceof ApiError && (error.id === 'publish-refused' || error.id === 'entries-refused') ? ((error.details as { problems?: Fault[] }).problems ?? []) : []
/** Details of `draft-changed`. */
export const othersOf = (error: unknown): string[] | null =>
  error instanceof ApiError && error.id === 'draft-changed' ? ((error.details as { who?: string[] }).who ?? []) : null

export const usePublication = defineStore('publication', () => {
  const draft = shallowRef<ConfigurationDraft | null>(null)
  const failed = shallowRef<unknown>(null)
  const looking = ref(false)
  let turn = 0

  /** Looks at the count again; what cannot be asked now is asked the next time. */
  async function refresh(): Promise<void> {
    const mine = ++turn
    looking.value = true
    try {
      const found = await get('/api/configuration/draft')
      if (mine === turn) [draft.value, failed.value] = [found, null]
    } catch (error) {
      if (mine === turn) failed.value = error
    } finally {
      if (mine === turn) looking.value = false
    }
  }
  /** The answer, and then the count anew, whatever came of it. */
  async function then<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } finally {
      await refresh()
    }
  }
  const mark = (): string => draft.value?.mark ?? ''

  const check = (): Promise<Faults> => request('GET', '/api/configuration/check', undefined, LONG_MS)
  /** 0: what is in force, the draft; entity '': of all kinds. */
  const difference = (before = 0, after = 0, entity = '', page = 1): Promise<Differences> =>
    request('GET', address('/api/configuration/difference', { query: { before, after, entity, page, per_page: PER_PAGE } }), undefined, LONG_MS)
  const versions = async (below?: number): Promise<Version[]> =>
    (await request<{ items: Version[] }>('GET', address('/api/configuration/versions', { query: { below } }))).items
  const plans = async (): Promise<Planned[]> => (await get('/api/configuration/plans')).items
  const publish = (reason: string, at_ms: number): Promise<PublicationDone> => then(post('/api/configuration/publish', { reason, mark: mark(), at_ms }, LONG_MS))
  const rollBack = (version: number, reason: string, discard: boolean): Promise<PublicationDone> =>
    then(request('POST', `/api/configuration/versions/${version}/rollback`, { reason, mark: mark(), discard }, LONG_MS))
  const discard = (entity = '', key = ''): Promise<{ changes: number }> => then(post('/api/configuration/discard', { mark: entity ? '' : mark(), entity, key }, LONG_MS))
  const cancel = (plan: number): Promise<void> => then(request('DELETE', `/api/configuration/plans/${plan}`))
  const take = (file: File, dry: boolean): Promise<Taken> =>
    then(request('POST', `${YAML}${dry ? '?dry_run=true' : ''}`, file, LONG_MS, { 'Content-Type': 'application/yaml' }))

  return { draft, failed, looking, refresh, check, difference, versions, plans, publish, rollBack, discard, cancel, take, file: YAML }
})
