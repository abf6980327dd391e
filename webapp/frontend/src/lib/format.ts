/** Numbers and times as people read them. Times are shown in the centre's zone, never the browser's. */

/** 65_000 -> '1:05', 3_725_000 -> '1:02:05'; negative counts as 0. */
export function duration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000))
  const s = String(total % 60).padStart(2, '0')
  const minutes = Math.floor(total / 60)
  if (minutes < 60) return `${minutes}:${s}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${s}`
}

/** Time since `from_ms`, '–' when it has not begun. */
export function since(from_ms: number, now_ms: number): string {
  return from_ms > 0 ? duration(now_ms - from_ms) : '–'
}

/** Whole seconds left until `deadline_ms`, rounded up, never negative. */
export function secondsLeft(deadline_ms: number, now_ms: number): number {
  return deadline_ms > 0 ? Math.max(0, Math.ceil((deadline_ms - now_ms) / 1000)) : 0
}

/** 0.8269 -> '82.7 %'; null (nothing to divide by) -> '–'. */
export function percent(rate: number | null | undefined, digits = 1): string {
  return rate === null || rate === undefined ? '–' : `${(rate * 100).toFixed(digits)}%`
}

/** Seconds (float) as a duration, null -> '–'. */
export function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : duration(value * 1000)
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toLocaleString('en-US')
}

/** The caller's name; '' when the network only gave the number once more. */
export const callerName = (call: { name: string; number: string }): string => (call.name === call.number ? '' : call.name)

const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string, kind: 'clock' | 'minute' | 'full' | 'day'): Intl.DateTimeFormat {
  const key = `${zone}|${kind}`
  let found = formats.get(key)
  if (!found) {
    const date = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
    const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    const parts = { clock: { ...time, second: '2-digit' }, minute: time, full: { ...date, ...time, second: '2-digit' }, day: date } as const
    found = new Intl.DateTimeFormat('sv-SE', { timeZone: zone || 'UTC', ...parts[kind] })
    formats.set(key, found)
  }
  return found
}

/** '14:03:27' */
export const clockTime = (ms: number, zone: string): string => (ms > 0 ? format(zone, 'clock').format(ms) : '–')
/** '14:03' */
export const minuteTime = (ms: number, zone: string): string => (ms > 0 ? format(zone, 'minute').format(ms) : '–')
/** '14:03' for each moment; with the offset where the clock shows it twice (clocks go back): '02:00 GMT+1'. */
export function minuteTimes(moments: readonly number[], zone: string): string[] {
  const shown = moments.map((ms) => minuteTime(ms, zone))
  return shown.map((text, at) => (shown.indexOf(text) === shown.lastIndexOf(text) ? text : `${text} ${offset(moments[at] ?? 0, zone)}`))
}
function offset(ms: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone || 'UTC', timeZoneName: 'shortOffset' }).formatToParts(ms)
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? ''
}

/** '2026-03-01 14:03:27' */
export const fullTime = (ms: number, zone: string): string => (ms > 0 ? format(zone, 'full').format(ms) : '–')
/** '2026-03-01' */
export const dayOf = (ms: number, zone: string): string => format(zone, 'day').format(ms)
/** Such as 'Mon', in the page's language: 0 is Monday. */
export const weekday = (at: number, locale: string): string => new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + at))
