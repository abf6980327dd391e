/** Columns of the two reports: which figures stand in a table, how they read, and which calls stand behind each. */
import type { AgentFigures, QueueFigures } from '@/generated/api'
import { count, duration, percent, seconds } from '@/lib/format'

export interface Column<Row> {
  key: string
  text: (row: Row) => string
  /** The `figure` of GET /api/reports/calls: the calls that the figure is made of; '' when calls have no part in it. */
  figure: string
  /** 0 or null: nothing is behind it. */
  value: (row: Row) => number | null
  /** The name of the formula behind a rate. */
  formula?: (row: Row) => string
}

type Key<Row> = keyof Row & string
const number = <Row>(row: Row, key: Key<Row>): number => Number(row[key] ?? 0)
const rate = <Row>(row: Row, key: Key<Row>): number | null => row[key] as number | null

const whole = <Row>(key: Key<Row>, name: string = key): Column<Row> => ({
  key: name,
  figure: key,
  value: (row) => number(row, key),
  text: (row) => count(number(row, key)),
})
const time = <Row>(name: string, key: Key<Row>, figure: string = key): Column<Row> => ({
  key: name,
  figure,
  value: (row) => number(row, key),
  text: (row) => duration(number(row, key)),
})
/** A mean or a rate opens every call of its denominator, so it opens also when it is 0. */
const mean = <Row>(name: string, key: Key<Row>, figure: string): Column<Row> => ({
  key: name,
  figure,
  value: (row) => (rate(row, key) === null ? null : 1),
  text: (row) => seconds(rate(row, key)),
})
const share = <Row>(name: string, key: Key<Row>, figure: string): Column<Row> => ({
  ...mean<Row>(name, key, figure),
  text: (row) => percent(rate(row, key)),
})

export const QUEUE_COLUMNS: Column<QueueFigures>[] = [
  whole('offered'),
  whole('answered'),
  whole('abandoned'),
  whole('short_abandoned', 'short'),
  whole('overflowed'),
  whole('failed'),
  whole('answered_in_sl', 'inSl'),
  { ...share<QueueFigures>('serviceLevel', 'service_level', 'answered,abandoned'), formula: (row) => row.formula },
  mean('asa', 'asa_s', 'answered'),
  mean('aht', 'aht_s', 'handled'),
  share('abandonRate', 'abandon_rate', 'answered,abandoned'),
]

/** Idle and not-ready time belong to no call. */
export const AGENT_COLUMNS: Column<AgentFigures>[] = [
  whole('answered'),
  whole('rona'),
  time('talk', 'talk_ms'),
  time('hold', 'hold_ms'),
  time('wrap_up', 'wrap_up_ms'),
  time('ring', 'ring_ms'),
  time('idle', 'idle_ms', ''),
  time('notReady', 'not_ready_ms', ''),
  time('loggedIn', 'logged_in_ms'),
  mean('aht', 'aht_s', 'talk_ms,hold_ms,wrap_up_ms'),
  share('occupancy', 'occupancy', 'talk_ms,hold_ms,wrap_up_ms,ring_ms'),
]

export const FORMULAS = ['answered-offered', 'ignore-abandons', 'negative', 'positive', 'of-answered'] as const

/** Which formula counts for which queues, in the order of the rows: [formula, queues]. */
export function formulasOf(totals: readonly QueueFigures[]): [formula: string, queues: string[]][] {
  const found = new Map<string, string[]>()
  for (const { formula, queue } of totals) if (formula) found.set(formula, [...(found.get(formula) ?? []), queue])
  return [...found]
}
