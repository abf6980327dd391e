/** '2026-12-01T02:00' in a time zone as UTC ms; 0: it is none. An hour that the clock shows twice is the first of the two. */
export function momentOf(text: string, zone: string): number {
  const asked = Date.parse(`${text}Z`)
  if (Number.isNaN(asked)) return 0
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone || 'UTC', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })
  const offset = (ms: number): number => Date.parse(`${shown.format(ms).replace(' ', 'T')}Z`) - Math.floor(ms / 1000) * 1000
  const first = asked - offset(asked - offset(asked))
  return first
}
