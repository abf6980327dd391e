/** REST: every answer that is not 2xx becomes an ApiError whose `id` names the text to show. */

export class ApiError extends Error {
  constructor(
    readonly id: string,
    message: string,
    readonly status: number,
    readonly details: unknown = {},
  ) {
    super(message)
  }
}

let csrf = ''
let onExpired: () => void = () => {}

export function setCsrf(token: string): void {
  csrf = token
}

/** Called once for each answer that says the session is over. */
export function whenSessionEnds(callback: () => void): void {
  onExpired = callback
}

export interface CallOptions {
  timeout_ms?: number
  signal?: AbortSignal
}

type Query = Record<string, string | number | undefined | null>

/** '/api/calls' + {day: 'x', queue: ''} -> '/api/calls?day=x': empty values are left out. */
export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

async function failure(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { error_id?: string; message?: string; details?: unknown }
    return new ApiError(body.error_id || `http-${response.status}`, body.message ?? '', response.status, body.details)
  } catch {
    return new ApiError(`http-${response.status}`, response.statusText, response.status)
  }
}

export async function request<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort('timeout'), options.timeout_ms ?? 15_000)
  options.signal?.addEventListener('abort', () => stop.abort('cancelled'))
  let response: Response
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      // What is on its way when the page is closed still arrives.
      keepalive: method !== 'GET',
      signal: stop.signal,
    })
  } catch (error) {
    if (stop.signal.aborted) throw new ApiError(stop.signal.reason === 'timeout' ? 'timeout' : 'cancelled', '', 0)
    throw new ApiError('network', error instanceof Error ? error.message : '', 0)
  } finally {
    clearTimeout(timer)
  }
  if (!response.ok) {
    const error = await failure(response)
    if (error.status === 401 && error.id !== 'bad-credentials') onExpired()
    throw error
  }
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const get = <T>(path: string, query?: Query, options?: CallOptions): Promise<T> =>
  request<T>('GET', withQuery(path, query), undefined, options)
export const post = <T>(path: string, body: unknown, options?: CallOptions): Promise<T> => request<T>('POST', path, body, options)
export const put = <T>(path: string, body: unknown): Promise<T> => request<T>('PUT', path, body)
export const remove = <T>(path: string): Promise<T> => request<T>('DELETE', path)
