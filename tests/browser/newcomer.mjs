// A newcomer in Chromium: an empty centre, a one-time link, the guide, and the first call. Only the caller is no page: CTI_CALLER
// calls on a real switch (a JSON list: program and arguments), which the agent answers with the page's own phone.
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { check, equal, loudness, main, mark, open, shot, sign, until } from './browser.mjs'

const PASSWORD = 'nine quiet rivers'
const NUMBER = '4008001000'
const LIMIT_MS = 60_000
const step = (page, name, done = true) => page.waitForSelector(`[data-step=${name}][data-done=${done}]`)
const stage = (page, wanted) => page.waitForSelector(`${mark('call-card')}[data-stage=${wanted}]`)

/** By a one-time link: a password, and in. */
async function enter(browser, link, options = {}) {
  const page = await open(browser, link, options)
  await page.fill('#new-password', PASSWORD)
  await page.click(mark('set-submit'))
  await page.waitForSelector('#password')
  await page.fill('#password', PASSWORD)
  await page.click(mark('login-submit'))
  await page.waitForSelector('nav')
  return page
}

const real = process.env.CTI_CALLER && JSON.parse(process.env.CTI_CALLER)

/** The switch's people are told: somebody calls. */
async function somebodyCalls() {
  if (real) return spawn(real[0], real.slice(1), { stdio: 'ignore' })
  const words = ['-m', 'scripts.cti.main', 'sim', 'call', `SERVICE=${NUMBER}`, 'NUMBER=13800138000']
  await promisify(execFile)(process.env.CTI_PYTHON, words, { env: process.env })
}

const scenarios = {
  async first_call(browser, url, folder) {
    const from = Date.now()
    const admin = await enter(browser, process.env.CTI_LINK, { locale: 'en' })
    await admin.click(mark('start-banner'))
    for (const name of ['account', 'switch', 'trunk']) await step(admin, name)
    await step(admin, 'people', false)
    await shot(admin, folder, 'newcomer-empty')

    await admin.fill(mark('people-text'), 'Li Wei, 2001')
    await admin.click(mark('people-look'))
    await admin.waitForSelector(`${mark('people-told')} >> text=li.wei`)
    await admin.click(mark('people-add'))
    await admin.click(mark('made-close'))
    await admin.click(mark('people-invite'))
    const link = await admin.textContent(mark('link'))
    await admin.click(mark('links-close'))
    await step(admin, 'people')

    await admin.fill(mark('queue-name'), 'Service')
    await admin.click(mark('queue-add'))
    await step(admin, 'queue')
    await admin.fill(mark('number'), NUMBER)
    await until(async () => (await admin.inputValue(mark('number-queue'))) === 'service', 'the queue can be chosen')
    await admin.click(mark('number-add'))
    await step(admin, 'number')
    await admin.click(mark('start-publish'))
    await step(admin, 'publish')

    const agent = await enter(browser, link.trim(), { locale: 'en' })
    if (real) await agent.waitForSelector(`${mark('phone-state')}[data-registration=registered]`)
    await agent.click(mark('centre-login'))
    await sign(agent, 'not_ready')
    await agent.click(mark('go-ready'))
    await sign(agent, 'ready')
    await step(admin, 'phones')

    await somebodyCalls()
    await stage(agent, 'ringing')
    await admin.waitForSelector(`${mark('incoming')} [data-phase=offered]`)
    await agent.click(mark('answer'))
    await stage(agent, 'talking')
    await admin.waitForSelector(`${mark('incoming')} [data-phase=connected]`)
    if (real) await until(async () => (await loudness(agent)) > 0.02, 'the agent hears the caller')
    await shot(admin, folder, 'newcomer-talking')
    await agent.click(mark('hangup'))
    await stage(agent, 'wrap_up')
    await step(admin, 'call')
    check((await admin.textContent(mark('first-call'))).includes('Li Wei'), 'the guide says who has answered')
    await until(async () => (await admin.getAttribute(mark('progress'), 'data-done')) === '9', 'every step is done')
    const took = Date.now() - from
    await shot(admin, folder, 'newcomer-done')
    equal([...admin.problems, ...agent.problems], [], 'problems of the pages')
    check(took <= LIMIT_MS, `from the first link to a taken call within a minute: ${took} ms`)
    console.log(JSON.stringify({ first_call_ms: took }))
  },

  async demo_and_back(browser, url, folder) {
    const admin = await enter(browser, process.env.CTI_LINK, { locale: 'en' })
    await admin.goto(`${url}/#/setup/start`)
    await admin.click(mark('demo-fill'))
    await admin.click('.el-message-box .el-button--primary')
    await admin.waitForSelector(mark('demo-wipe'))
    for (const name of ['people', 'queue', 'number', 'publish']) await step(admin, name)
    await shot(admin, folder, 'newcomer-demo')
    await admin.click(mark('demo-wipe'))
    await admin.fill(mark('wipe-words'), 'wipe it')
    await admin.click(mark('wipe-now'))
    await admin.waitForSelector(mark('wipe-unlike'))
    await admin.fill(mark('wipe-words'), 'wipe the demo')
    await admin.click(mark('wipe-now'))
    await admin.waitForSelector(mark('demo-fill'))
    for (const name of ['people', 'queue', 'number']) await step(admin, name, false)
    await admin.click(`[data-step=switch] button`)
    await admin.click(mark('doctor'))
    await admin.waitForSelector(`${mark('findings')} li`)
    await shot(admin, folder, 'newcomer-doctor')
    equal(admin.problems, [], 'problems of the page')
  },
}

await main(scenarios)
