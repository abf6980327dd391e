/** REST, typed by the server's OpenAPI: every answer that is not 2xx becomes an ApiError whose `id` names the text to show. */
import type { Error as Refusal, paths } from '@/generated/api'
import type { ErrorId } from '@/generated/errors'

/** Addresses that take the method. */
type At<M extends 'get' | 'post' | 'put' | 'patch' | 'delete'> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths]
type Given<O> = O extends { parameters: infer P extends { path?: unknown; query?: unknown } } ? Pick<P, 'path' | 'query'> : never
type Body<O> = O extends { requestBody: { content: { 'application/json': infer T } } } ? T : undefined
type Answer<O> = O extends { responses: { 200: { content: { 'application/json': infer T } } } } ? T : undefined

/** The server's error ids, and the page's own: no answer came, or none of ours. */
export type Failure = ErrorId | 'network' | 'timeout' | 'cancelled' | 'passkey-host' | `http-${number}`

export class ApiError extends Error {
  constructor(
    readonly id: Failure,
    message: string,
    readonly status: number,
    readonly details: unknown = {},
  ) {
    super(message)
  }
}

/** What is refused before there is a session: nothing has run out. */
const BEFORE_LOGIN: ReadonlySet<Failure> = new Set<Failure>(['bad-credentials', 'second-factor-needed', 'second-factor-missing', 'bad-second-factor', 'bad-passkey', 'sign-in-refused'])

/** Characters; browsers refuse more than 64 KiB, and text may take 3 bytes a character. */
const KEPT_ALIVE = 20_000

let csrf = ''
let onExpired: () => void = () => {}

export function setCsrf(token: string): void {
  csrf = token
}

/** Called once for each answer that says the session is over. */
export function whenSessionEnds(callback: () => void): void {
  onExpired = callback
}

/** '/api/calls/{call_id}' with its parameters; of the query's those that are not empty: '/api/calls/c1?day=x'. */
export function address<P extends At<'get'>>(path: P, given?: Given<paths[P]['get']>): string {
  return filledIn(path, given)
}
function filledIn(path: string, given: unknown): string {
  const { path: parts = {}, query = {} } = (given ?? {}) as { path?: Record<string, string>; query?: Record<string, unknown> }
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ''))
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, String(value))
  return search.size ? `${filled}?${search}` : filled
}

async function failure(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as Partial<Refusal> & { error_id?: ErrorId }
    return new ApiError(body.error_id || `http-${response.status}`, body.message ?? '', response.status, body.details)
  } catch {
    return new ApiError(`http-${response.status}`, response.statusText, response.status)
  }
}

/** `body`: JSON, or a file as it is. */
export async function request<T>(method: string, path: string, body?: unknown, timeout_ms = 15_000, more: Record<string, string> = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  const file = body instanceof Blob
  const sent = body === undefined || file ? (body as Blob | undefined) : JSON.stringify(body)
  if (body !== undefined && !file) headers['Content-Type'] = 'application/json'
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  Object.assign(headers, more)
  const signal = AbortSignal.timeout(timeout_ms)
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      body: sent,
      credentials: 'same-origin',
      // What is on its way when the page is closed still arrives; what is large is not taken so.
      keepalive: method !== 'GET' && (sent === undefined || (typeof sent === 'string' && sent.length < KEPT_ALIVE)),
      signal,
    })
  } catch (error) {
    throw signal.aborted ? new ApiError('timeout', '', 0) : new ApiError('network', error instanceof Error ? error.message : '', 0)
  }
  if (!response.ok) {
    const error = await failure(response)
    if (error.status === 401 && !BEFORE_LOGIN.has(error.id)) onExpired()
    throw error
  }
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const get = <P extends At<'get'>>(path: P, given?: Given<paths[P]['get']>): Promise<Answer<paths[P]['get']>> => request('GET', address(path, given))
export const post = <P extends At<'post'>>(path: P, body: Body<paths[P]['post']>, timeout_ms?: number): Promise<Answer<paths[P]['post']>> =>
  request('POST', path, body, timeout_ms)
export const put = <P extends At<'put'>>(path: P, body: Body<paths[P]['put']>): Promise<Answer<paths[P]['put']>> => request('PUT', path, body)
export const patch = <P extends At<'patch'>>(path: P, given: Given<paths[P]['patch']>, body: Body<paths[P]['patch']>): Promise<Answer<paths[P]['patch']>> =>
  request('PATCH', filledIn(path, given), body)
export const remove = (path: At<'delete'>): Promise<void> => request('DELETE', path)
