// Chromium for the browser tests: one fresh profile, a fake microphone, nothing that phones home.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(new URL('../../webapp/frontend/package.json', import.meta.url))
const { chromium } = require('playwright-core')

const OPTIONS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  ...(process.env.CTI_URL?.startsWith('https:') ? ['--ignore-certificate-errors'] : []), // self-made ones
]
export const WAIT_MS = 40_000

/** Runs `work(browser)` and ends the browser whatever happens. */
export async function withBrowser(work) {
  const browser = await chromium.launch({ executablePath: process.env.CTI_CHROMIUM, args: OPTIONS, headless: true })
  try {
    return await work(browser)
  } finally {
    await browser.close()
  }
}

/** A window of its own person: cookies, storage and language apart. Errors of the page are collected in `page.problems`. */
export async function open(browser, url, { locale = 'zh-CN', width = 1440, height = 900, script = '', ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale, ...more })
  if (script) await context.addInitScript({ path: require.resolve(script) })
  const page = await context.newPage()
  page.setDefaultTimeout(WAIT_MS)
  page.problems = []
  page.on('pageerror', (error) => page.problems.push(`error: ${error.message}`))
  page.on('dialog', (dialog) => {
    page.problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) page.problems.push(`console: ${message.text()}`)
  })
  await page.goto(url)
  return page
}

export async function login(page, name, password = 'demo') {
  await page.fill('#login', name)
  await page.fill('#password', password)
  await page.click('[data-test=login-submit]')
  await page.waitForSelector('nav')
}

/** What a test does to the fake server's world: the result of its method. */
export async function world(name, body = {}) {
  const answer = await fetch(`${process.env.CTI_URL}/test/${name}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  return (await answer.json()).result
}
export const log = async () => (await fetch(`${process.env.CTI_URL}/test/log`)).json()

export const mark = (name) => `[data-test="${name}"]`
export const sign = (page, wanted) => page.waitForSelector(`[data-test=agent-state][data-sign="${wanted}"]`)

export function check(yes, text) {
  if (!yes) throw new Error(`not so: ${text}`)
}
export function equal(found, wanted, text) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${text}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`)
}

/** Asks again until `read()` is true; says `text` when it never was. */
export async function until(read, text, limit_ms = WAIT_MS) {
  const end = Date.now() + limit_ms
  for (;;) {
    if (await read()) return
    if (Date.now() > end) throw new Error(`never: ${text}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

export async function shot(page, folder, name) {
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** `node script.mjs NAME`: runs one scenario; the exit code and the last line tell. */
export async function main(scenarios) {
  const name = process.argv[2]
  try {
    await withBrowser((browser) => scenarios[name](browser, process.env.CTI_URL, process.env.CTI_PICTURES || ''))
    console.log(`ok ${name}`)
  } catch (error) {
    console.error(`${name}: ${error.stack ?? error}`)
    process.exitCode = 1
  }
}

/** How loud the far end is in the page's phone, 0 to 1. */
export const loudness = (page) =>
  page.evaluate(async () => {
    const stream = [...document.querySelectorAll('audio')].map((element) => element.srcObject).find(Boolean)
    if (!stream) return 0
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(stream).connect(analyser)
    await context.resume()
    await new Promise((done) => setTimeout(done, 400))
    const samples = new Float32Array(analyser.fftSize)
    analyser.getFloatTimeDomainData(samples)
    await context.close()
    return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
  })
