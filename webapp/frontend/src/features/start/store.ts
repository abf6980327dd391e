/** The first run: what is there, looked at again and again while its page is open. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { get, post } from '@/api'
import type { FirstRun } from '@/generated/api'

export const WIPE = 'wipe the demo'
const LONG_MS = 60_000

export const useStart = defineStore('start', () => {
  const now = shallowRef<FirstRun | null>(null)
  const failed = shallowRef<unknown>(null)
  let turn = 0

  /** The newest answer counts, in whatever order they come. */
  async function look(): Promise<void> {
    const mine = ++turn
    try {
      const found = await get('/api/start')
      if (mine === turn) [now.value, failed.value] = [found, null]
    } catch (error) {
      if (mine === turn) failed.value = error
    }
  }
  async function then<T>(answer: Promise<T>): Promise<T> {
    const told = await answer
    await look()
    return told
  }
  const people = (text: string, team: string, dry_run: boolean) => post('/api/start/people', { text, team, dry_run }, LONG_MS)
  const queue = (name: string) => then(post('/api/start/queue', { name }))
  const fill = () => then(post('/api/start/demo', undefined, LONG_MS))
  const demo = () => get('/api/start/demo')
  const wipe = (confirm: string, calls: boolean) => then(post('/api/start/demo/wipe', { confirm, calls }, LONG_MS))

  return { now, failed, look, people, queue, fill, demo, wipe }
})
