/**
 * The order of what the server tells: a snapshot replaces everything, an event counts only when it is newer by (epoch, seq).
 * Pure: no socket here. Events of other people's teams are never sent, so numbers may jump; the server notices real gaps.
 */
import type { ServerEvent, Snapshot } from '@/generated/live'

export interface FeedSink {
  snapshot(snapshot: Snapshot): void
  event(event: ServerEvent): void
}

export type Verdict = 'applied' | 'old' | 'waiting' | 'new-epoch'

export class Feed {
  private epoch = -1
  private seq = -1
  /** Without a snapshot of the current epoch events say nothing that can be trusted. */
  private whole = false

  constructor(
    private readonly sink: FeedSink,
    private readonly resync: () => void,
  ) {}

  /** The connection went: what comes next starts with a snapshot. */
  disconnected(): void {
    this.whole = false
  }

  snapshot(snapshot: Snapshot): void {
    this.epoch = snapshot.epoch
    this.seq = snapshot.seq
    this.whole = true
    this.sink.snapshot(snapshot)
  }

  event(event: ServerEvent): Verdict {
    if (!this.whole) return 'waiting'
    if (event.epoch < this.epoch || (event.epoch === this.epoch && event.seq <= this.seq)) return 'old'
    if (event.epoch > this.epoch) {
      this.whole = false
      this.resync()
      return 'new-epoch'
    }
    this.seq = event.seq
    this.sink.event(event)
    return 'applied'
  }
}
