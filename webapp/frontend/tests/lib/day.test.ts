import { beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useSpan } from '@/lib/day'
import { clock } from '@/lib/clock'
import { useCentre } from '@/features/centre/store'
import { freshStores } from '../helpers'

describe('the days of a list', () => {
  beforeEach(() => {
    freshStores()
    vi.spyOn(clock, 'now').mockReturnValue(Date.UTC(2031, 4, 17, 20))
  })
  const zoneComes = async (zone: string): Promise<void> => {
    useCentre().centre = { ...useCentre().centre, time_zone: zone }
    await nextTick()
  }

  it('is today where the centre is, also when its zone comes later', async () => {
    const days = useSpan()
    expect(days.value).toEqual(['2031-05-18', '2031-05-18'])
    await zoneComes('Europe/London')
    expect(days.value).toEqual(['2031-05-17', '2031-05-17'])
  })

  it('stays what somebody chose', async () => {
    const days = useSpan()
    days.value = ['2031-05-02', '2031-05-17']
    await zoneComes('Europe/London')
    expect(days.value).toEqual(['2031-05-02', '2031-05-17'])
  })
})
