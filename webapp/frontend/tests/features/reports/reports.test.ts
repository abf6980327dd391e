import { beforeEach, describe, expect, it, vi } from 'vitest'
import FigureTable from '@/features/reports/parts/FigureTable.vue'
import type { AgentFigures, QueueFigures } from '@/generated/api'
import { formulasOf } from '@/features/reports/parts/columns'
import { AGENT_FIGURES, QUEUE_FIGURES } from '@/generated/figures'
import Reports from '@/features/reports/Page.vue'
import { figures, freshStores, mount, unmountAll } from '../../helpers'

const queue = (change: Partial<QueueFigures> = {}): QueueFigures => ({
  ...(figures(QUEUE_FIGURES) as unknown as QueueFigures), queue: 'repair', start_ms: 0, end_ms: 900_000, offered: 5, answered: 4, abandoned: 1, short_abandoned: 0, overflowed: 0, failed: 0,
  answered_in_sl: 3, abandoned_in_sl: 0, wait_ms: 36_000, talk_ms: 400_000, hold_ms: 0, wrap_up_ms: 80_000, handled: 4, service_level: 0.6,
  formula: 'answered-offered', asa_s: 9, aht_s: 120, abandon_rate: 0, ...change,
})
const agent: AgentFigures = {
  ...(figures(AGENT_FIGURES) as unknown as AgentFigures), agent: '1001', start_ms: 0, end_ms: 900_000, answered: 4, rona: 0, ring_ms: 9000, talk_ms: 400_000, hold_ms: 0, wrap_up_ms: 80_000,
  idle_ms: 90_000, not_ready_ms: 1000, logged_in_ms: 900_000, aht_s: 120, occupancy: 0.8,
}
const buttons = (box: HTMLElement, part: string): Record<string, string> =>
  Object.fromEntries([...box.querySelectorAll(`${part} [data-column]`)].map((found) => [found.getAttribute('data-column')!, found.getAttribute('data-figure')!]))

beforeEach(() => {
  unmountAll()
  freshStores('leader')
})

describe('a figure of a report', () => {
  it('opens the calls that it is made of, in rows and in the total', async () => {
    const opened: string[] = []
    const box = await mount(FigureTable, {
      head: 'Queue', columns: QUEUE_FIGURES, lines: [{ id: '0', name: '00:00', row: queue() }], total: { id: 'repair', name: 'Total', row: queue() },
      onFigure: (line: { id: string }, column: { behind: string }) => opened.push(`${line.id}: ${column.behind}`),
    })
    const wanted = {
      offered: 'offered', answered: 'answered', abandoned: 'abandoned', answered_in_sl: 'answered_in_sl', service_level: 'answered,abandoned',
      asa_s: 'answered', aht_s: 'handled', abandon_rate: 'answered,abandoned',
    }
    expect(buttons(box, 'tbody')).toEqual(wanted)
    expect(buttons(box, 'tfoot')).toEqual(wanted)
    box.querySelector<HTMLElement>('tbody [data-column=asa_s]')!.click()
    box.querySelector<HTMLElement>('tfoot [data-column=service_level]')!.click()
    expect(opened).toEqual(['0: answered', 'repair: answered,abandoned'])
  })

  it('of an agent opens calls too, but for the time that belongs to no call', async () => {
    const box = await mount(FigureTable, { head: 'Agent', columns: AGENT_FIGURES, lines: [{ id: '1001', name: '1001', row: agent }] })
    expect(buttons(box, 'tbody')).toEqual({
      answered: 'answered', ring_ms: 'ring_ms', talk_ms: 'talk_ms', wrap_up_ms: 'wrap_up_ms', logged_in_ms: 'logged_in_ms', aht_s: 'talk_ms,hold_ms,wrap_up_ms',
      occupancy: 'talk_ms,hold_ms,wrap_up_ms,ring_ms,consult_ms',
    })
  })

  it('is plain text where nothing is behind it', async () => {
    const nothing = queue({ service_level: null, asa_s: null, aht_s: null, abandon_rate: null, offered: 0, answered: 0, abandoned: 0, answered_in_sl: 0 })
    const box = await mount(FigureTable, { head: 'Queue', columns: QUEUE_FIGURES, lines: [{ id: '0', name: '00:00', row: nothing }] })
    expect(buttons(box, 'tbody')).toEqual({})
  })
})

describe('the service level', () => {
  it('is by each queue’s own formula unless one is chosen, and says by which', async () => {
    const asked: string[] = []
    vi.stubGlobal('fetch', async (path: string) => {
      asked.push(path)
      const totals = { repair: queue(), sales: queue({ queue: 'sales', formula: 'of-answered' }), billing: queue({ queue: 'billing' }) }
      return new Response(JSON.stringify({ day: '', zone: 'UTC', formula: '', rows: [queue()], totals, all: queue({ queue: '', offered: 77, formula: '' }), as_of_ms: 1 }), { status: 200 })
    })
    const box = await mount(Reports, {})
    await vi.waitFor(() => expect(box.querySelector('[data-test=formulas]')?.textContent).toContain('sales'), 20_000)
    expect(asked[0]).not.toContain('formula')
    const note = box.querySelector('[data-test=formulas]')!.textContent!
    expect(note).toContain('Answered in time / answered')
    expect(note).toMatch(/billing, repair|repair, billing/)
    const all = box.querySelector('[data-test=report-totals] tfoot [data-line=total]')!
    expect(all.textContent).toContain('Total of all queues')
    expect(all.querySelector('[data-column=offered]')?.textContent).toContain('77')
    expect(box.querySelector('[data-line=sales] [data-column=service_level]')?.getAttribute('title')).toContain('Answered in time / answered')
  })

  it('groups the queues by formula', () => {
    expect(formulasOf([queue(), queue({ queue: 'a', formula: 'negative' }), queue({ queue: 'b' })])).toEqual([
      ['answered-offered', ['repair', 'b']],
      ['negative', ['a']],
    ])
  })
})
