import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import CallBacks from '@/features/desk/parts/CallBacks.vue'
import CallCard from '@/features/desk/parts/CallCard.vue'
import MyCalls from '@/features/desk/parts/MyCalls.vue'
import IdleCard from '@/features/desk/parts/IdleCard.vue'
import PassOn from '@/features/desk/parts/PassOn.vue'
import ResultPanel from '@/features/desk/parts/ResultPanel.vue'
import StatusBar from '@/features/desk/parts/StatusBar.vue'
import Page from '@/features/desk/Page.vue'
import { showError } from '@/lib/messages'
import DataList from '@/components/DataList.vue'
import IvrPath from '@/components/IvrPath.vue'
import UnsavedResults from '@/features/desk/parts/UnsavedResults.vue'
import WaitingCalls from '@/features/panel/parts/WaitingCalls.vue'
import type { Phone as PhoneConfig } from '@/generated/api'
import type { AgentView, CallView, LegView } from '@/generated/live'
import { micProblem, type PhoneEvents } from '@/features/phone/parts/webphone'
import { useRealtime } from '@/realtime/socket'
import { useActions } from '@/features/desk/parts/actions'
import { useLive } from '@/realtime/live'
import { useCentre } from '@/features/centre/store'
import { useDesk } from '@/features/desk/store'
import { useDrafts } from '@/features/desk/parts/drafts'
import { usePhone } from '@/features/phone/store'
import { useSession } from '@/features/session/store'
import { agent, call, freshStores, mount, unmountAll } from '../../helpers'

const HOSTILE = '<img src=x onerror=alert(1)>'
const FORGED = '张三%0AUnique-ID: forged'

interface Sent {
  name: string
  args: Record<string, unknown>
}

/** A server that takes commands and answers each with what the test says. */
function listen(answer: (sent: Sent) => { status: number; error_id?: string; details?: unknown; data?: unknown } = () => ({ status: 200 })): Sent[] {
  const sent: Sent[] = []
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    const command = JSON.parse(String(init.body)) as Sent
    sent.push(command)
    const { status, error_id, details, data } = answer(command)
    return new Response(JSON.stringify(status === 200 ? { data: data ?? {} } : { error_id, message: '', details }), { status })
  })
  return sent
}

beforeEach(() => {
  unmountAll()
  freshStores()
})

/** Grey: it says why, or something is under way. */
const off = (box: HTMLElement, name: string): boolean => {
  const found = box.querySelector<HTMLButtonElement>(`[data-test=${name}]`)!
  return found.disabled || found.getAttribute('aria-disabled') === 'true'
}

describe('text from outside', () => {
  it('is shown as text on the call card', async () => {
    const view = call({
      name: HOSTILE, number: FORGED, phase: 'offered', agent: '1001', data: { [HOSTILE]: HOSTILE }, ivr_path: [{ node: 'menu', pressed: HOSTILE, label: HOSTILE }],
    })
    const box = await mount(CallCard, { call: view, agent: agent({ state: 'ringing', call_id: 'c1' }) })
    expect(box.querySelector('[data-test=call-name]')?.textContent).toBe(HOSTILE)
    expect(box.querySelector('[data-test=call-number]')?.textContent).toBe(FORGED)
    expect(box.querySelectorAll('img')).toHaveLength(0)
    expect(box.querySelector('[data-test=ivr-path]')?.textContent).toContain(HOSTILE)
  })

  it('is shown as text on the panel', async () => {
    useLive().of('calls').put(call({ name: HOSTILE, number: FORGED }))
    const box = await mount(WaitingCalls, {})
    expect(box.textContent).toContain(HOSTILE)
    expect(box.textContent).toContain(FORGED)
    expect(box.querySelectorAll('img')).toHaveLength(0)
  })
})

describe('the result of a call', () => {
  it('is kept per call over a reload, and another call starts empty', () => {
    useDrafts().write('c1', { code: 'resolved', note: '已回访' })
    const kept = sessionStorage.getItem('cti.draft.c1')!
    freshStores()
    sessionStorage.setItem('cti.draft.c1', kept)
    expect(useDrafts().of('c1')).toMatchObject({ code: 'resolved', note: '已回访', saved: false })
    expect(useDrafts().of('c2')).toMatchObject({ code: '', note: '', saved: true })
  })

  it('survives rubbish in the browser’s storage', () => {
    sessionStorage.setItem('cti.draft.c3', '{broken')
    expect(useDrafts().of('c3').note).toBe('')
  })

  it('is saved as typed, a note without a disposition too, each over the version before', async () => {
    let version = 0
    const sent = listen(() => ({ status: 200, data: { version: ++version } }))
    useDrafts().write('c1', { note: 'n' })
    expect(await useDrafts().save('c1')).toBe(true)
    useDrafts().write('c1', { code: 'resolved' })
    expect(await useDrafts().save('c1')).toBe(true)
    expect(await useDrafts().save('c1')).toBe(true)
    expect(sent).toEqual([
      { name: 'SaveNote', args: { agent_id: '1001', call_id: 'c1', note: 'n', version: 0 } },
      { name: 'SetDisposition', args: { agent_id: '1001', call_id: 'c1', code: 'resolved', version: 1 } },
    ])
    expect(sessionStorage.getItem('cti.draft.c1')).toBeNull()
  })

  it('is saved a moment after the last key, without a button', async () => {
    vi.useFakeTimers()
    const sent = listen(() => ({ status: 200, data: { version: 1 } }))
    for (const note of ['a', 'ab', 'abc']) useDrafts().write('c1', { note })
    await vi.advanceTimersByTimeAsync(1000)
    vi.useRealTimers()
    expect(sent.map((command) => command.args.note)).toEqual(['abc'])
    expect(useDrafts().of('c1').saved).toBe(true)
  })

  it('stays unsaved when the server refuses, and says why', async () => {
    let status = 503
    const sent = listen(() => ({ status, error_id: 'engine-away', data: { version: 1 } }))
    useDrafts().write('c1', { code: 'resolved', note: 'n' })
    expect(await useDrafts().save('c1')).toBe(false)
    expect(useDrafts().of('c1')).toMatchObject({ saved: false, problem: 'engine-away' })
    status = 200
    expect(await useDrafts().saveAll()).toBe(true)
    expect(useDrafts().of('c1')).toMatchObject({ saved: true, problem: '' })
    expect(sent[1]).toEqual({ name: 'SetDisposition', args: { agent_id: '1001', call_id: 'c1', code: 'resolved', note: 'n', version: 0 } })
  })

  it('that was changed while it was sent is sent once more', async () => {
    let version = 0
    const sent = listen(() => {
      if (!version) useDrafts().write('c1', { note: 'more' })
      return { status: 200, data: { version: ++version } }
    })
    useDrafts().write('c1', { note: 'n' })
    expect(await useDrafts().save('c1')).toBe(true)
    expect(sent.map((command) => [command.args.note, command.args.version])).toEqual([['n', 0], ['more', 1]])
  })

  const view = (note: string, version: number, code = '') => ({ id: '1001/c1', agent: '1001', call_id: 'c1', note, version, code, at_ms: 1 })

  it('of another window is shown while nothing was typed here', () => {
    useDrafts().told(view('there', 1, 'resolved'))
    expect(useDrafts().of('c1')).toMatchObject({ note: 'there', code: 'resolved', version: 1, saved: true })
    useDrafts().told(view('older', 0))
    expect(useDrafts().of('c1').note).toBe('there')
  })

  it('is not taken for another window’s when its own echo comes before its answer', async () => {
    listen(({ args }) => {
      useDrafts().told(view(String(args.note), Number(args.version) + 1))
      useDrafts().write('c1', { note: 'ab' })
      return { status: 200, data: { version: Number(args.version) + 1 } }
    })
    useDrafts().write('c1', { note: 'a' })
    expect(await useDrafts().save('c1')).toBe(true)
    expect(useDrafts().of('c1')).toMatchObject({ note: 'ab', version: 2, saved: true, theirs: null })
  })

  /** The server of two windows: the other one has saved `theirs` as version 2 meanwhile. */
  function twoWindows(theirs: string, code = ''): Sent[] {
    let now = { note: theirs, version: 2, code }
    return listen(({ args }) => {
      if (args.version !== now.version) return { status: 409, error_id: 'note-changed', details: now }
      now = { note: String(args.note ?? now.note), version: now.version + 1, code: String(args.code ?? now.code) }
      return { status: 200, data: { version: now.version } }
    })
  }

  it('in conflict with another window’s is told, and the person decides', async () => {
    for (const [choice, note] of [['both', 'their words\nmy words'], ['mine', 'my words'], ['theirs', 'their words']] as const) {
      freshStores()
      useDrafts().told(view('both saw this', 1))
      const sent = twoWindows('their words')
      useDrafts().write('c1', { note: 'my words' })
      expect(await useDrafts().save('c1')).toBe(false)
      expect(useDrafts().of('c1')).toMatchObject({ note: 'my words', saved: false, problem: 'note-changed', theirs: { note: 'their words' } })
      expect(await useDrafts().save('c1')).toBe(false)
      expect(sent).toHaveLength(1)
      expect(await useDrafts().decide('c1', choice)).toBe(true)
      expect(useDrafts().of('c1')).toMatchObject({ note, saved: true, problem: '', theirs: null })
    }
  })

  it('is written over another window’s when nothing of that is lost', async () => {
    useDrafts().told(view('one', 1))
    twoWindows('one two', 'resolved')
    useDrafts().write('c1', { note: 'one two three' })
    expect(await useDrafts().save('c1')).toBe(true)
    expect(useDrafts().of('c1')).toMatchObject({ note: 'one two three', code: 'resolved', version: 3, theirs: null })
  })

  it('in conflict stands on the desk with both notes', async () => {
    twoWindows('<b>theirs</b>')
    useDrafts().write('c1', { note: 'mine' })
    await useDrafts().save('c1')
    const box = await mount(ResultPanel, { callId: 'c1', over: false })
    expect(box.querySelector('[data-test=note-theirs]')?.textContent).toBe('<b>theirs</b>')
    box.querySelector<HTMLElement>('[data-choice=both]')!.click()
    await vi.waitFor(() => expect(box.querySelector('[data-test=note-conflict]')).toBeNull())
    expect(box.querySelector('textarea')!.value).toBe('<b>theirs</b>\nmine')
  })

  it('is saved before wrap-up ends; a refusal keeps the agent here', async () => {
    let status = 503
    const sent = listen(() => ({ status, error_id: 'engine-away', data: { version: 1 } }))
    useLive().of('agents').put(agent({ state: 'wrap_up', call_id: 'c1' }))
    useDesk().offered(call({ agent: '1001' }))
    useDrafts().write('c1', { note: 'n' })
    await useActions().endWrapUp()
    status = 200
    await useActions().endWrapUp()
    expect(sent.map((command) => command.name)).toEqual(['SaveNote', 'SaveNote', 'EndWrapUp'])
  })

  it('that the server refused by itself stays on the desk until it is saved, also over a reload and into the next call', async () => {
    let status = 404
    const sent = listen(() => ({ status, error_id: 'no-such-reason' }))
    useCentre().centre = { ...useCentre().centre, dispositions: [{ code: 'new', texts: { en: 'New one' }, parent: '', queues: [] }] }
    useDesk().offered(call({ agent: '1001' }))
    useDrafts().write('c1', { code: 'gone', note: 'n' })
    expect(await useDrafts().save('c1')).toBe(false)
    const kept = sessionStorage.getItem('cti.draft.c1')!
    unmountAll()
    freshStores()
    useCentre().centre = { ...useCentre().centre, dispositions: [{ code: 'new', texts: { en: 'New one' }, parent: '', queues: [] }] }
    sessionStorage.setItem('cti.draft.c1', kept)
    useDesk().offered(call({ id: 'c2', agent: '1001', number: '777' }))
    useDrafts().recall()
    const box = await mount(UnsavedResults, { current: 'c2' })
    const alert = box.querySelector('[role=alert]')!
    expect(alert.textContent).toContain('13812345678')
    expect(alert.textContent).toContain('not configured any more')
    status = 200
    box.querySelector<HTMLElement>('[data-test=finish-result]')!.click()
    await nextTick()
    await vi.waitFor(() => expect(document.querySelector('.el-dialog [data-code=new]')).not.toBeNull())
    document.querySelector<HTMLElement>('.el-dialog [data-code=new]')!.click()
    await vi.waitFor(() => expect(box.querySelector('[role=alert]')).toBeNull())
    expect(sent.at(-1)?.args).toEqual({ agent_id: '1001', call_id: 'c1', code: 'new', note: 'n', version: 0 })
  })

  it('of the call on the desk is not told twice, and one that cannot be saved may be dropped', async () => {
    listen(() => ({ status: 404, error_id: 'no-such-call' }))
    useDrafts().write('c1', { code: 'gone', note: 'n' })
    await useDrafts().save('c1')
    expect((await mount(UnsavedResults, { current: 'c1' })).querySelector('[role=alert]')).toBeNull()
    const box = await mount(UnsavedResults, { current: '' })
    box.querySelector<HTMLElement>('[data-test=drop-result]')!.click()
    await vi.waitFor(() => expect(document.querySelector('.el-message-box__message')?.textContent).toContain('Discard what you chose'))
    expect(box.querySelector('[role=alert]')).not.toBeNull()
    document.querySelector<HTMLElement>('.el-message-box__btns .el-button--primary')!.click()
    await vi.waitFor(() => expect(box.querySelector('[role=alert]')).toBeNull())
    expect(sessionStorage.getItem('cti.draft.c1')).toBeNull()
  })
})

describe('logging out of the page', () => {
  async function leave(status: number): Promise<void> {
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(status === 200 ? { url: '' } : { error_id: 'redis-away', message: '' }), { status }))
    await useSession().logout().catch(() => undefined)
  }
  beforeEach(() => {
    useDrafts().write('c1', { code: 'resolved', note: '身份证 110' })
    useDesk().offered(call({ agent: '1001' }))
    sessionStorage.setItem('cti.talking', 'c1')
    sessionStorage.setItem('other', 'kept')
  })

  it('leaves nothing of the callers to who sits down next', async () => {
    await leave(200)
    expect(Object.keys(sessionStorage)).toEqual(['other'])
    expect(useDrafts().of('c1')).toMatchObject({ code: '', note: '', saved: true })
    expect(useDesk().last).toBeNull()
  })

  it('keeps everything when the server could not end the session', async () => {
    await leave(503)
    expect(useDrafts().of('c1').note).toBe('身份证 110')
    expect(sessionStorage.getItem('cti.lastcalls')).not.toBeNull()
  })

  it('is not the same as a session that ran out: the note is there after the next login', () => {
    useSession().expire()
    expect(useDrafts().of('c1').note).toBe('身份证 110')
  })
})

describe('buttons', () => {
  it('send nothing that the state does not allow, and nothing twice', async () => {
    const sent = listen()
    const actions = useActions()
    useLive().of('agents').put(agent())
    await Promise.all([actions.answer(), actions.hangUp(), actions.hold(), actions.reject(), actions.endWrapUp()])
    expect(sent).toEqual([])
    useLive().of('agents').put(agent({ state: 'talking', call_id: 'c1' }))
    await Promise.all([actions.hold(), actions.hold()])
    expect(sent).toEqual([{ name: 'HoldCall', args: { agent_id: '1001' } }])
  })
})

describe('a colleague in the call', () => {
  /** `asked_by`: the last digit of the agent who asks this one. */
  const leg = (id: string, hears: number, state: LegView['state'] = 'connected', asked_by = 0): LegView => ({ no: Number(id.at(-1)), node: 'main', party: 'agent', agent: id, number: '', state, hears, muted: false, asks: '', asked_by, connected_ms: 0 })
  const button = (box: HTMLElement, name: string): HTMLButtonElement | null => box.querySelector(`[data-test=${name}]`)

  /** My card, with these legs of agents in the call of `owner`. */
  async function card(state: AgentView['state'], owner: string, ...legs: LegView[]): Promise<HTMLElement> {
    const view = call({ phase: state === 'consulting' ? 'on_hold' : 'connected', agent: owner, legs })
    useLive().of('calls').put(view)
    const me = agent({ state, call_id: 'c1' })
    useLive().of('agents').put(me)
    useCentre().centre = { ...useCentre().centre, agents: ['1001', '1002'].map((id) => ({ id, name: `<b>${id}</b>`, team: 'day', extension: id })) }
    return mount(CallCard, { call: view, agent: me })
  }
  const partner = (box: HTMLElement): string | undefined => box.querySelector<HTMLElement>('[data-test=partner]')?.dataset.is

  it('is rung, talks, or waits: what is said and what can be pressed follows', async () => {
    const rung = await card('consulting', '1001', leg('1001', 2), leg('1002', 0, 'alerting', 1))
    expect(partner(rung)).toBe('is.rung')
    expect(rung.querySelector('[data-test=partner]')?.textContent).toContain('<b>1002</b>')
    expect(['swap', 'join', 'give-back', 'complete'].map((name) => off(rung, name))).toEqual([true, true, false, false])
    expect(button(rung, 'join')!.title).toContain('not answered')
    const heard = await card('consulting', '1001', leg('1001', 2), leg('1002', 2, 'connected', 1))
    expect([partner(heard), off(heard, 'swap'), button(heard, 'hold')]).toEqual(['is.heard', false, null])
    const aside = await card('talking', '1001', leg('1001', 1), leg('1002', 0, 'connected', 1))
    expect([partner(aside), off(aside, 'swap'), button(aside, 'hold'), button(aside, 'consult')]).toEqual(['is.aside', false, null, null])
    const alone = await card('talking', '1001', leg('1001', 1), leg('1002', 0, 'ended'))
    expect([partner(alone), off(alone, 'consult'), button(alone, 'swap')]).toEqual([undefined, false, null])
  })

  it('comes from a queue, when somebody of it is free; one can give up, and let the customer wait instead', async () => {
    const waits = await card('consulting', '1001', { ...leg('1001', 0), asks: 'repair' })
    expect(waits.querySelector('[data-test=waits-for]')).not.toBeNull()
    expect(['swap', 'join', 'give-back', 'complete'].map((name) => off(waits, name))).toEqual([true, true, false, false])
    expect(button(waits, 'swap')!.title).toContain('free')
    const rung = await card('consulting', '1001', { ...leg('1001', 0), asks: 'repair' }, leg('1002', 0, 'alerting', 1))
    expect([partner(rung), rung.querySelector('[data-test=waits-for]')]).toEqual(['is.rung', null])
    useDesk().consultFailed('1002', 'repair')
    expect(document.querySelector('.el-message--error')).toBeNull()
    useDesk().consultFailed('1001', 'repair')
    await vi.waitFor(() => expect(document.querySelector('.el-message--error')?.textContent).toContain('in time'))
  })

  it('who is asked can answer, reject and hang up, and writes no result', async () => {
    const rings = await card('ringing', '1002', leg('1002', 2), leg('1001', 0, 'alerting', 2))
    expect([partner(rings), rings.querySelector('article')!.dataset.stage, button(rings, 'answer')!.disabled]).toEqual(['rings', 'ringing', false])
    const asked = await card('consulting', '1002', leg('1002', 2), leg('1001', 2, 'connected', 2))
    expect(partner(asked)).toBe('askedIs.heard')
    expect([...asked.querySelectorAll<HTMLElement>('.actions button')].map((one) => one.dataset.test)).toEqual(['hangup'])
    expect(asked.querySelector('[data-test=result]')).toBeNull()
    expect(useActions().can).toMatchObject({ swap: false, complete: false, giveBack: false, passOn: false, hangUp: true })
  })

  it('commands go one at a time; the key of hold swaps', async () => {
    const sent = listen()
    await card('consulting', '1001', leg('1001', 2), leg('1002', 2, 'connected', 1))
    await Promise.all([useActions().hold(), useActions().giveBack(), useActions().complete()])
    expect(sent).toEqual([{ name: 'SwapCalls', args: { agent_id: '1001' } }])
  })

  it('pops at who is rung, not at who asks, who hears why nobody came', async () => {
    const view = (mine: LegView, other: LegView, owner: string): CallView => call({ phase: 'on_hold', agent: owner, legs: [mine, other] })
    useDesk().offered(view(leg('1001', 2), leg('1002', 0, 'alerting'), '1001'))
    expect(useDesk().pops).toBe(0)
    useDesk().offered(view(leg('1001', 0, 'alerting'), leg('1002', 2), '1002'))
    expect(useDesk().pops).toBe(1)
    useDesk().offerFailed(view(leg('1001', 2), leg('1002', 0, 'ended'), '1001'), '1002', 'no-answer')
    await vi.waitFor(() => expect(document.querySelector('.el-message--error')?.textContent).toContain('Did not answer'))
  })

  it('is chosen among those who can be rung; a refusal leaves the choice open', async () => {
    let status = 409
    const sent = listen(() => ({ status, error_id: 'agent-busy' }))
    useCentre().centre = { ...useCentre().centre, agents: ['1001', '1002', '1003', '2001'].map((id) => ({ id, name: `P${id}`, team: 'day', extension: id })) }
    useLive().of('agents').put(agent({ state: 'talking', call_id: 'c1' }))
    useLive().of('agents').put(agent({ id: '1002', state: 'talking' }))
    useLive().of('agents').put(agent({ id: '1003', status: 'not_ready' }))
    useLive().of('calls').put(call({ phase: 'connected', agent: '1001', legs: [leg('1001', 1)] }))
    await mount(PassOn, { modelValue: 'transfer' })
    const rows = (): HTMLButtonElement[] => [...document.querySelectorAll<HTMLButtonElement>('[data-row]')]
    await vi.waitFor(() => expect(rows().map((row) => [row.dataset.row, row.disabled])).toEqual([['1003', false], ['2001', false], ['1002', true]]))
    rows()[0]!.click()
    await vi.waitFor(() => expect(document.querySelector('.el-message--error')).not.toBeNull())
    expect(document.querySelector('[data-test=pass-on]')).not.toBeNull()
    status = 200
    rows()[1]!.click()
    await vi.waitFor(() => expect(sent.map((one) => [one.name, one.args.colleague_id])).toEqual([['TransferToAgent', '1003'], ['TransferToAgent', '2001']]))
  })
})

describe('more than two in a call', () => {
  const leg = (no: number, party: LegView['party'], change: Partial<LegView> = {}): LegView => ({ no, node: 'main', party, agent: '', number: '', state: 'connected', hears: 1, muted: false, asks: '', asked_by: 0, connected_ms: 0, ...change })
  const customer = leg(1, 'customer')
  const mine = leg(2, 'agent', { agent: '1001', connected_ms: 5000 })

  async function card(change: Partial<CallView>, state: AgentView['state'] = 'talking'): Promise<HTMLElement> {
    const view = call({ phase: 'conference', agent: '1002', connected_ms: 9000, ...change })
    useLive().of('calls').put(view)
    const me = agent({ state, call_id: 'c1', state_since_ms: 1000 })
    useLive().of('agents').put(me)
    return mount(CallCard, { call: view, agent: me })
  }
  const party = (box: HTMLElement, no: number): HTMLElement => box.querySelector(`[data-party="${no}"]`)!

  it('are listed with what can be done to each, whoever was there first', async () => {
    const sent = listen()
    const box = await card({ legs: [customer, leg(3, 'agent', { agent: '1002', muted: true }), mine, leg(4, 'agent', { agent: '1003', state: 'alerting', hears: 0 })] })
    expect([...box.querySelectorAll<HTMLElement>('[data-party]')].map((one) => one.dataset.party)).toEqual(['1', '3', '4'])
    expect([off(party(box, 1), 'mute-party'), party(box, 1).querySelector('[data-test=drop-party]')]).toEqual([false, null])
    expect([off(party(box, 4), 'mute-party'), off(party(box, 4), 'drop-party')]).toEqual([true, false])
    party(box, 3).querySelector<HTMLElement>('[data-test=mute-party]')!.click()
    party(box, 4).querySelector<HTMLElement>('[data-test=drop-party]')!.click()
    party(box, 4).querySelector<HTMLElement>('[data-test=mute-party]')!.click()
    await vi.waitFor(() => expect(document.querySelector('.el-message--info')?.textContent).toContain('Has not answered'))
    expect(sent).toEqual([
      { name: 'MuteParty', args: { agent_id: '1001', party: 3, muted: false } },
      { name: 'DropParty', args: { agent_id: '1001', party: 4 } },
    ])
    expect(['hold', 'consult', 'add', 'transfer', 'park'].map((name) => off(box, name))).toEqual([false, false, false, true, true])
  })

  it('who is rung by a queue together with others is brought into no conversation', async () => {
    const rung = (no: number, id: string): LegView => leg(no, 'agent', { agent: id, state: 'alerting', hears: 0 })
    const mineRings = rung(2, '1001')
    const offer = await card({ phase: 'offered', agent: '1002', connected_ms: 0, legs: [customer, rung(3, '1002'), mineRings, rung(4, '1003')] }, 'ringing')
    expect(offer.querySelector('.strip strong')?.textContent).toBe('Incoming call')
    expect(offer.querySelector('[data-test=parties]')).toBeNull()
    unmountAll()
    const added = await card({ legs: [customer, leg(3, 'agent', { agent: '1002' }), mineRings, rung(4, '1003')] }, 'ringing')
    expect(added.querySelector('.strip strong')?.textContent).toBe('A colleague brings you into a call')
    expect([...added.querySelectorAll<HTMLElement>('[data-party]')].map((one) => one.dataset.party)).toEqual(['1', '3', '4'])
  })

  it('who is muted sees it, and undoes it', async () => {
    const sent = listen()
    const box = await card({ legs: [customer, { ...mine, muted: true }, leg(3, 'agent', { agent: '1002' })] })
    expect(box.querySelector('[data-test=i-am-muted]')?.textContent).toContain('the others do not hear you')
    box.querySelector<HTMLElement>('[data-test=unmute-me]')!.click()
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'MuteParty', args: { agent_id: '1001', party: 2, muted: false } }]))
  })

  it('the customer is not said to hear music while talking with those who are left', async () => {
    const legs = [customer, { ...mine, hears: 2 }, leg(3, 'agent', { agent: '1002' }), leg(4, 'agent', { agent: '1003', hears: 2, asked_by: 2 })]
    const box = await card({ legs }, 'consulting')
    expect(box.querySelector('[data-test=partner]')?.textContent).toContain('The customer talks with the others.')
    unmountAll()
    const held = await card({ phase: 'on_hold', legs: [{ ...customer, hears: 0 }, ...legs.slice(1).filter((one) => one.no !== 3)] }, 'consulting')
    expect(held.querySelector('[data-test=partner]')?.textContent).toContain('The customer hears music.')
  })

  it.each([
    [{ back_from: '1002', back_why: 'rejected' }, 'Back from 1002: Rejected'],
    [{ back_from: '7', back_why: 'not-retrieved' }, 'Back from slot 7: nobody retrieved it'],
    [{ passed_by: '1002' }, '1002 passes a customer on to you'],
  ] as const)('one that was passed on says whose it is: %o', async (change, said) => {
    const box = await card({ phase: 'transferring', agent: '1001', legs: [{ ...customer, hears: 0 }, { ...mine, state: 'alerting', hears: 0 }], ...change }, 'ringing')
    expect(box.querySelector('.strip strong')?.textContent).toBe(said)
  })

  it('are at most six', async () => {
    const others = ['1002', '1003', '1004', '1005'].map((id, at) => leg(3 + at, 'agent', { agent: id }))
    const box = await card({ legs: [customer, mine, ...others] })
    expect([off(box, 'add'), box.querySelector<HTMLElement>('[data-test=add]')!.title]).toEqual([true, 'Six are in the conversation already.'])
  })

  it('are joined out of a consultation, of which the recording goes on', async () => {
    const sent = listen()
    const box = await card({ phase: 'on_hold', agent: '1001', recording: 'r', legs: [{ ...customer, hears: 0 }, { ...mine, hears: 2 }, leg(3, 'agent', { agent: '1002', hears: 2, asked_by: 2 })] }, 'consulting')
    expect(box.querySelector('[data-test=parties]')).toBeNull()
    expect(box.querySelector('[data-test=recording]')).not.toBeNull()
    box.querySelector<HTMLElement>('[data-test=join]')!.click()
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'JoinCalls', args: { agent_id: '1001' } }]))
  })
})

describe('a customer who goes somewhere', () => {
  async function card(phase: CallView['phase'], state: AgentView['state']): Promise<HTMLElement> {
    const view = call({ phase, agent: '1001', recording: 'r', waited_ms: 14_000, queued_ms: 2000, connected_ms: 900_000 })
    useLive().of('calls').put(view)
    const me = agent({ state, call_id: 'c1' })
    useLive().of('agents').put(me)
    useCentre().centre = { ...useCentre().centre, flows: { pin_check: ['ask', 'thanks'] } }
    return mount(CallCard, { call: view, agent: me })
  }

  it('to a flow and back: it is fetched earlier by the key of hold, and has no recording meanwhile', async () => {
    const sent = listen()
    const box = await card('ivr', 'holding')
    expect(box.querySelector('[data-test=in-flow]')).not.toBeNull()
    expect(box.querySelector('[data-test=recording]')).toBeNull()
    expect(['consult', 'transfer', 'add', 'flow', 'park'].map((name) => off(box, name))).toEqual([true, true, true, true, true])
    await useActions().hold()
    expect(sent).toEqual([{ name: 'ResumeCall', args: { agent_id: '1001' } }])
  })

  it('to a flow that is chosen by its name', async () => {
    const sent = listen()
    await card('connected', 'talking')
    await mount(PassOn, { modelValue: 'flow' })
    await vi.waitFor(() => document.querySelector<HTMLElement>('[data-row=pin_check]')!.click())
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'SendToFlow', args: { agent_id: '1001', flow: 'pin_check' } }]))
  })

  it('to a node of a flow, for who searches it', async () => {
    const sent = listen()
    await card('connected', 'talking')
    await mount(PassOn, { modelValue: 'flow' })
    await vi.waitFor(() => expect(document.querySelector('[data-row=pin_check]')).not.toBeNull())
    expect(document.querySelector('[data-row=thanks]')).toBeNull()
    const field = document.querySelector<HTMLInputElement>('[data-test=pass-on-search]')!
    field.value = 'than'
    field.dispatchEvent(new Event('input'))
    await vi.waitFor(() => document.querySelector<HTMLElement>('[data-row=thanks]')!.click())
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'SendToFlow', args: { agent_id: '1001', flow: 'pin_check', node: 'thanks' } }]))
  })

  it('to a number outside that is typed; one that is not reached is told', async () => {
    const sent = listen()
    await card('connected', 'talking')
    await mount(PassOn, { modelValue: 'transfer' })
    await vi.waitFor(() => document.querySelector<HTMLElement>('[data-kind=numbers]')!.click())
    const field = document.querySelector<HTMLInputElement>('[data-test=pass-on-search]')!
    field.value = '138 1234 5678'
    field.dispatchEvent(new Event('input'))
    await vi.waitFor(() => expect(document.querySelectorAll('[data-row]')).toHaveLength(1))
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'TransferToNumber', args: { agent_id: '1001', number: '138 1234 5678' } }]))
    useDesk().dialFailed('1002', '777', 'busy')
    useDesk().dialFailed('1001', '888', 'busy')
    await vi.waitFor(() => expect(document.querySelector('.el-message--error')?.textContent).toContain('888'))
    expect(document.querySelector('.el-message--error')?.textContent).not.toContain('777')
  })

  it('has waited for the queue, not for the agent who has the call now; on hold the recording goes on', async () => {
    const box = await card('on_hold', 'holding')
    expect(box.querySelector('.facts')?.textContent).toContain('0:14')
    expect(box.querySelector('[data-test=recording]')).not.toBeNull()
  })

  it('between two agents: who calls chooses a colleague, who is called sees who it is, and neither has a customer', async () => {
    const sent = listen()
    useLive().of('agents').put(agent())
    useCentre().centre.agents = [{ id: '1001', name: '李伟', extension: '8001' }, { id: '1002', name: '王芳', extension: '8002' }] as never
    const idle = await mount(IdleCard, { agent: agent(), failed: '' })
    idle.querySelector<HTMLElement>('[data-test=call-agent]')!.click()
    await vi.waitFor(() => document.querySelector<HTMLElement>('[data-row="1002"]')!.click())
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'CallAgent', args: { agent_id: '1001', colleague_id: '1002' } }]))
    unmountAll()
    const legs = ['1001', '1002'].map((id, at): LegView => ({ no: at + 1, node: 'main', party: 'agent', agent: id, number: '', state: 'connected', hears: 1, muted: false, asks: '', asked_by: 0, connected_ms: 0 }))
    for (const [by, shown] of [['1002', '8002'], ['1001', '8001']]) {
      const view = call({ id: 'i1', phase: 'connected', direction: 'internal', number: '8001', name: '', agent: by, queue: '', service_name: '', service_number: '', legs })
      const me = agent({ state: 'internal', call_id: 'i1' })
      useLive().of('agents').put(me)
      useLive().of('calls').put(view)
      const box = await mount(CallCard, { call: view, agent: me })
      expect(box.querySelector('[data-test=call-number]')?.textContent).toBe(shown)
      expect(box.querySelector('[data-test=hangup]')).not.toBeNull()
      for (const gone of ['hold', 'consult', 'transfer', 'parties', 'recording']) expect(box.querySelector(`[data-test=${gone}]`)).toBeNull()
      unmountAll()
    }
  })

  /** I call: my leg, and the one that I call. */
  async function dialling(mine: LegView['state'], change: Partial<CallView> = {}): Promise<HTMLElement> {
    const leg = (no: number, party: LegView['party'], id: string, state: LegView['state']): LegView => ({ no, node: 'main', party, agent: id, number: '', state, hears: 0, muted: false, asks: '', asked_by: 0, connected_ms: 0 })
    const legs = [leg(1, change.direction === 'internal' ? 'agent' : 'customer', change.direction === 'internal' ? '1002' : '', 'alerting'), leg(2, 'agent', '1001', mine)]
    const view = call({ phase: 'dialing', direction: 'outbound', name: '', agent: '1001', queue: '', queued_ms: 0, legs, ...change })
    const me = agent({ state: 'dialing', call_id: 'c1' })
    useLive().of('agents').put(me)
    useLive().of('calls').put(view)
    return mount(CallCard, { call: view, agent: me })
  }
  const seen = (box: HTMLElement): unknown[] => [box.querySelector('.strip strong')?.textContent, box.querySelector('.time .label')?.textContent, ...['answer', 'reject', 'hangup'].map((name) => box.querySelector(`[data-test=${name}]`) !== null)]

  it('who is called: first my own phone rings, which I may answer here or hang up; then it rings there', async () => {
    const sent = listen()
    const own = await dialling('alerting')
    expect(own.querySelector('[data-test=call-number]')?.textContent).toBe('13812345678')
    expect(seen(own)).toEqual(['Pick up your phone', 'Dialling', true, false, true])
    own.querySelector<HTMLElement>('[data-test=answer]')!.click()
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'AnswerCall', args: { agent_id: '1001' } }]))
    unmountAll()
    expect(seen(await dialling('connected'))).toEqual(['Ringing 13812345678', 'Ringing', false, false, true])
  })

  it('a colleague who is called, or called back, is named', async () => {
    useCentre().centre.agents = [{ id: '1002', name: '王芳', extension: '8002' }] as never
    expect(seen(await dialling('connected', { direction: 'internal', number: '8002', name: '王芳' }))[0]).toBe('Ringing 王芳')
  })

  it('nobody calls somebody else meanwhile', async () => {
    const me = agent({ state: 'dialing', call_id: 'c9' })
    useLive().of('agents').put(me)
    const idle = await mount(IdleCard, { agent: me, failed: '' })
    expect(['call-agent', 'dial', 'retrieve'].map((name) => off(idle, name))).toEqual([true, true, true])
  })

  it('to a colleague who is busy or did not answer is called back, and can be called off', async () => {
    const sent = listen()
    useLive().of('agents').put(agent())
    useLive().of('agents').put(agent({ id: '1002', state: 'talking' }))
    useCentre().centre.agents = [{ id: '1001', name: '李伟', extension: '8001' }, { id: '1002', name: '王芳', extension: '8002' }] as never
    const idle = await mount(IdleCard, { agent: agent(), failed: '' })
    idle.querySelector<HTMLElement>('[data-test=call-agent]')!.click()
    await vi.waitFor(() => document.querySelector<HTMLElement>('[data-row="1002"]')!.click())
    await vi.waitFor(() => expect(sent.splice(0)).toEqual([{ name: 'AskCallBack', args: { agent_id: '1001', colleague_id: '1002' } }]))
    await vi.waitFor(() => expect(document.querySelector('.el-message--success')?.textContent).toContain('王芳'))
    useDesk().dialFailed('1001', '8002', 'no-answer')
    await vi.waitFor(() => idle.querySelector<HTMLElement>('[data-test=call-back]')!.click())
    await vi.waitFor(() => expect(sent.splice(0)).toHaveLength(1))
    await vi.waitFor(() => expect(idle.querySelector('[data-test=unreached]')).toBeNull())
    useLive().of('call_backs').put({ id: '1001/1002', agent: '1001', colleague: '1002', since_ms: 1, until_ms: 2 })
    useLive().of('call_backs').put({ id: '1002/1001', agent: '1002', colleague: '1001', since_ms: 1, until_ms: 2 })
    const awaited = await mount(CallBacks, { agentId: '1001' })
    expect(awaited.querySelectorAll('[data-test=waits-for-call-back]')).toHaveLength(1)
    awaited.querySelector<HTMLElement>('[data-test=cancel-call-back]')!.click()
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'CancelCallBack', args: { agent_id: '1001', colleague_id: '1002' } }]))
  })

  it('is made private and says so', async () => {
    const sent = listen()
    const me = agent({ state: 'talking', call_id: 'c1' })
    useLive().of('agents').put(me)
    for (const isPrivate of [false, true]) {
      const view = call({ phase: 'connected', agent: '1001', private: isPrivate })
      useLive().of('calls').put(view)
      const box = await mount(CallCard, { call: view, agent: me })
      expect(box.querySelector('[data-test=private]') !== null).toBe(isPrivate)
      box.querySelector<HTMLElement>('[data-test=set-private]')!.click()
      await vi.waitFor(() => expect(sent.splice(0)).toEqual([{ name: 'SetCallPrivate', args: { agent_id: '1001', private: !isPrivate } }]))
      unmountAll()
    }
  })

  /** Into the empty field that asks for a slot. */
  async function slot(number: string): Promise<void> {
    const field = await vi.waitFor(() => {
      const found = [...document.querySelectorAll<HTMLInputElement>('.el-message-box input')].at(-1)
      expect(found?.value).toBe('')
      return found!
    })
    field.value = number
    field.dispatchEvent(new Event('input'))
    await nextTick()
    ;[...document.querySelectorAll<HTMLElement>('.el-message-box__btns .el-button--primary')].at(-1)!.click()
  }

  it('to a slot that stays to be read, and whose number is typed anew each time', async () => {
    const sent = listen()
    await card('connected', 'talking')
    useDesk().callChanged(call({ phase: 'connected', agent: '1001' }))
    void useActions().park()
    await slot('7')
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'ParkCall', args: { agent_id: '1001', slot: '7' } }]))
    await vi.waitFor(() => expect(useDesk().last?.slot).toBe('7'))
    unmountAll()
    useLive().of('calls').remove('c1')
    const me = agent({ state: 'wrap_up', call_id: 'c1', last_calls: ['c1'] })
    useLive().of('agents').put(me)
    const box = await mount(CallCard, { call: useDesk().call, agent: me })
    expect(box.querySelector('[data-test=parked-in]')?.textContent).toContain('slot 7')
    useLive().of('agents').put(agent({ last_calls: ['c1'] }))
    expect((await mount(MyCalls, { agentId: '1001' })).querySelector('[data-test=goes-on]')?.textContent).toContain('slot 7')
    void useActions().park()
    await slot('8')
  })

  it('out of a slot where none is says so', async () => {
    listen(() => ({ status: 404, error_id: 'nothing-there' }))
    useLive().of('agents').put(agent())
    void useActions().retrieve()
    await slot('17')
    await vi.waitFor(() => expect(document.querySelector('.el-message--error')?.textContent).toContain('No call is parked in slot 17.'))
  })

  it('is picked up where it rings at a colleague of the own team, and nowhere else', async () => {
    const sent = listen()
    useLive().of('agents').put(agent())
    useLive().of('agents').put(agent({ id: '2001', team: 'care', state: 'ringing' }))
    const idle = await mount(IdleCard, { agent: agent(), failed: '' })
    expect(off(idle, 'pick-up')).toBe(true)
    useLive().of('agents').put(agent({ id: '1002', state: 'ringing' }))
    await nextTick()
    idle.querySelector<HTMLElement>('[data-test=pick-up]')!.click()
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'PickUpCall', args: { agent_id: '1001' } }]))
  })
})

describe('a call that goes on without me', () => {
  /** What the books say of it. */
  async function row(books: { status: number; outcome?: string }): Promise<HTMLElement> {
    vi.stubGlobal('fetch', async (path: string) => {
      if (path.startsWith('/api/calls?')) return new Response(JSON.stringify({ items: [], total: 0 }))
      return new Response(JSON.stringify(books.status === 200 ? { call: { outcome: books.outcome } } : { error_id: 'no-such-call', message: '' }), { status: books.status })
    })
    useLive().of('agents').put(agent({ last_calls: ['c1'] }))
    useDesk().callChanged(call({ phase: 'connected', agent: '1001' }))
    return mount(MyCalls, { agentId: '1001' })
  }
  const goesOn = (box: HTMLElement): boolean => box.querySelector('[data-test=goes-on]') !== null

  it('is shown as long as the books say that it runs', async () => {
    const books: { status: number; outcome?: string } = { status: 200, outcome: '' }
    vi.useFakeTimers()
    const box = await row(books)
    await vi.advanceTimersByTimeAsync(15_000)
    expect(goesOn(box)).toBe(true)
    books.outcome = 'answered'
    await vi.advanceTimersByTimeAsync(15_000)
    vi.useRealTimers()
    expect(goesOn(box)).toBe(false)
  })

  it('stays when the next call rings and is answered: the number of its slot is to be told', async () => {
    const box = await row({ status: 200, outcome: '' })
    useDesk().parked('c1', '9')
    useLive().of('agents').put(agent({ state: 'ringing', call_id: 'c2', last_calls: ['c1'] }))
    useLive().of('calls').put(call({ id: 'c2', agent: '1001', number: '777' }))
    useDesk().offered(call({ id: 'c2', agent: '1001', number: '777' }))
    await nextTick()
    const there = [...box.querySelectorAll('[data-test=goes-on]')].map((one) => one.textContent)
    expect(there).toHaveLength(1)
    expect(there[0]).toContain('slot 9')
  })

  it('and is none of mine in the books is not shown, after a reload either', async () => {
    vi.useFakeTimers()
    const box = await row({ status: 404 })
    await vi.advanceTimersByTimeAsync(5000)
    expect(goesOn(box), 'the books are written a moment later').toBe(true)
    await vi.advanceTimersByTimeAsync(10_000)
    vi.useRealTimers()
    expect(goesOn(box)).toBe(false)
    expect(JSON.parse(sessionStorage.getItem('cti.lastcalls')!).at(-1).phase).toBe('ended')
  })
})

describe('the dialog of colleagues and numbers', () => {
  const field = (): HTMLInputElement => document.querySelector<HTMLInputElement>('[data-test=pass-on-search]')!
  async function type(text: string): Promise<void> {
    field().value = text
    field().dispatchEvent(new Event('input'))
    await nextTick()
    field().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }))
  }
  async function dialog(modelValue: 'call' | 'consult'): Promise<Sent[]> {
    const sent = listen()
    const talking = modelValue === 'consult'
    useLive().of('agents').put(agent(talking ? { state: 'talking', call_id: 'c1' } : {}))
    if (talking) useLive().of('calls').put(call({ phase: 'connected', agent: '1001' }))
    useCentre().centre = { ...useCentre().centre, agents: ['1001', '1002', '10021', '2001'].map((id) => ({ id, name: `P${id}`, team: 'day', extension: id })) }
    await mount(PassOn, { modelValue })
    await vi.waitFor(() => expect(document.querySelectorAll('[data-row]')).toHaveLength(3))
    return sent
  }

  const closed = (): boolean => [...document.querySelectorAll<HTMLElement>('.el-overlay')].every((one) => one.style.display === 'none' || /leave/.test(one.className))

  it('has the keyboard in its field from the beginning, and after a tab', async () => {
    await dialog('consult')
    await vi.waitFor(() => expect(document.activeElement).toBe(field()))
    const tab = document.querySelector<HTMLElement>('[data-kind=numbers]')!
    tab.focus()
    tab.click()
    await vi.waitFor(() => expect(document.activeElement).toBe(field()))
  })

  it('takes with Enter the only one found, or the one of this very extension', async () => {
    const sent = await dialog('call')
    await type('p100')
    expect(sent).toEqual([])
    await type('1002')
    await vi.waitFor(() => expect(sent.map((one) => one.args.colleague_id)).toEqual(['1002']))
    await type('p2')
    await vi.waitFor(() => expect(sent.map((one) => one.args.colleague_id)).toEqual(['1002', '2001']))
  })

  it('lists short numbers by name, and calls them by their code', async () => {
    const sent = await dialog('consult')
    const short_numbers = [{ code: '81', name: 'Control room', number: '075526543210' }, { code: '82', name: 'Gate', number: '075526543211' }]
    useCentre().centre = { ...useCentre().centre, short_numbers }
    document.querySelector<HTMLElement>('[data-kind=numbers]')!.click()
    const rows = (): string[] => [...document.querySelectorAll<HTMLElement>('[data-row]')].map((row) => `${row.dataset.row} ${row.querySelector('b')!.textContent}`)
    await vi.waitFor(() => expect(rows()).toEqual(['81 Control room', '82 Gate']))
    const found = async (text: string): Promise<string[]> => {
      field().value = text
      field().dispatchEvent(new Event('input'))
      await nextTick()
      return rows()
    }
    expect(await found('82')).toEqual(['82 Gate'])
    expect(await found('07552654321')).toEqual(['07552654321 07552654321', '81 Control room', '82 Gate'])
    expect(await found('nobody')).toEqual([])
    await type('control')
    await vi.waitFor(() => expect(sent.map((one) => [one.name, one.args.number])).toEqual([['ConsultNumber', '81']]))
  })

  it('is closed by the browser\u2019s back, for which it has an entry in the history', async () => {
    const [push, back] = [vi.spyOn(history, 'pushState'), vi.spyOn(history, 'back').mockReturnValue()]
    await dialog('call')
    expect(push).toHaveBeenCalledTimes(1)
    window.dispatchEvent(new PopStateEvent('popstate'))
    await vi.waitFor(() => expect(closed()).toBe(true))
    expect([push.mock.calls.length, back.mock.calls.length]).toEqual([1, 0])
    vi.restoreAllMocks()
  })

  it('gives the entry back when it is closed otherwise', async () => {
    const back = vi.spyOn(history, 'back').mockReturnValue()
    await dialog('call')
    await type('1002')
    await vi.waitFor(() => expect(closed()).toBe(true))
    expect(back).toHaveBeenCalledTimes(1)
    unmountAll()
    expect(back).toHaveBeenCalledTimes(1)
    vi.restoreAllMocks()
  })

  it('says what is wrong with a number', async () => {
    const sent = await dialog('consult')
    document.querySelector<HTMLElement>('[data-kind=numbers]')!.click()
    await nextTick()
    await type('abc')
    await nextTick()
    expect(document.querySelector('[data-test=no-number]')?.textContent).toContain('no phone number')
    await type('138 0013 8000')
    await vi.waitFor(() => expect(sent.map((one) => one.name)).toEqual(['ConsultNumber']))
  })
})

describe('an awaited call back', () => {
  it('is shown in after-call work too, and is no error', async () => {
    useLive().of('agents').put(agent({ state: 'wrap_up', status: 'not_ready', call_id: 'c1' }))
    useLive().of('call_backs').put({ id: '1001/1002', agent: '1001', colleague: '1002', since_ms: 1, until_ms: 2 })
    useDesk().offered(call({ agent: '1001' }))
    const box = await mount(Page, {})
    expect(box.querySelector('[data-test=call-card]')).not.toBeNull()
    const notice = box.querySelector('[data-test=waits-for-call-back]')!
    expect([notice.classList.contains('idle'), notice.closest('.bad'), notice.querySelector('[data-test=cancel-call-back]') !== null]).toEqual([true, null, true])
  })
})

describe('a phone that is to stay off hook', () => {
  it('rings when the shift starts, and the desk says what to do', async () => {
    const me = agent({ status: 'not_ready', pick_up: true })
    useLive().of('agents').put(me)
    const idle = await mount(IdleCard, { agent: me, failed: '' })
    expect(idle.querySelector('h2')?.textContent).toBe('Pick up your phone and leave it off the hook')
    expect(off(idle, 'dial')).toBe(true)
    expect(idle.querySelector('[data-test=answer]')).not.toBeNull()
    expect((await mount(StatusBar, { agent: me })).querySelector('[data-test=phone-state]')?.textContent).toContain('Pick up your phone')
    const ready = (await mount(StatusBar, { agent: { ...me, status: 'ready' } })).querySelector<HTMLElement>('[data-test=agent-state]')!
    expect([ready.dataset.sign, ready.textContent]).toEqual(['unreachable', expect.stringContaining('not picked up yet')])
  })

  it('is in no call by that: who leaves the page is asked about the shift only', async () => {
    const sent = listen()
    useLive().of('agents').put(agent({ off_hook: true }))
    Object.assign(usePhone(), { registration: 'registered', session: 'talking' })
    const left = useActions().leave()
    await vi.waitFor(() => expect(document.querySelector('.el-message-box__message')?.textContent).toContain('your shift ends too'))
    expect(document.querySelector('.el-message-box__message')?.textContent).not.toContain('hangs up')
    document.querySelector<HTMLElement>('.el-message-box__btns .el-button--primary')!.click()
    expect(await left).toBe(true)
    expect(sent.map((one) => one.name)).toEqual(['LogoutAgent'])
  })
})

describe('a short message', () => {
  it('stands below the bar that says what the phone does', async () => {
    showError('x')
    await vi.waitFor(() => expect(parseInt(document.querySelector<HTMLElement>('.el-message')!.style.top)).toBeGreaterThan(76))
  })
})

describe('the start of a shift', () => {
  it('is at the own phone or at another one that the agent may use; one that is taken is not offered', async () => {
    const sent = listen()
    useCentre().centre = { ...useCentre().centre, seats: ['1101', '1102'] }
    useLive().of('agents').put(agent({ status: 'logged_out' }))
    useLive().of('agents').put(agent({ id: '1002', extension: '1102' }))
    const bar = await mount(StatusBar, { agent: agent({ status: 'logged_out' }) })
    bar.querySelector<HTMLElement>('[data-test=seats]')!.click()
    const seat = (number: string): HTMLElement => document.querySelector<HTMLElement>(`[data-seat="${number}"]`)!
    await vi.waitFor(() => expect(seat('1101')).not.toBeNull())
    expect(seat('1101').textContent).toContain('Start shift at phone 1101')
    expect(seat('1102').textContent).toContain('in use')
    expect(seat('1102').getAttribute('aria-disabled')).toBe('true')
    seat('1101').click()
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'LoginAgent', args: { agent_id: '1001', extension: '1101' } }]))
  })

  it('has no choice where there is no other phone', async () => {
    const sent = listen()
    useLive().of('agents').put(agent({ status: 'logged_out' }))
    const bar = await mount(StatusBar, { agent: agent({ status: 'logged_out' }) })
    expect(bar.querySelector('[data-test=seats]')).toBeNull()
    bar.querySelector<HTMLElement>('[data-test=centre-login]')!.click()
    await vi.waitFor(() => expect(sent).toEqual([{ name: 'LoginAgent', args: { agent_id: '1001' } }]))
  })
})

describe('a phone that was taken from the agent', () => {
  it('is told in the bar until the shift ends', async () => {
    useLive().of('agents').put(agent({ extension: '1101', phone_withdrawn: true }))
    const bar = await mount(StatusBar, { agent: agent({ extension: '1101', phone_withdrawn: true }) })
    expect(bar.querySelector('[data-test=withdrawn]')!.textContent).toContain('phone 1101 only until you end this shift')
    expect((await mount(StatusBar, { agent: agent({}) })).querySelector('[data-test=withdrawn]')).toBeNull()
  })
})

describe('words of a flow', () => {
  it('are shown as the flow names them, in the page’s language; others as they came', async () => {
    useCentre().centre = { ...useCentre().centre, labels: { account: { 'zh-CN': '户号', en: 'Account' }, repair: { 'zh-CN': '故障报修' } } }
    const list = await mount(DataList, { data: { account: '880', topic: 'repair', language: 'en', constructor: 'x' } })
    expect([...list.querySelectorAll('dt')].map((item) => item.textContent)).toEqual(['Account', 'topic', 'Language', 'constructor'])
    expect([...list.querySelectorAll('dd')].map((item) => item.textContent)).toEqual(['880', '故障报修', 'English', 'x'])
    const path = await mount(IvrPath, { path: [{ node: 'a', pressed: '880', label: 'account' }, { node: 'b', pressed: '', label: '' }] })
    expect(path.textContent).toContain('Account')
    expect(path.textContent).toContain('nothing pressed')
  })
})

describe('without a live connection', () => {
  const button = (box: HTMLElement, name: string): HTMLButtonElement => box.querySelector(`[data-test=${name}]`)!

  it('nothing is promised: the state says so and every button is off', async () => {
    useRealtime().connected = false
    const bar = await mount(StatusBar, { agent: agent() })
    expect(bar.querySelector('[data-test=agent-state]')?.textContent).toContain('No connection')
    expect(bar.querySelector('[data-test=agent-state]')?.className).toContain('bad')
    expect(bar.textContent).not.toContain('Phone registered')
    for (const name of ['go-ready', 'not-ready', 'centre-logout']) expect(button(bar, name).disabled, name).toBe(true)
    const idle = await mount(IdleCard, { agent: agent(), failed: '' })
    expect(idle.textContent).toContain('Calls may not reach you')
    expect(idle.textContent).not.toContain('Ready')
    useLive().of('agents').put(agent({ state: 'talking', call_id: 'c1' }))
    const card = await mount(CallCard, { call: call({ phase: 'connected', agent: '1001' }), agent: agent({ state: 'talking', call_id: 'c1' }) })
    expect([off(card, 'hold'), button(card, 'hold').title, button(card, 'hangup').disabled]).toEqual([true, 'Not possible without a connection to the server.', true])
  })

  it('the web phone still hangs up and mutes by itself', async () => {
    const sent = listen()
    useLive().of('agents').put(agent({ state: 'talking', call_id: 'c1' }))
    usePhone().session = 'talking'
    useRealtime().connected = false
    expect(useActions().can).toMatchObject({ hangUp: true, mute: true, hold: false })
    await useActions().hangUp()
    expect(sent).toEqual([])
  })

  it('a broken engine is no connection either', async () => {
    useRealtime().health.engine = false
    expect((await mount(StatusBar, { agent: agent() })).querySelector('[data-test=agent-state]')?.textContent).toContain('System fault')
  })
})

describe('leaving the page', () => {
  const answerBox = (main: boolean): Promise<void> =>
    vi.waitFor(() => document.querySelector<HTMLElement>(`.el-message-box__btns button${main ? '.el-button--primary' : ':not(.el-button--primary)'}`)!.click())
  const asked = (): string => document.querySelector('.el-message-box__message')?.textContent ?? ''

  it('asks nothing of who has no shift and no call', async () => {
    useLive().of('agents').put(agent({ status: 'logged_out' }))
    expect(await useActions().leave()).toBe(true)
  })

  it('while it rings says that the customer goes back into line, and rejects', async () => {
    const sent = listen()
    useLive().of('agents').put(agent({ state: 'ringing', call_id: 'c1' }))
    const left = useActions().leave()
    await vi.waitFor(() => expect(asked()).toContain('goes back to the same place'))
    await answerBox(true)
    expect(await left).toBe(true)
    expect(sent.map((command) => command.name)).toEqual(['RejectCall'])
  })

  it('in a call of the web phone says that it hangs up; who stays stays connected', async () => {
    const sent = listen()
    useLive().of('agents').put(agent({ state: 'talking', call_id: 'c1' }))
    Object.assign(usePhone(), { registration: 'registered', session: 'talking' })
    const left = useActions().leave()
    await vi.waitFor(() => expect(asked()).toContain('hangs up on the customer'))
    await answerBox(false)
    expect(await left).toBe(false)
    expect(sent).toEqual([])
  })

  it('is not possible without a connection', async () => {
    useRealtime().connected = false
    expect(await useActions().leave()).toBe(false)
  })
})

describe('the web phone', () => {
  const config: PhoneConfig = { ws_url: 'ws://127.0.0.1:5066', realm: 'demo', extension: '1001', password: 'x' }

  /** The page's phone and the switch's end of it. */
  async function plugged(): Promise<{ done: string[]; line: PhoneEvents }> {
    const done: string[] = []
    let line: PhoneEvents | undefined
    void usePhone().start(config, async (_config, events) => {
      line = events
      return {
        start: () => void done.push('start'),
        stop: () => void done.push('stop'),
        answer: () => void done.push('answer'),
        hangUp: () => void done.push('hangUp'),
        mute: (on) => void done.push(`mute ${on}`),
        digit: (tone) => void done.push(`digit ${tone}`),
      }
    })
    await vi.waitFor(() => expect(done).toContain('start'))
    done.length = 0
    return { done, line: line! }
  }

  it('answers by itself, without a command', async () => {
    const sent = listen()
    const { done, line } = await plugged()
    line.registered()
    useLive().of('agents').put(agent({ state: 'ringing', call_id: 'c1' }))
    line.incoming()
    await useActions().answer()
    expect(done).toEqual(['answer'])
    expect(sent).toEqual([])
  })

  it('answers a ringing that comes a moment after the button', async () => {
    listen()
    const { done, line } = await plugged()
    useLive().of('agents').put(agent({ state: 'ringing', call_id: 'c1' }))
    const pressed = useActions().answer()
    line.incoming()
    await pressed
    expect(done).toEqual(['answer'])
  })

  it('hangs up by itself when the engine cannot', async () => {
    listen(() => ({ status: 503, error_id: 'engine-away' }))
    const { done } = await plugged()
    useLive().of('agents').put(agent({ state: 'talking', call_id: 'c1' }))
    await useActions().hangUp()
    expect(done).toEqual(['hangUp'])
  })

  it('takes the call back that was ours before a reload, and no other', async () => {
    sessionStorage.setItem('cti.talking', 'c1')
    const { done, line } = await plugged()
    useLive().of('agents').put(agent({ state: 'ringing', call_id: 'c2' }))
    line.incoming()
    expect(done).toEqual([])
    line.ended()
    sessionStorage.setItem('cti.talking', 'c1')
    line.incoming()
    useLive().of('agents').put(agent({ state: 'ringing', call_id: 'c1' }))
    await nextTick()
    expect(done).toEqual(['answer'])
    expect(usePhone().retaken).toBe(true)
  })

  it('answers by itself when the agent calls somebody', async () => {
    const { done, line } = await plugged()
    line.incoming()
    expect(done).toEqual([])
    useLive().of('agents').put(agent({ state: 'dialing', call_id: 'c3' }))
    await nextTick()
    expect(done).toEqual(['answer'])
    expect(usePhone().retaken).toBe(false)
  })

  it('forgets the call when it really ended', async () => {
    const { line } = await plugged()
    useLive().of('agents').put(agent({ state: 'talking', call_id: 'c1' }))
    line.incoming()
    line.answered()
    expect(sessionStorage.getItem('cti.talking')).toBe('c1')
    line.ended()
    expect(sessionStorage.getItem('cti.talking')).toBeNull()
  })

  it('is not taken from under a call when the page has nobody any more, and ends with the call', async () => {
    const { done, line } = await plugged()
    line.registered()
    line.incoming()
    line.answered()
    usePhone().stop()
    expect(done).toEqual([])
    expect(usePhone().session).toBe('talking')
    line.ended()
    expect(done).toEqual(['stop'])
    expect(usePhone().registration).toBe('off')
  })

  it('names what is wrong with the microphone', () => {
    const error = (name: string): Error => Object.assign(new Error(''), { name })
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'Odd'].map((name) => micProblem(error(name))[0])).toEqual([
      'denied', 'missing', 'busy', 'unknown',
    ])
  })
})
