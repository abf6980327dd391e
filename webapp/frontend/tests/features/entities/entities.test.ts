import { ElMessageBox } from 'element-plus'
import { nextTick } from 'vue'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { FEATURES, mayOpen } from '@/features'
import EntityList from '@/features/entities/parts/EntityList.vue'
import EntryForm from '@/features/entities/parts/EntryForm.vue'
import EntryHistory from '@/features/entities/parts/EntryHistory.vue'
import FieldInput from '@/features/entities/parts/FieldInput.vue'
import ImportDialog from '@/features/entities/parts/ImportDialog.vue'
import Made from '@/features/entities/parts/Made.vue'
import MapInput from '@/features/entities/parts/MapInput.vue'
import { valueText } from '@/features/entities/parts/values'
import { changesOf, fresh, given, useEntities, type Fields } from '@/features/entities/store'
import type { EntityField, EntityKind, Entry } from '@/generated/api'
import { i18n } from '@/i18n'
import { freshStores, mount, unmountAll } from '../../helpers'

const field = (name: string, change: Partial<EntityField> = {}): EntityField => ({
  name, label: { en: `The ${name}`, 'zh-CN': `${name}!` }, help: { en: `About ${name}`, 'zh-CN': 'x' }, form: 'text', key: false, secret: false, made: false,
  required: false, default: '', choices: [], empty: false, lowest: null, largest: null, shortest: null, longest: null, numbers: false, reference: '', ...change,
})
const choice = (value: string): EntityField['choices'][number] => ({ value, label: { en: `In words ${value}`, 'zh-CN': value } })
const KIND: EntityKind = {
  name: 'agents', label: { en: 'Agents', 'zh-CN': '坐席' }, key: 'id', single: '', drafted: false, changes: true, adds: true,
  fields: [
    field('id', { key: true, required: true, default: null, longest: 32 }),
    field('name', { required: true, default: null }),
    field('levels', { form: 'map', numbers: true, lowest: 1, default: {} }),
    field('wait_s', { form: 'number', default: 20, lowest: 0, largest: 99 }),
    field('off', { form: 'flag', default: false }),
    field('kinds', { form: 'list', choices: [choice('local'), choice('national')], default: ['local'] }),
    field('week', { form: 'json', required: true, default: null }),
    field('phone_password', { secret: true, made: true }),
  ],
  seen: [{ name: 'used_from', label: { en: 'The last place', 'zh-CN': 'x' }, help: { en: 'About it', 'zh-CN': 'x' } }],
}
const RECORD: Fields = { id: '1001', name: 'Li', levels: { repair: 1 }, wait_s: 20, off: false, kinds: ['local'], week: [] }
const entry = (change: Partial<Entry> = {}, record: Fields = {}): Entry => ({ key: '1001', version: 3, changed_ms: 1000, changed_by: 'eve', record: { ...RECORD, ...record }, seen: { used_from: '10.0.0.9' }, ...change })
const made = (found: Entry, secrets = {}): object => ({ ...found, fate: 'changed', fields: [], made: secrets })

interface Asked {
  method: string
  path: string
  headers: Record<string, string>
  body: unknown
}
const asked: Asked[] = []
type Answer = [status: number, body: unknown]
/** The server: by 'METHOD path', the first answer that is left, the last one for ever. */
let answers: Record<string, Answer[]> = {}
const refusal = (error_id: string, details: unknown, message = error_id): unknown => ({ error_id, message, details })
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve().then(() => nextTick())
}
const input = <T extends HTMLElement = HTMLInputElement>(box: ParentNode, selector: string): T => box.querySelector<T>(selector)!
async function type(box: ParentNode, selector: string, text: string): Promise<void> {
  const found = input(box, selector)
  found.value = text
  found.dispatchEvent(new Event('input'))
  await nextTick()
}
const mark = (name: string): string => `[data-test=${name}]`

beforeEach(() => {
  unmountAll()
  vi.restoreAllMocks()
  freshStores('admin')
  i18n.global.locale.value = 'en'
  asked.length = 0
  answers = { 'GET /api/centre/agents/1001': [[200, entry()]], 'GET /api/centre/agents/1001/history': [[200, { items: [] }]] }
  vi.stubGlobal('fetch', async (path: string, { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown }) => {
    asked.push({ method, path, headers, body: typeof body === 'string' ? JSON.parse(body) : body })
    const left = answers[`${method} ${path}`] ?? [[404, refusal('no-such-page', {})]]
    const [status, told] = left.length > 1 ? left.shift()! : left[0]!
    return new Response(status === 204 ? null : JSON.stringify(told), { status })
  })
})

describe('the page', () => {
  it('is for who may see something of it', () => {
    const setup = FEATURES.find((one) => one.name === 'entities')!
    expect(mayOpen(setup, { rights: { 'setup.teams.see': 'tenant' }, agent_id: '' })).toBe(true)
    expect(mayOpen(setup, { rights: { 'panel.see': 'tenant', 'setup.teams.change': 'tenant' }, agent_id: '1001' })).toBe(false)
  })
})

describe('a record in a form', () => {
  it('begins with the declared defaults, each its own', () => {
    const one = fresh(KIND)
    expect(one).toEqual({ id: '', name: '', levels: {}, wait_s: 20, off: false, kinds: ['local'], week: null })
    ;(one.kinds as string[]).push('national')
    expect(fresh(KIND).kinds).toEqual(['local'])
  })

  it('sends what was changed, and secrets only where something is said', () => {
    expect(changesOf(KIND.fields, RECORD, { ...RECORD, levels: { repair: 1 }, wait_s: 5, phone_password: undefined })).toEqual({ wait_s: 5 })
    expect(changesOf(KIND.fields, RECORD, { ...RECORD, phone_password: '' })).toEqual({ phone_password: '' })
    expect(given(KIND.fields, { ...fresh(KIND), id: 'x' })).not.toHaveProperty('week')
    const role = field('role', { form: 'choice', required: true, default: null })
    expect(given([role], { role: '' })).toEqual({})
    expect(given([{ ...role, empty: true }], { role: '' })).toEqual({ role: '' })
  })

  it('reads as people say it', () => {
    expect(valueText(KIND.fields[4]!, true)).toBe('Yes')
    expect(valueText(KIND.fields[2]!, { repair: 1, sales: 2 })).toBe('repair: 1, sales: 2')
    expect(valueText(KIND.fields[2]!, { repair: 1 }, (key) => key.toUpperCase())).toBe('REPAIR: 1')
    expect(valueText(KIND.fields[5]!, ['local', 'unheard'])).toBe('In words local, unheard')
    expect(valueText(KIND.fields[5]!, [])).toBe('–')
  })
})

describe('what is sent', () => {
  it('says on which version it was made, also with a key that is no path', async () => {
    answers['PATCH /api/centre/agents/a%20b'] = [[200, made(entry())]]
    await useEntities().change('agents', entry({ key: 'a b', version: 7 }), { name: 'x' })
    expect(asked[0]).toMatchObject({ headers: { 'If-Match': '"7"' }, body: { record: { name: 'x' } } })
  })

  it('of a file is the file as it is', async () => {
    answers['POST /api/centre/agents.xlsx?dry_run=true'] = [[200, { rows: [], counts: {}, dry: true }]]
    const file = new File(['x'], 'A.XLSX')
    await useEntities().take('agents', file, true)
    expect(asked[0]!.body).toBe(file)
    expect(asked[0]!.headers['Content-Type']).toContain('spreadsheetml')
  })

  it('of a list is what is looked for, and no filter without a value', async () => {
    answers['GET /api/centre/agents?search=li&filter=%7B%22off%22%3Afalse%7D&sort=-name&page=2&per_page=50'] = [[200, { items: [], total: 0, page: 2, per_page: 50 }]]
    answers['GET /api/centre/agents?page=1&per_page=50'] = answers['GET /api/centre/agents?search=li&filter=%7B%22off%22%3Afalse%7D&sort=-name&page=2&per_page=50']!
    await useEntities().list('agents', { search: ' li ', by: 'off', value: false, sort: '-name', page: 2 })
    await useEntities().list('agents', { search: '', by: 'off', value: '', sort: '', page: 1 })
    expect(asked).toHaveLength(2)
  })
})

describe('a field', () => {
  const show = (name: string, value: unknown, more = {}): Promise<HTMLElement> =>
    mount(FieldInput, { field: KIND.fields.find((one) => one.name === name), modelValue: value, problems: [], exists: false, ...more })

  it('has its label and its help bound to its input', async () => {
    for (const one of KIND.fields) {
      const box = await show(one.name, RECORD[one.name])
      const control = input<HTMLElement>(box, `#field-${one.name}`)
      expect(control, one.name).toBeTruthy()
      if (one.form !== 'map' && one.form !== 'list') expect(box.querySelector(`label[for=field-${one.name}]`)?.textContent, one.name).toContain(`The ${one.name}`)
      else expect(box.querySelector('legend')!.textContent).toContain(`The ${one.name}`)
      if (one.form !== 'list') expect(control.getAttribute('aria-describedby')).toContain(`field-${one.name}-help`)
      unmountAll()
    }
  })

  it('tells what is wrong in the page’s language', async () => {
    i18n.global.locale.value = 'zh-CN'
    const box = await show('name', '', { problems: [{ field: 'name', problem: 'missing', text: 'must be filled in' }] })
    expect(input<HTMLElement>(box, mark('problem')).textContent).toContain('此项必填')
    expect(input(box, 'input').getAttribute('aria-invalid')).toBe('true')
    expect(input(box, 'input').getAttribute('aria-describedby')).toContain('field-name-problem')
  })

  it('of JSON says at once what cannot be read, and gives what can', async () => {
    const given: unknown[] = []
    const box = await show('week', [], { 'onUpdate:modelValue': (now: unknown) => given.push(now) })
    await type(box, 'textarea', '[1,')
    expect(box.querySelector('[role=alert]')).toBeTruthy()
    await type(box, 'textarea', '[1]')
    expect(box.querySelector('[role=alert]')).toBeNull()
    expect(given).toEqual(['[1,', [1]])
  })

  it('of choices keeps the declared order', async () => {
    const given: unknown[] = []
    const box = await show('kinds', ['national'], { 'onUpdate:modelValue': (now: unknown) => given.push(now) })
    input(box, 'input').click()
    expect(given).toEqual([['local', 'national']])
  })

  it('of other phones has several of them, found among free seats and agents, with their names', async () => {
    useEntities().kinds = [KIND, { ...KIND, name: 'free_seats' }]
    const page = (...items: [key: string, record: Fields][]): Answer[] => [[200, { items: items.map(([key, record]) => ({ key, version: 1, changed_ms: 1, changed_by: 'x', record })), total: items.length, page: 1, per_page: 30 }]]
    answers['GET /api/centre/free_seats?search=1101&page=1&per_page=30'] = page(['1101', { extension: '1101' }])
    answers['GET /api/centre/agents?search=1101&page=1&per_page=30'] = page()
    answers['GET /api/centre/free_seats?page=1&per_page=30'] = page(['1101', { extension: '1101' }], ['1102', { extension: '1102' }])
    answers['GET /api/centre/agents?page=1&per_page=30'] = page(['wei', { id: 'wei', name: 'Li', extension: '8001' }])
    const given: unknown[] = []
    const box = await mount(FieldInput, { field: field('phones', { form: 'list', reference: 'phones' }), modelValue: ['1101'], problems: [], exists: true, 'onUpdate:modelValue': (now: unknown) => given.push(now) })
    expect(box.querySelector('label[for=field-phones]')!.textContent).toContain('The phones')
    expect(box.querySelector('textarea')).toBeNull()
    expect(box.textContent).not.toContain(i18n.global.t('entities.oneALine'))
    input(box, 'input').click()
    const offered = (): string[] => [...document.querySelectorAll('.el-select-dropdown__item')].map((one) => one.textContent!.trim())
    await vi.waitFor(() => expect(offered()).toEqual(['1101', '1102', 'Li (8001)']))
    ;[...document.querySelectorAll<HTMLElement>('.el-select-dropdown__item')].at(-1)!.click()
    await vi.waitFor(() => expect(given).toEqual([['1101', '8001']]))
  })

  it('of phones asks nothing of which the user may not see', async () => {
    useEntities().kinds = [KIND]
    answers['GET /api/centre/agents?search=80&page=1&per_page=30'] = [[200, { items: [], total: 0, page: 1, per_page: 30 }]]
    expect(await useEntities().look('phones', '80')).toEqual([])
    expect(asked.map((one) => one.path)).toEqual(['/api/centre/agents?search=80&page=1&per_page=30'])
  })

  it('that is a key does not change', async () => {
    expect(input(await show('id', '1001', { exists: true }), 'input').readOnly).toBe(true)
  })

  it('of a secret is empty, and another one can be asked for', async () => {
    const given: unknown[] = []
    const box = await show('phone_password', undefined, { exists: true, 'onUpdate:modelValue': (now: unknown) => given.push(now) })
    expect(input(box, 'input').type).toBe('password')
    expect(input(box, 'input').value).toBe('')
    input(box, '[type=checkbox]').click()
    expect(given).toEqual([''])
  })
})

describe('a mapping', () => {
  it('is lines of what and how much; one that stands twice is told', async () => {
    const given: unknown[] = []
    const box = await mount(MapInput, { field: KIND.fields[2], label: 'Levels', id: 'x', modelValue: { repair: 1 }, 'onUpdate:modelValue': (now: unknown) => given.push(now) })
    input<HTMLElement>(box, '#x').click()
    await settled()
    expect(document.activeElement).toBe(input(box, 'li:last-child input'))
    await type(box, 'li:last-child input', 'sales')
    expect(given.at(-1)).toEqual({ repair: 1, sales: 1 })
    await type(box, 'li:last-child input', 'repair')
    expect(box.querySelector('[role=alert]')!.textContent).toContain('repair')
    input<HTMLElement>(box, 'li button').click()
    await nextTick()
    expect(box.querySelectorAll('li')).toHaveLength(1)
  })
})

describe('the form', () => {
  async function show(props: object = {}): Promise<{ box: HTMLElement; told: Record<string, unknown[]> }> {
    const told: Record<string, unknown[]> = { close: [], saved: [], copy: [], open: [], made: [] }
    const on = Object.fromEntries(Object.keys(told).map((name) => [`on${name[0]!.toUpperCase()}${name.slice(1)}`, (what: unknown) => told[name]!.push(what)]))
    const box = await mount(EntryForm, { kind: KIND, entryKey: '1001', copyOf: '', ...props, ...on })
    await settled()
    return { box, told }
  }
  const save = async (box: HTMLElement): Promise<void> => {
    input(box, 'form').dispatchEvent(new Event('submit'))
    await settled()
  }

  it('changes only what was typed, on the version that was seen, and knows what is not saved', async () => {
    answers['PATCH /api/centre/agents/1001'] = [[200, made(entry({ version: 4 }, { name: 'Lee' }))]]
    const { box } = await show()
    expect(useEntities().dirty).toBe(false)
    await type(box, '#field-name', 'Lee')
    expect(useEntities().dirty).toBe(true)
    await save(box)
    expect(asked.find((one) => one.method === 'PATCH')).toMatchObject({ headers: { 'If-Match': '"3"' }, body: { record: { name: 'Lee' } } })
    expect(useEntities().dirty).toBe(false)
  })

  it('puts problems at their fields and the focus at the first of them', async () => {
    const problems = [{ field: 'wait_s', problem: 'value', text: 'must be' }, { field: 'name', problem: 'missing', text: 'm' }, { field: '', problem: 'rule', text: 'of the whole' }]
    answers['PATCH /api/centre/agents/1001'] = [[422, refusal('bad-entry', { problems })]]
    const { box } = await show()
    await type(box, '#field-name', '')
    await save(box)
    expect([...box.querySelectorAll('[data-field]:has([data-test=problem])')].map((one) => one.getAttribute('data-field'))).toEqual(['name', 'wait_s'])
    expect(document.activeElement?.id).toBe('field-name')
    expect(input<HTMLElement>(box, mark('refusal')).textContent).toContain('of the whole')
    expect(input(box, '#field-name').value).toBe('')
  })

  it('tells who was faster: mine on top of theirs', async () => {
    const theirs = { version: 5, who: 'adam', at_ms: 5000, fields: ['wait_s', 'name'], record: { ...RECORD, wait_s: 7, name: 'Adam’s' } }
    answers['PATCH /api/centre/agents/1001'] = [[412, refusal('entry-changed', theirs)], [200, made(entry({ version: 6 }))]]
    const { box } = await show()
    await type(box, '#field-name', 'mine')
    await save(box)
    const said = input<HTMLElement>(box, mark('meanwhile')).textContent!
    expect(document.activeElement).toBe(input(box, mark('meanwhile')))
    for (const text of ['adam', 'Adam’s', 'mine', '7']) expect(said).toContain(text)
    input<HTMLElement>(box, mark('keep-mine')).click()
    await settled()
    expect(asked.filter((one) => one.method === 'PATCH').at(-1)).toMatchObject({ headers: { 'If-Match': '"5"' }, body: { record: { name: 'mine' } } })
  })

  it('tells who was faster: theirs', async () => {
    const theirs = { version: 5, who: 'adam', at_ms: 5000, fields: ['name'], record: { ...RECORD, name: 'Adam’s' } }
    answers['PATCH /api/centre/agents/1001'] = [[412, refusal('entry-changed', theirs)]]
    const { box } = await show()
    await type(box, '#field-name', 'mine')
    await save(box)
    input<HTMLElement>(box, mark('take-theirs')).click()
    await settled()
    expect(input(box, '#field-name').value).toBe('Adam’s')
    expect(useEntities().dirty).toBe(false)
    expect(box.querySelector(mark('meanwhile'))).toBeNull()
  })

  it('makes a new one, and hands on the secret that the product made', async () => {
    answers['POST /api/centre/agents'] = [[201, made(entry({ key: '2001' }), { phone_password: 'pw' })]]
    const { box, told } = await show({ entryKey: '' })
    await type(box, '#field-id', '2001')
    await type(box, '#field-name', 'Sun')
    await save(box)
    expect(asked.at(-1)!.body).toEqual({ record: { id: '2001', name: 'Sun', levels: {}, wait_s: 20, off: false, kinds: ['local'] } })
    expect(told).toMatchObject({ saved: ['2001'], made: [{ key: '2001', made: { phone_password: 'pw' } }] })
  })

  it('keeps what is typed also while it cannot be read', async () => {
    const { box } = await show()
    await type(box, '#field-week', '[["09:00",')
    await settled()
    expect(input(box, '#field-week').value).toBe('[["09:00",')
    await type(box, '#field-week', '[["09:00", "18:00"]]')
    await settled()
    expect(input(box, '#field-week').value).toBe('[["09:00", "18:00"]]')
    expect(box.querySelector('[role=alert]')).toBeNull()
  })

  it('of a copy has the other one’s record without its key', async () => {
    const { box } = await show({ entryKey: '', copyOf: '1001' })
    expect([input(box, '#field-id').value, input(box, '#field-name').value]).toEqual(['', 'Li'])
    expect(useEntities().dirty).toBe(true)
  })

  it('says at the key that it is taken', async () => {
    answers['POST /api/centre/agents'] = [[409, refusal('entry-exists', { key: '1001' })]]
    const { box } = await show({ entryKey: '' })
    await type(box, '#field-id', '1001')
    await save(box)
    expect(box.querySelector('[data-field=id] [data-test=problem]')).toBeTruthy()
    expect(document.activeElement?.id).toBe('field-id')
  })

  it('removes after a question; who uses it can be opened', async () => {
    vi.spyOn(ElMessageBox, 'confirm').mockRejectedValueOnce('cancel').mockResolvedValue('confirm' as never)
    const used_by = [{ entity: 'users', field: 'agent_id', key: 'li.wei' }]
    answers['DELETE /api/centre/agents/1001'] = [[409, refusal('entry-in-use', { used_by, total: 1 })], [204, null]]
    const { box, told } = await show()
    const press = async (): Promise<void> => {
      input<HTMLElement>(box, mark('remove-entry')).click()
      await settled()
    }
    await press()
    expect(asked.some((one) => one.method === 'DELETE')).toBe(false)
    await press()
    input<HTMLElement>(box, `${mark('used-by')} button`).click()
    expect(told.open).toEqual(used_by)
    await press()
    expect(told.close).toHaveLength(1)
    expect(asked.find((one) => one.method === 'DELETE')!.headers['If-Match']).toBe('"3"')
  })

  it('of what is gone has its history', async () => {
    answers['GET /api/centre/agents/1001'] = [[404, refusal('no-such-entry', {})]]
    answers['GET /api/centre/agents/1001/history'] = [[200, { items: [{ version: 4, at_ms: 1, who: 'eve', what: 'removed', fields: [], before: RECORD, after: null }] }]]
    const { box } = await show()
    expect(box.querySelector(mark('save'))).toBeNull()
    expect(box.querySelector(mark('undo'))).toBeTruthy()
  })
})

describe('the history', () => {
  const version = (change: object): object => ({ version: 1, at_ms: 1, who: 'eve', what: 'changed', fields: [], before: RECORD, after: RECORD, ...change })

  it('shows what was and is, and goes back to a version on top of the newest', async () => {
    vi.spyOn(ElMessageBox, 'confirm').mockResolvedValue('confirm' as never)
    const items = [
      version({ version: 3, fields: ['wait_s', 'phone_password'], after: { ...RECORD, wait_s: 5 } }),
      version({ version: 2, what: 'created', before: null, fields: ['name'] }),
    ]
    answers['GET /api/centre/agents/1001/history'] = [[200, { items }]]
    answers['POST /api/centre/agents/1001/undo'] = [[200, made(entry({ version: 4 }))]]
    const undone: unknown[] = []
    const box = await mount(EntryHistory, { kind: KIND, entryKey: '1001', version: 3, onUndone: (one: unknown) => undone.push(one) })
    await settled()
    expect(input<HTMLElement>(box, '[data-version="3"] dl').textContent).toMatch(/The wait_s\s*20\s*5\s*The phone_password\s*not shown/)
    expect(box.querySelector(`[data-version="3"] ${mark('undo')}`)).toBeNull()
    input<HTMLElement>(box, `[data-version="2"] ${mark('undo')}`).click()
    await settled()
    expect(asked.at(-1)).toMatchObject({ headers: { 'If-Match': '"3"' }, body: { version: 2 } })
    expect(undone).toHaveLength(1)
  })

  it('goes back also to what was there before the first change that is known', async () => {
    vi.spyOn(ElMessageBox, 'confirm').mockResolvedValue('confirm' as never)
    answers['GET /api/centre/agents/1001/history'] = [[200, { items: [version({ version: 2, fields: ['wait_s'] })] }]]
    answers['POST /api/centre/agents/1001/undo'] = [[200, made(entry({ version: 3 }))]]
    const box = await mount(EntryHistory, { kind: KIND, entryKey: '1001', version: 2 })
    await settled()
    expect(box.querySelectorAll(mark('undo'))).toHaveLength(1)
    input<HTMLElement>(box, `[data-version="1"] ${mark('undo')}`).click()
    await settled()
    expect(asked.at(-1)).toMatchObject({ headers: { 'If-Match': '"2"' }, body: { version: 1 } })
  })

  it('has what was removed again, as it was before', async () => {
    vi.spyOn(ElMessageBox, 'confirm').mockResolvedValue('confirm' as never)
    answers['GET /api/centre/agents/1001/history'] = [[200, { items: [version({ version: 4, what: 'removed', after: null })] }]]
    answers['POST /api/centre/agents/1001/undo'] = [[200, made(entry({ version: 5 }))]]
    const box = await mount(EntryHistory, { kind: KIND, entryKey: '1001', version: 0 })
    await settled()
    input<HTMLElement>(box, mark('undo')).click()
    await settled()
    expect(asked.at(-1)).toMatchObject({ headers: { 'If-Match': '"4"' }, body: { version: 3 } })
  })
})

describe('the list', () => {
  const page = (items: Entry[]): Answer[] => [[200, { items, total: items.length, page: 1, per_page: 50 }]]

  it('shows, sorts and opens', async () => {
    answers['GET /api/centre/agents?page=1&per_page=50'] = page([entry()])
    answers['GET /api/centre/agents?sort=name&page=1&per_page=50'] = page([entry()])
    answers['GET /api/centre/agents?sort=-name&page=1&per_page=50'] = page([entry()])
    const opened: string[] = []
    const box = await mount(EntityList, { kind: KIND, onOpen: (key: string) => opened.push(key) })
    await settled()
    expect(input<HTMLElement>(box, mark('entity-total')).textContent).toBe('1 entry')
    expect(box.querySelector('[data-sort=levels]')).toBeNull()
    for (const wanted of ['ascending', 'descending']) {
      input<HTMLElement>(box, '[data-sort=name]').click()
      await settled()
      expect(input<HTMLElement>(box, 'th:has([data-sort=name])').getAttribute('aria-sort')).toBe(wanted)
    }
    input<HTMLElement>(box, 'tbody button').click()
    expect(opened).toEqual(['1001'])
    expect(input<HTMLAnchorElement>(box, mark('csv')).getAttribute('href')).toBe('/api/centre/agents.csv')
  })

  it('that is empty says what this is and offers to add', async () => {
    answers['GET /api/centre/agents?page=1&per_page=50'] = page([])
    let added = 0
    const box = await mount(EntityList, { kind: KIND, onAdd: () => added++ })
    await settled()
    expect(input<HTMLElement>(box, mark('entity-empty')).textContent).toContain('Who answers calls')
    input<HTMLElement>(box, mark('add-first')).click()
    expect(added).toBe(1)
  })

  it('that cannot be read says so and not that nothing is there', async () => {
    answers['GET /api/centre/agents?page=1&per_page=50'] = [[503, refusal('database-away', {})]]
    const box = await mount(EntityList, { kind: KIND })
    await settled()
    expect(box.querySelector(mark('entity-empty'))).toBeNull()
    expect(box.textContent).toContain('Try again')
  })
})

describe('an import', () => {
  const row = (key: string, fate: string, change = {}): object => ({ key, fate, fields: [], made: {}, problems: [], ...change })
  async function choose(rows: object[], counts: object): Promise<HTMLButtonElement> {
    answers['POST /api/centre/agents.csv?dry_run=true'] = [[200, { rows, counts, dry: true }]]
    input<HTMLInputElement>(document, mark('import-file')).dispatchEvent(new Event('change'))
    await settled()
    return input<HTMLButtonElement>(document, mark('import-all'))
  }
  async function open(props = {}): Promise<void> {
    await mount(ImportDialog, { kind: KIND, modelValue: true, ...props })
    await settled()
    const file = new File(['id'], 'agents.csv')
    Object.defineProperty(input(document, mark('import-file')), 'files', { value: [file] })
  }

  it('is tried first, and not possible while a row is refused', async () => {
    await open()
    const button = await choose([row('a', 'created'), row('b', 'refused', { problems: [{ field: 'name', problem: 'missing', text: 'm' }] })], { created: 1, refused: 1 })
    expect([...document.querySelectorAll('tr[data-fate]')].map((one) => one.getAttribute('data-fate'))).toEqual(['refused', 'created'])
    expect(input<HTMLElement>(document, 'tr[data-fate=refused]').textContent).toContain('The name')
    expect(button.disabled).toBe(true)
    expect(asked).toHaveLength(1)
  })

  it('hands on the secrets that were made', async () => {
    const done: unknown[] = []
    await open({ onDone: (made: unknown) => done.push(made) })
    const button = await choose([row('a', 'created'), row('b', 'same')], { created: 1, same: 1 })
    answers['POST /api/centre/agents.csv'] = [[200, { rows: [row('a', 'created', { made: { phone_password: 'pw' } }), row('b', 'same')], counts: { created: 1, same: 1 }, dry: false }]]
    button.click()
    await settled()
    expect(done).toEqual([[{ key: 'a', made: { phone_password: 'pw' } }]])
  })
})

describe('a secret that the product made', () => {
  it('is shown once, to be copied', async () => {
    const copied: string[] = []
    vi.stubGlobal('navigator', { ...navigator, language: 'en', clipboard: { writeText: async (text: string) => void copied.push(text) } })
    await mount(Made, { kind: KIND, modelValue: [{ key: '2001', made: { phone_password: 'pw' } }] })
    await settled()
    expect(input<HTMLElement>(document, `${mark('made')} li`).textContent).toMatch(/2001 · The phone_password\s*pw/)
    input<HTMLElement>(document, mark('copy-secret')).click()
    expect(copied).toEqual(['pw'])
    vi.unstubAllGlobals()
  })
})
