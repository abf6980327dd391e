/** A soft two-tone ring, made by the browser itself. Silent until the page was touched once: browsers want that. */
const NOTES: readonly [hertz: number, from_s: number, to_s: number][] = [
  [523.25, 0, 0.18],
  [659.25, 0.2, 0.38],
  [523.25, 0.4, 0.58],
  [659.25, 0.6, 0.85],
]
const EVERY_MS = 2600

export class Ringtone {
  private context: AudioContext | undefined
  private timer: ReturnType<typeof setInterval> | undefined

  start(): void {
    if (this.timer !== undefined || typeof AudioContext === 'undefined') return
    this.context ??= new AudioContext()
    void this.context.resume().catch(() => undefined)
    this.play()
    this.timer = setInterval(() => this.play(), EVERY_MS)
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
    void this.context?.suspend().catch(() => undefined)
  }

  private play(): void {
    const context = this.context
    if (!context) return
    for (const [hertz, from_s, to_s] of NOTES) {
      const tone = context.createOscillator()
      const volume = context.createGain()
      const at = context.currentTime
      tone.frequency.value = hertz
      volume.gain.setValueAtTime(0, at + from_s)
      volume.gain.linearRampToValueAtTime(0.16, at + from_s + 0.02)
      volume.gain.linearRampToValueAtTime(0, at + to_s)
      tone.connect(volume).connect(context.destination)
      tone.start(at + from_s)
      tone.stop(at + to_s + 0.05)
    }
  }
}
