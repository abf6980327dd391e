/** The one connection of this page: ticket, feed, stores. */
import { defineStore } from 'pinia'
import { useNotices } from '@/features/notices/store'
import { computed, ref } from 'vue'
import { post } from '@/api'
import type { Health } from '@/generated/live'
import { clock } from '@/lib/clock'
import { useCentre } from '@/features/centre/store'
import { Feed } from './feed'
import { applyEvent, applySnapshot } from './handlers'
import { SocketIoTransport, type Transport } from './transport'

const RESYNC_RETRY_MS = 3000
/** The server beats every 2 s: who hears nothing for so long looks at an old screen. A server that does not beat is not asked to. */
const SILENCE_MS = 4500

export const useRealtime = defineStore('realtime', () => {
  const connected = ref(false)
  const silent = ref(false)
  const whole = ref(false)
  const health = ref<Health>({ engine: true, redis: true, behind_ms: 0 })
  let transport: Transport | undefined
  /** There was a snapshot before: then the next one stands for events that were not heard, of the configuration too. */
  let met = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let silence: ReturnType<typeof setTimeout> | undefined

  const feed = new Feed(
    {
      snapshot(snapshot) {
        clearTimeout(retry)
        const { engine, redis } = snapshot
        health.value = { ...health.value, engine, redis }
        clock.sync(snapshot.server_ms)
        applySnapshot(snapshot)
        whole.value = true
        if (met) useCentre().applied()
        met = true
      },
      event: applyEvent,
    },
    askAgain,
  )

  function beat({ server_ms, notices }: { server_ms: number; notices?: number }): void {
    if (notices !== undefined) useNotices().changed(notices)
    clock.sync(server_ms)
    silent.value = false
    clearTimeout(silence)
    silence = setTimeout(() => (silent.value = true), SILENCE_MS)
  }
  function quiet(): void {
    clearTimeout(silence)
    silent.value = false
  }

  function askAgain(): void {
    transport?.resync()
    clearTimeout(retry)
    retry = setTimeout(askAgain, RESYNC_RETRY_MS)
  }

  function start(wire: Transport = new SocketIoTransport(async () => (await post('/api/ticket', undefined)).ticket)): void {
    stop()
    transport = wire
    wire.open({
      connected: () => (connected.value = true),
      disconnected: () => {
        connected.value = false
        whole.value = false
        clearTimeout(retry)
        quiet()
        feed.disconnected()
      },
      beat,
      snapshot: (data) => feed.snapshot(data),
      event: (data) => void feed.event(data),
      health: (data) => (health.value = data),
    })
  }

  function stop(): void {
    clearTimeout(retry)
    quiet()
    transport?.close()
    transport = undefined
    met = false
    connected.value = false
    whole.value = false
    feed.disconnected()
  }

  /** '' when all is well; else the name of the banner's text. */
  const trouble = computed(() => {
    if (!connected.value || silent.value) return 'offline'
    if (!health.value.redis) return 'redis'
    if (!health.value.engine) return 'engine'
    if (!whole.value) return 'loading'
    return health.value.behind_ms > 3000 ? 'behind' : ''
  })

  /** What is shown is so now, and what is pressed reaches the engine. */
  const live = computed(() => trouble.value === '' || trouble.value === 'behind')

  return { connected, whole, health, trouble, live, start, stop }
})
