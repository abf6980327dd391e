import { describe, expect, it } from 'vitest'
import type { ServerEvent } from '@/generated/live'
import { Feed } from '@/realtime/feed'
import { event, snapshot } from '../helpers'

function makeFeed() {
  const applied: ServerEvent[] = []
  let resyncs = 0
  const feed = new Feed({ snapshot: () => undefined, event: (e) => void applied.push(e) }, () => void resyncs++)
  return { feed, applied, resyncs: () => resyncs }
}

describe('the order of events', () => {
  it('believes nothing before the first snapshot', () => {
    const { feed, applied } = makeFeed()
    expect(feed.event(event(11, 'config.applied', { version: 1 }))).toBe('waiting')
    expect(applied).toEqual([])
  })

  it('drops what is not newer than the snapshot, also when it comes twice', () => {
    const { feed, applied } = makeFeed()
    feed.snapshot(snapshot({ epoch: 2, seq: 10 }))
    expect(feed.event(event(10, 'config.applied', { version: 1 }, 2))).toBe('old')
    expect(feed.event(event(99, 'config.applied', { version: 1 }, 1))).toBe('old')
    expect(feed.event(event(11, 'config.applied', { version: 1 }, 2))).toBe('applied')
    expect(feed.event(event(11, 'config.applied', { version: 1 }, 2))).toBe('old')
    expect(applied.map((e) => e.seq)).toEqual([11])
  })

  it('takes a jump in the numbers for events of other people, not for a loss', () => {
    const { feed, resyncs } = makeFeed()
    feed.snapshot(snapshot())
    expect(feed.event(event(500, 'config.applied', { version: 1 }))).toBe('applied')
    expect(resyncs()).toBe(0)
  })

  it('asks for a snapshot when a new epoch begins and waits for it', () => {
    const { feed, applied, resyncs } = makeFeed()
    feed.snapshot(snapshot({ epoch: 1, seq: 900 }))
    expect(feed.event(event(1, 'config.applied', { version: 1 }, 2))).toBe('new-epoch')
    expect(feed.event(event(2, 'config.applied', { version: 1 }, 2))).toBe('waiting')
    expect(resyncs()).toBe(1)
    feed.snapshot(snapshot({ epoch: 2, seq: 2 }))
    expect(feed.event(event(2, 'config.applied', { version: 1 }, 2))).toBe('old')
    expect(feed.event(event(3, 'config.applied', { version: 1 }, 2))).toBe('applied')
    expect(applied.map((e) => e.seq)).toEqual([3])
  })

  it('starts again with a snapshot after the wire broke', () => {
    const { feed } = makeFeed()
    feed.snapshot(snapshot())
    feed.disconnected()
    expect(feed.event(event(11, 'config.applied', { version: 1 }))).toBe('waiting')
    feed.snapshot(snapshot({ seq: 20 }))
    expect(feed.event(event(21, 'config.applied', { version: 1 }))).toBe('applied')
  })
})
