/** The wire: Socket.IO in the browser, linked peers in tests. Each (re)connection asks for a new one-use ticket. */
import { io, type Socket } from 'socket.io-client'
import type { Health, ServerEvent, Snapshot } from '@/generated/live'

/** What the server says, by its name on the wire. */
interface Heard {
  /** The server lives: something came, and in a few seconds the next beat will. */
  beat(data: { server_ms: number; notices?: number }): void
  snapshot(data: Snapshot): void
  event(data: ServerEvent): void
  health(data: Health): void
}

type Wire = Socket<Heard, { resync(): void }>

export interface TransportEvents extends Heard {
  connected(): void
  disconnected(reason: string): void
}

export interface Transport {
  open(events: TransportEvents): void
  resync(): void
  close(): void
}

export class SocketIoTransport implements Transport {
  private socket: Wire | undefined

  constructor(private readonly ticket: () => Promise<string>) {}

  open(events: TransportEvents): void {
    const socket: Wire = io({
      path: '/socket.io',
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      timeout: 8000,
      // A ticket that cannot be had is sent empty: the server refuses it and the next try asks again.
      auth: (send) => void this.ticket().then((ticket) => send({ ticket }), () => send({ ticket: '' })),
    })
    this.socket = socket
    socket.on('connect', () => events.connected())
    socket.on('disconnect', (reason) => {
      events.disconnected(reason)
      if (reason === 'io server disconnect') this.retryLater(socket)
    })
    socket.on('connect_error', () => {
      events.disconnected('connect-error')
      // A refusal by the server (not a broken wire) stops the client's own retries.
      if (!socket.active) this.retryLater(socket)
    })
    socket.on('beat', (data) => events.beat(data))
    socket.on('snapshot', (data) => events.snapshot(data))
    socket.on('event', (data) => events.event(data))
    socket.on('health', (data) => events.health(data))
  }

  private retryLater(socket: Wire): void {
    setTimeout(() => {
      if (this.socket === socket && !socket.connected) socket.connect()
    }, 1000 + Math.random() * 1500)
  }

  resync(): void {
    this.socket?.emit('resync')
  }

  close(): void {
    this.socket?.close()
    this.socket = undefined
  }
}
