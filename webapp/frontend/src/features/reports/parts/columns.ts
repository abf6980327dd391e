/** How the figures of the two reports read. Which there are, and what stands behind each, is declared by the server. */
import type { AgentFigures, QueueFigures } from '@/generated/api'
import type { AGENT_FIGURES, QUEUE_FIGURES } from '@/generated/figures'
import { count, duration, percent, seconds } from '@/lib/format'

export type Column = (typeof QUEUE_FIGURES | typeof AGENT_FIGURES)[number]
/** A row of either report; only figures of its own are asked for. */
export type Figures = QueueFigures & AgentFigures

const READ: Record<Column['unit'], (value: number | null) => string> = { count, ms: (ms) => duration(ms ?? 0), s: seconds, share: percent }

export const text = (column: Column, row: Figures): string => READ[column.unit](row[column.id])
/** Whether calls are behind it: a mean or a rate opens every call of its denominator, so also when it is 0. */
export const opens = (column: Column, row: Figures): boolean =>
  column.behind !== '' && (column.unit === 's' || column.unit === 'share' ? row[column.id] !== null : row[column.id] !== 0)

/** Which formula counts for which queues, in the order of the rows: [formula, queues]. */
export function formulasOf(totals: readonly QueueFigures[]): [formula: string, queues: string[]][] {
  const found = new Map<string, string[]>()
  for (const { formula, queue } of totals) if (formula) found.set(formula, [...(found.get(formula) ?? []), queue])
  return [...found]
}
