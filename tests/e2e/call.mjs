// A real call in Chromium: the desk's web phone answers a caller of a real switch, with sound both ways; a team leader looks on.
import { check, equal, login, loudness, main, mark, open, shot, sign, until } from '../browser/browser.mjs'

const { CTI_PASSWORDS, CTI_CALLER_NAME, CTI_CALLER } = process.env
const passwords = JSON.parse(CTI_PASSWORDS)
const CALL_MS = 60_000
const stage = (page, wanted) => page.waitForSelector(`${mark('call-card')}[data-stage=${wanted}]`, { timeout: CALL_MS })
const text = async (page, name) => (await page.textContent(mark(name))).trim()

/** The web phone is there and its agent is logged in, whatever an earlier scenario has left. */
async function loggedIn(agent) {
  await agent.waitForSelector(`${mark('phone-state')}[data-registration=registered]`)
  if (await agent.locator(mark('centre-login')).isVisible()) await agent.click(mark('centre-login'))
  await agent.waitForSelector(mark('go-ready'))
}

const scenarios = {
  async whole_call(browser, url, folder) {
    const agent = await open(browser, url)
    await login(agent, 'li.wei', passwords['li.wei'])
    await loggedIn(agent)
    await sign(agent, 'not_ready')
    const leader = await open(browser, url)
    await login(leader, 'zhao.lei', passwords['zhao.lei'])
    await leader.waitForSelector('tr[data-agent="1001"]')
    await leader.waitForSelector(`${mark('waiting-calls')} tr[data-call]`, { timeout: CALL_MS })
    await agent.click(mark('go-ready'))

    await stage(agent, 'ringing')
    equal(await text(agent, 'call-number'), CTI_CALLER, 'the number')
    equal(await text(agent, 'call-name'), CTI_CALLER_NAME, 'the name is shown as text')
    check((await text(agent, 'call-queue')).includes('故障报修'), 'the queue')
    equal(await agent.locator(`${mark('ivr-path')} kbd`).allTextContents(), ['2'], 'what was pressed')
    const call = await agent.getAttribute(mark('call-card'), 'data-call')
    await shot(agent, folder, 'real-ringing')

    await agent.click(mark('answer'))
    await stage(agent, 'talking')
    await leader.waitForSelector(`${mark('running-calls')} tr[data-call="${call}"]`)
    await until(async () => (await loudness(agent)) > 0.02, 'the agent hears the caller')
    await agent.waitForTimeout(4000)
    await shot(agent, folder, 'real-talking')
    await shot(leader, folder, 'real-leader')

    await agent.click(mark('hold'))
    await stage(agent, 'holding')
    await until(async () => (await loudness(agent)) < 0.001, 'on hold the agent hears nothing')
    await agent.click(mark('resume'))
    await stage(agent, 'talking')
    await until(async () => (await loudness(agent)) > 0.02, 'the agent hears the caller again')
    await agent.waitForTimeout(3000)
    await agent.click('[data-code=resolved]')
    await agent.fill(mark('note'), '已恢复供电 power is back')
    await agent.click(mark('hangup'))
    await stage(agent, 'wrap_up')
    await agent.waitForSelector(`${mark('result-hint')}.good`)
    await shot(agent, folder, 'real-wrapup')
    await agent.click(mark('end-wrapup'))
    await sign(agent, 'ready')

    const read = async (path) => {
      const answer = await leader.request.get(`${url}/api/${path}`)
      return answer.ok() ? answer.json() : null
    }
    await until(async () => {
      const found = await read(`calls/${call}`)
      return found?.recordings.length > 0 && found.dispositions.some((row) => row.note)
    }, 'call, recording and disposition are in the books', CALL_MS)
    const detail = await read(`calls/${call}`)
    const audio = await leader.request.get(`${url}/api/recordings/${detail.call.recording_id}/audio`, { headers: { Range: 'bytes=0-43' } })
    equal(audio.status(), 206, 'a part of the recording')
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(detail.call.arrived_ms)
    const totals = (await read(`reports/queues?day=${day}`)).totals
    const agents = (await read(`reports/agents?day=${day}`)).totals
    await leader.goto(`${url}/#/reports`)
    await leader.waitForSelector(mark('report-rows'))
    await leader.waitForTimeout(500)
    await shot(leader, folder, 'real-report')
    equal([...agent.problems, ...leader.problems], [], 'problems of the pages')
    console.log(JSON.stringify({ detail, repair: totals.repair, agent: agents['1001'], bytes: audio.headers()['content-range'] }))
  },

  /** The page is loaded anew in the middle of a call: its old phone is gone, and the switch does not know it. */
  async reloaded_page(browser, url, folder) {
    const agent = await open(browser, url)
    await login(agent, 'li.wei', passwords['li.wei'])
    await loggedIn(agent)
    if (await agent.locator(mark('go-ready')).isEnabled()) await agent.click(mark('go-ready'))
    await stage(agent, 'ringing')
    await agent.click(mark('answer'))
    await stage(agent, 'talking')
    await until(async () => (await loudness(agent)) > 0.02, 'the agent hears the caller')
    await agent.waitForTimeout(3000)
    const reloaded = Date.now()
    await agent.reload()
    await stage(agent, 'talking')
    await until(async () => (await loudness(agent)) > 0.02, 'the agent hears the caller again')
    const heard = Date.now()
    await agent.waitForTimeout(2000)
    await shot(agent, folder, 'real-reloaded')
    await agent.click('[data-code=resolved]')
    await agent.click(mark('hangup'))
    await stage(agent, 'wrap_up')
    equal([...agent.problems], [], 'problems of the page')
    console.log(JSON.stringify({ reloaded, heard }))
  },
}

await main(scenarios)
