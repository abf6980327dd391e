import { beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import DispositionPick from '@/features/desk/parts/DispositionPick.vue'
import { useCentre } from '@/features/centre/store'
import { freshStores, mount, unmountAll } from '../../helpers'

const one = (code: string, parent = '', queues: string[] = []) => ({ code, parent, queues, texts: { en: code.toUpperCase() } })
const TREE = [one('done'), one('pay', '', ['billing']), one('paid', 'pay'), one('later', 'pay', ['nobody']), one('empty'), one('odd', 'empty', ['nobody'])]

async function shown(queue: string, modelValue = '') {
  const told: string[] = []
  const box = await mount(DispositionPick, { queue, modelValue, label: 'x', 'onUpdate:modelValue': (code: string) => told.push(code) })
  const codes = () => [...box.querySelectorAll('button')].map((button) => (button as HTMLElement).dataset.code ?? `${(button as HTMLElement).dataset.heading}…`)
  return { box, told, codes }
}

describe('dispositions', () => {
  beforeEach(() => {
    unmountAll()
    freshStores()
    useCentre().centre = { ...useCentre().centre, dispositions: TREE }
  })

  it('of other queues are not offered, nor a heading with nothing below', async () => {
    expect((await shown('repair')).codes()).toEqual(['done'])
    expect((await shown('billing')).codes()).toEqual(['done', 'pay…'])
    expect((await shown('')).codes()).toEqual(['done', 'pay…', 'empty…'])
  })

  it('below a heading open with it', async () => {
    const { box, told, codes } = await shown('billing')
    box.querySelector<HTMLElement>('[data-heading=pay]')!.click()
    await nextTick()
    expect(codes()).toEqual(['done', 'pay…', 'paid'])
    expect(told).toEqual([])
    box.querySelector<HTMLElement>('[data-code=paid]')!.click()
    expect(told).toEqual(['paid'])
    box.querySelector<HTMLElement>('[data-heading=pay]')!.click()
    await nextTick()
    expect(codes()).toEqual(['done', 'pay…'])
  })

  it('that are chosen are shown with the way to them, whatever the queue is', async () => {
    const { box, codes } = await shown('repair', 'later')
    expect(codes()).toEqual(['done', 'pay…', 'later'])
    expect(box.querySelector('[data-code=later]')!.getAttribute('aria-checked')).toBe('true')
    expect(useCentre().dispositionText('later')).toBe('PAY › LATER')
  })
})
