/** Columns of the two reports: which figures stand in a table, how they read, and which of them open their calls. */
import type { AgentFigures, QueueFigures } from '@/contracts'
import { count, duration, percent, seconds } from './format'

export interface Column<Row> {
  key: string
  text: (row: Row) => string
  /** the `figure` of GET /api/reports/calls when the number counts calls */
  figure?: string
  value?: (row: Row) => number
}

const whole = <Row>(key: keyof Row & string): Column<Row> => ({
  key,
  figure: key,
  value: (row) => Number(row[key] ?? 0),
  text: (row) => count(Number(row[key] ?? 0)),
})
const time = <Row>(name: string, key: keyof Row & string): Column<Row> => ({ key: name, text: (row) => duration(Number(row[key] ?? 0)) })

export const QUEUE_COLUMNS: Column<QueueFigures>[] = [
  whole('offered'),
  whole('answered'),
  whole('abandoned'),
  { ...whole<QueueFigures>('short_abandoned'), key: 'short' },
  whole('overflowed'),
  whole('failed'),
  { ...whole<QueueFigures>('answered_in_sl'), key: 'inSl' },
  { key: 'serviceLevel', text: (row) => percent(row.service_level) },
  { key: 'asa', text: (row) => seconds(row.asa_s) },
  { key: 'aht', text: (row) => seconds(row.aht_s) },
  { key: 'abandonRate', text: (row) => percent(row.abandon_rate) },
]

export const AGENT_COLUMNS: Column<AgentFigures>[] = [
  whole('answered'),
  whole('rona'),
  time('talk', 'talk_ms'),
  time('hold', 'hold_ms'),
  time('wrap_up', 'wrap_up_ms'),
  time('ring', 'ring_ms'),
  time('idle', 'idle_ms'),
  time('notReady', 'not_ready_ms'),
  time('loggedIn', 'logged_in_ms'),
  { key: 'aht', text: (row) => seconds(row.aht_s) },
  { key: 'occupancy', text: (row) => percent(row.occupancy) },
]
