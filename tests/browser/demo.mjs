// The demo centre in Chromium: a virtual caller comes in, an agent takes the call, a team leader watches.
import { check, equal, login, main, mark, open, shot, sign, until } from './browser.mjs'

const PASSWORD = process.env.CTI_DEMO_PASSWORD ?? 'demo'
const HOSTILE = ['<img src=x onerror=alert(1)>', '张三%0AUnique-ID: forged']
const CALL_MS = 90_000
const stage = (page, wanted, limit_ms = CALL_MS) =>
  page.waitForSelector(`${mark('call-card')}[data-stage=${wanted}]`, { timeout: limit_ms })
const text = async (page, name) => (await page.textContent(mark(name))).trim()

/** What the leader's table says of an agent must follow within a second of the desk. */
async function leaderSees(leader, wanted) {
  const from = Date.now()
  await leader.waitForSelector(`tr[data-agent="1001"][data-sign=${wanted}]`)
  return Date.now() - from
}

async function languages(page, folder, what) {
  for (const locale of ['zh-CN', 'en']) {
    await page.click(`[data-locale="${locale}"]`)
    await page.waitForTimeout(250)
    await shot(page, folder, `demo-${what}-${locale}`)
  }
}

const scenarios = {
  async whole_call(browser, url, folder) {
    const agent = await open(browser, url)
    await languages(agent, folder, 'login')
    await login(agent, 'li.wei', PASSWORD)
    const leader = await open(browser, url)
    await login(leader, 'zhao.lei', PASSWORD)
    await leader.waitForSelector('tr[data-agent="1001"][data-sign=logged_out]')

    await agent.click(mark('centre-login'))
    await sign(agent, 'not_ready')
    await agent.click(mark('go-ready'))
    await until(async () => ['ready', 'ringing'].includes(await agent.getAttribute(mark('agent-state'), 'data-sign')), 'ready')

    await stage(agent, 'ringing')
    const delays = [await leaderSees(leader, 'ringing')]
    check(/^138\d{8}$/.test(await text(agent, 'call-number')), 'the number is shown')
    check(HOSTILE.includes(await text(agent, 'call-name')), `the name is shown as text: ${await text(agent, 'call-name')}`)
    check((await text(agent, 'call-queue')).includes('故障报修'), 'the queue is shown')
    check(/^\d+:\d\d$/.test(await text(agent, 'call-timer')), 'the waiting time runs')
    const pressed = await agent.locator(`${mark('ivr-path')} kbd`).allTextContents()
    equal(pressed, ['2'], 'what was pressed in the menu is shown')
    const call = await agent.getAttribute(mark('call-card'), 'data-call')
    await languages(agent, folder, 'desk-ringing')

    await agent.click(mark('answer'))
    await stage(agent, 'talking')
    delays.push(await leaderSees(leader, 'talking'))
    await leader.waitForSelector(`${mark('running-calls')} tr[data-call="${call}"]`)
    await agent.click('[data-code=resolved]')
    await agent.fill(mark('note'), '已核实 checked')
    await agent.click(mark('hold'))
    await stage(agent, 'holding')
    delays.push(await leaderSees(leader, 'holding'))
    await agent.click(mark('resume'))
    await stage(agent, 'talking')

    await agent.reload()
    await stage(agent, 'talking')
    equal(await agent.getAttribute(mark('call-card'), 'data-call'), call, 'the same call after a reload')
    equal(await agent.inputValue(mark('note')), '已核实 checked', 'the note after a reload')
    await languages(agent, folder, 'desk-talking')
    await languages(leader, folder, 'leader')

    await agent.click(mark('hangup'))
    await stage(agent, 'wrap_up')
    delays.push(await leaderSees(leader, 'wrap_up'))
    await agent.waitForSelector(`${mark('result-hint')}.good`)
    await agent.click(mark('end-wrapup'))
    await agent.waitForSelector(`${mark('call-card')}[data-call="${call}"]`, { state: 'detached' })
    check(delays.every((ms) => ms < 1000), `the leader sees it within a second: ${delays} ms`)

    await booked(leader, url, call, folder)
    equal([...agent.problems, ...leader.problems], [], 'problems of the pages')
    console.log(JSON.stringify({ call, leader_delay_ms: delays }))
  },

  /** Two desks: one asks the other, they take turns with the caller, the other one gets the caller and passes on to a queue. */
  async consultation(browser, url, folder) {
    const [one, two] = [await open(browser, url), await open(browser, url)]
    const partner = (page, wanted) => page.waitForSelector(`${mark('partner')}[data-is="${wanted}"]`)
    for (const [page, name] of [[one, 'li.wei'], [two, 'wang.fang']]) {
      await login(page, name, PASSWORD)
      await page.click(mark('centre-login'))
      await sign(page, 'not_ready')
    }
    await one.click(mark('go-ready'))
    await stage(one, 'ringing')
    const call = await one.getAttribute(mark('call-card'), 'data-call')
    await one.click(mark('answer'))
    await stage(one, 'talking')
    await one.click(mark('consult'))
    await one.click('[data-row="1002"]')
    await stage(one, 'consulting')
    await stage(two, 'ringing')
    equal(await two.getAttribute(mark('call-card'), 'data-call'), call, 'the same call rings at the colleague')
    check((await text(two, 'partner')).includes('李伟'), 'who asks is said')
    await two.click(mark('answer'))
    await stage(two, 'consulting')
    await Promise.all([partner(one, 'is.heard'), partner(two, 'askedIs.heard')])
    await languages(one, folder, 'desk-consulting')
    await one.click(mark('swap'))
    await Promise.all([stage(one, 'talking'), partner(one, 'is.aside'), partner(two, 'askedIs.aside')])
    await one.click(mark('swap'))
    await Promise.all([stage(one, 'consulting'), partner(two, 'askedIs.heard')])
    await one.click(mark('give-back'))
    await Promise.all([stage(one, 'talking'), two.waitForSelector(mark('idle-card'))])

    await one.click(mark('consult'))
    await one.click('[data-row="1002"]')
    await stage(two, 'ringing')
    await two.click(mark('answer'))
    await partner(one, 'is.heard')
    await one.click(mark('complete'))
    await Promise.all([stage(one, 'wrap_up'), stage(two, 'talking')])
    await two.waitForSelector(mark('partner'), { state: 'detached' })
    await one.click(mark('end-wrapup'))
    await two.click(mark('transfer'))
    await two.click('[data-kind=queues]')
    await two.click(`${mark('pass-on')} [data-row]`)
    await stage(two, 'wrap_up')
    equal([...one.problems, ...two.problems], [], 'problems of the pages')
  },
}

/** The finished call is in the books: the report counts it, its detail has the recording and the disposition. */
async function booked(leader, url, call, folder) {
  const detail = async () => {
    const answer = await leader.request.get(`${url}/api/calls/${call}`)
    return answer.ok() ? answer.json() : null
  }
  await until(async () => (await detail())?.recordings.length > 0, 'the call and its recording are in the books', 30_000)
  const found = await detail()
  equal(found.call.agent, '1001', 'agent in the books')
  equal(found.call.outcome, 'answered', 'outcome in the books')
  await until(async () => (await detail()).dispositions.some((row) => row.code === 'resolved' && row.note === '已核实 checked'), 'the disposition')
  const recording = found.recordings[0]
  const audio = await leader.request.get(`${url}/api/recordings/${recording.id ?? recording.recording_id}/audio`, { headers: { Range: 'bytes=0-43' } })
  equal(audio.status(), 206, 'a part of the recording')
  equal((await audio.body()).subarray(0, 4).toString(), 'RIFF', 'the recording is a wav file')

  await leader.goto(`${url}/#/reports`)
  await leader.waitForSelector(mark('report-rows'))
  await leader.waitForTimeout(400)
  await languages(leader, folder, 'reports')
  await leader.click(mark('by-agent'))
  await leader.click('tr[data-line="1001"] [data-figure=answered]')
  await leader.waitForSelector(`${mark('figure-calls')} tbody tr`)
  await leader.click(`${mark('figure-calls')} tbody tr`)
  await leader.waitForSelector(mark('call-detail'))
  await shot(leader, folder, 'demo-call-detail')
}

await main(scenarios)
