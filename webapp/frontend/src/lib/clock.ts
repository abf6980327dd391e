/** One clock for every timer: the server's time, carried by the monotonic clock, told by one shared ticker. */
import { onScopeDispose, ref, type Ref } from 'vue'

export interface Sources {
  wall(): number
  monotonic(): number
}

const browser: Sources = { wall: () => Date.now(), monotonic: () => performance.now() }

export class ServerClock {
  private offset: number | null = null

  constructor(private readonly sources: Sources = browser) {}

  /** `server_ms` as just received. The wall clock of this computer may be wrong or jump; the monotonic one is not. */
  sync(server_ms: number): void {
    if (server_ms > 0) this.offset = server_ms - this.sources.monotonic()
  }

  now(): number {
    return this.offset === null ? this.sources.wall() : this.offset + this.sources.monotonic()
  }
}

export const clock = new ServerClock()

const quarter = ref(clock.now())
const second = ref(quarter.value)
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

export function tick(): void {
  const now = clock.now()
  quarter.value = now
  if (Math.floor(now / 1000) !== Math.floor(second.value / 1000)) second.value = now
}

/** Server time in ms as a ref: 'second' for tables, 'quarter' for countdowns. Runs while somebody looks at it. */
export function useNow(pace: 'second' | 'quarter' = 'second'): Readonly<Ref<number>> {
  if (users++ === 0) {
    tick()
    timer = setInterval(tick, 250)
  }
  onScopeDispose(() => {
    if (--users === 0) clearInterval(timer)
  })
  return pace === 'second' ? second : quarter
}
