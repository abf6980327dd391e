import { effectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clock, ServerClock, useNow } from '@/lib/clock'
import { duration, minuteTime, percent, seconds, secondsLeft, since } from '@/lib/format'
import { addSample, type Sample } from '@/features/panel/store'

describe('the clock', () => {
  it('is the server’s, carried by the monotonic clock, whatever the wall clock does', () => {
    const sources = { wall: 5, monotonic: 100 }
    const made = new ServerClock({ wall: () => sources.wall, monotonic: () => sources.monotonic })
    expect(made.now()).toBe(5)
    made.sync(1_000_000)
    sources.wall = -999
    sources.monotonic = 350
    expect(made.now()).toBe(1_000_250)
    made.sync(0)
    expect(made.now()).toBe(1_000_250)
  })
})

describe('timers', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] }))
  afterEach(() => void vi.useRealTimers())

  it('run from one shared ticker that stops when nobody looks', () => {
    clock.sync(10_000_000)
    const scope = effectScope()
    const [first, second] = scope.run(() => [useNow('quarter'), useNow('second')])!
    vi.advanceTimersByTime(1500)
    expect(since(10_000_000 - 58_500, first!.value)).toBe('1:00')
    expect(vi.getTimerCount()).toBe(1)
    expect(Math.floor(second!.value / 1000)).toBe(10_001)
    scope.stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('figures in words', () => {
  it('durations', () => {
    expect([0, 999, 61_000, 3_725_000, -5].map(duration)).toEqual(['0:00', '0:00', '1:01', '1:02:05', '0:00'])
    expect(since(0, 5)).toBe('–')
    expect([secondsLeft(10_000, 9_001), secondsLeft(10_000, 10_001), secondsLeft(0, 5)]).toEqual([1, 0, 0])
  })
  it('rates without anything to divide by are a dash', () => {
    expect([percent(null), percent(0.8269), percent(1, 0), seconds(null), seconds(9.6)]).toEqual(['–', '82.7%', '100%', '–', '0:09'])
  })
  it('times are the centre’s', () => {
    expect(minuteTime(Date.UTC(2026, 0, 1, 16, 5), 'Asia/Shanghai')).toBe('00:05')
  })
})

describe('the line of the last 30 minutes', () => {
  it('joins equal samples and keeps one before the window as its start', () => {
    const minute = 60_000
    let samples: Sample[] = []
    for (const [at, waiting] of [[0, 1], [1, 1], [2, 4], [40, 2], [41, 3]] as const) samples = addSample(samples, at * minute, waiting)
    expect(samples.map(([at, waiting]) => [at / minute, waiting])).toEqual([[2, 4], [40, 2], [41, 3]])
  })
})
