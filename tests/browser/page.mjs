// The page in Chromium against the fake server: one scenario per run, named by the argument.
import { check, equal, log, login, main, mark, open, shot, sign, until, world } from './browser.mjs'

const HOSTILE = '<img src=x onerror=alert(1)>'
let base = ''

const text = (page, name) => page.textContent(mark(name)).then((found) => found.trim())

async function readyAgent(browser, options) {
  const page = await open(browser, base, options)
  await login(page, 'li.wei')
  await page.click(mark('centre-login'))
  await sign(page, 'not_ready')
  await page.click(mark('go-ready'))
  await sign(page, 'ready')
  return page
}

/** Asks the test for something that the switch has to do, and waits until it is done. */
async function theSwitch(what) {
  await world('ask', { what })
  await until(async () => (await log()).asked.length === 0, `the switch does: ${what}`)
}
const registered = (page) => page.waitForSelector(`${mark('phone-state')}[data-registration=registered]`, { timeout: 30_000 })

const talking = (page) => page.waitForSelector(`${mark('phone-state')}[data-session=talking]`)

/** In the page: the loudest moment of the far side within a short while, 0 to 1. */
async function loudness() {
  const stream = document.querySelector('audio').srcObject
  if (!stream) return 0
  const context = new AudioContext()
  const meter = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(meter)
  const samples = new Float32Array(meter.fftSize)
  let loudest = 0
  for (let n = 0; n < 30; n++) {
    await new Promise((done) => setTimeout(done, 50))
    meter.getFloatTimeDomainData(samples)
    for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample))
  }
  await context.close()
  return loudest
}

const scenarios = {
  async call_of_an_agent(browser) {
    const page = await readyAgent(browser)
    await world('offer', { agent_id: '1001', number: '13812345678', name: HOSTILE })
    await page.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
    equal(await text(page, 'call-number'), '13812345678', 'number')
    equal(await text(page, 'call-name'), HOSTILE, 'the name is shown as text')
    equal(await text(page, 'call-queue'), '故障报修 Repair', 'queue')
    check((await text(page, 'ivr-path')).includes('2'), 'what was pressed is shown')
    check((await page.title()).includes('13812345678'), 'the title tells of the call')
    await page.click(mark('answer'))
    await page.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    await page.click('[data-code=resolved]')
    await page.fill(mark('note'), '已回访 ok')
    await page.click(mark('hold'))
    await page.click(mark('resume'))
    await page.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    await page.click(mark('hangup'))
    await page.waitForSelector(`${mark('call-card')}[data-stage=wrap_up]`)
    await until(async () => (await log()).saved.some((row) => row.code === 'resolved' && row.note === '已回访 ok'), 'the result is saved')
    await page.click(mark('end-wrapup'))
    await sign(page, 'ready')
    await page.waitForSelector(mark('idle-card'))
    const names = (await log()).commands.map((command) => command.name)
    const saves = ['SetDisposition', 'SaveNote']
    equal(names.filter((name) => !name.startsWith('AgentPage') && !saves.includes(name)), ['LoginAgent', 'ReadyAgent', 'AnswerCall', 'HoldCall', 'ResumeCall', 'HangupCall', 'EndWrapUp'], 'commands')
    equal(page.problems, [], 'problems of the page')
  },

  /** A colleague is asked, talks in turn with the customer, is left; then the customer is passed on, to a person and to a queue. */
  async consult_and_transfer(browser) {
    const page = await readyAgent(browser, { locale: 'en' })
    await page.click('[data-locale=en]')
    const stage = (wanted) => page.waitForSelector(`${mark('call-card')}[data-stage=${wanted}]`)
    const partner = (wanted) => page.waitForSelector(`${mark('partner')}[data-partner="1002"][data-is="${wanted}"]`)
    const sent = async () => (await log()).commands.at(-1)
    for (const [agent_id, change] of Object.entries({ 1002: { status: 'not_ready', reason: 'lunch' }, 1003: { status: 'ready', state: 'talking' }, 1004: { status: 'ready', phone_registered: false } })) {
      await world('agent', { agent_id, ...change })
    }
    await world('offer', { agent_id: '1001' })
    await page.click(mark('answer'))
    await stage('talking')

    await page.focus(mark('consult'))
    await page.keyboard.press('Enter')
    await page.waitForSelector(`${mark('pass-on-search')}:focus`)
    for (const id of ['1003', '1004']) check(await page.isDisabled(`[data-row="${id}"]`), `${id} cannot be rung`)
    check(!(await page.isDisabled('[data-row="1005"]')), 'of another team nothing is known: it is tried')
    equal(await page.locator('[data-row="1001"]').count(), 0, 'not oneself')
    await page.keyboard.type('王')
    equal(await page.locator('[data-row]').count(), 1, 'found by name')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await stage('consulting')
    equal(await sent(), { args: { agent_id: '1001', colleague_id: '1002' }, name: 'ConsultAgent' }, 'asked')
    await partner('is.rung')
    check(await page.isDisabled(mark('swap')), 'nobody to swap with yet')
    await page.waitForSelector(`${mark('give-back')}:focus`)

    await world('colleague_answers', { agent_id: '1002' })
    await partner('is.heard')
    await sign(page, 'consulting')
    await page.click(mark('swap'))
    await stage('talking')
    await partner('is.aside')
    check((await text(page, 'partner')).includes('hears music'), 'the colleague waits')
    equal(await page.locator(mark('hold')).count(), 0, 'no hold meanwhile')
    await page.keyboard.press('F8')
    await partner('is.heard')
    await page.click(mark('give-back'))
    await page.waitForSelector(mark('partner'), { state: 'detached' })
    await stage('talking')
    equal((await log()).commands.slice(-3).map((command) => command.name), ['SwapCalls', 'SwapCalls', 'ReturnToCaller'], 'commands')

    await page.click(mark('transfer'))
    await world('put', { refuse: { TransferToAgent: 'agent-busy' } })
    await page.click('[data-row="1002"]')
    await page.waitForSelector('.el-message--error')
    await page.waitForSelector(mark('pass-on'))
    await world('put', { refuse: {} })
    await page.click('[data-row="1002"]')
    await stage('wrap_up')
    equal((await sent()).name, 'TransferToAgent', 'passed on')
    await page.click(mark('end-wrapup'))
    await sign(page, 'ready')

    await world('offer', { agent_id: '1001' })
    await page.click(mark('answer'))
    await stage('talking')
    await page.click(mark('transfer'))
    await page.click('[data-kind=queues]')
    await page.click('[data-row=sales]')
    await stage('wrap_up')
    equal(await sent(), { args: { agent_id: '1001', queue_id: 'sales' }, name: 'TransferToQueue' }, 'passed on to a queue')
    await page.click(mark('end-wrapup'))
    equal(page.problems, [], 'problems of the page')
  },

  /** All three, one more, one muted and dropped; a flow and back; a slot and out of it; a colleague's ringing call. */
  async conference_flow_and_slot(browser) {
    const page = await readyAgent(browser, { locale: 'en' })
    await page.click('[data-locale=en]')
    const stage = (wanted) => page.waitForSelector(`${mark('call-card')}[data-stage=${wanted}]`)
    const sent = async () => (await log()).commands.at(-1)
    for (const agent_id of ['1002', '1003']) await world('agent', { agent_id, status: 'ready' })
    await world('offer', { agent_id: '1001' })
    await page.click(mark('answer'))
    await stage('talking')
    await page.click(mark('consult'))
    await page.click('[data-row="1002"]')
    await stage('consulting')
    await page.waitForSelector(`${mark('join')}:not([disabled])[aria-disabled]`)
    await page.dispatchEvent(mark('join'), 'click')
    check((await page.textContent('.el-message--info')).includes('not answered'), 'why not yet')
    await world('colleague_answers', { agent_id: '1002' })
    await page.waitForSelector(`${mark('partner')}[data-is="is.heard"]`)
    await page.click(mark('join'))
    await page.waitForSelector(`${mark('parties')} [data-party="3"]`)
    await page.click(mark('add'))
    await page.click('[data-row="1003"]')
    const third = page.locator(`${mark('parties')} [data-party="4"]`)
    check((await third.textContent()).includes('Ringing'), 'is rung')
    await world('colleague_answers', { agent_id: '1003' })
    await third.locator(mark('mute-party')).click()
    await until(async () => (await third.textContent()).includes('Muted'), 'muted')
    equal(await sent(), { args: { agent_id: '1001', muted: true, party: 4 }, name: 'MuteParty' }, 'one is muted')
    check(await page.isDisabled(mark('transfer')), 'nobody passes on who is not alone')
    await third.locator(mark('drop-party')).click()
    await third.waitFor({ state: 'detached' })
    await page.click(`${mark('parties')} [data-party="3"] ${mark('drop-party')}`)
    await page.waitForSelector(mark('parties'), { state: 'detached' })

    await page.click(mark('flow'))
    await page.click('[data-row=pin_check]')
    await page.waitForSelector(mark('in-flow'))
    equal(await sent(), { args: { agent_id: '1001', flow: 'pin_check' }, name: 'SendToFlow' }, 'to a flow')
    await page.keyboard.press('F8')
    await stage('talking')
    await page.click(mark('park'))
    await page.fill('.el-message-box__input input', '7')
    await page.keyboard.press('Enter')
    await stage('wrap_up')
    equal(await sent(), { args: { agent_id: '1001', slot: '7' }, name: 'ParkCall' }, 'parked')
    await page.click(mark('end-wrapup'))
    await page.click(mark('retrieve'))
    equal(await page.inputValue('.el-message-box__input input'), '7', 'the slot is remembered')
    await page.keyboard.press('Enter')
    await stage('ringing')
    await page.click(mark('answer'))
    await stage('talking')
    await page.click(mark('hangup'))
    await page.click(mark('end-wrapup'))

    check(await page.isDisabled(mark('pick-up')), 'nothing rings')
    const id = await world('offer', { agent_id: '1002' })
    await page.waitForSelector(`${mark('pick-up')}:not([aria-disabled])`)
    await page.keyboard.press('F2')
    await page.waitForSelector(`${mark('call-card')}[data-call="${id}"][data-stage=ringing]`)
    equal(page.problems, [], 'problems of the page')
  },

  /** The colleague's side: who asks is said, the call is somebody else's until it is passed on. */
  async asked_by_a_colleague(browser) {
    const page = await readyAgent(browser, { locale: 'zh-CN' })
    await world('agent', { agent_id: '1002', status: 'ready' })
    await world('offer', { agent_id: '1002' })
    await world('connect', { agent_id: '1002' })
    await world('do_ConsultAgent', { agent_id: '1002', colleague_id: '1001' })
    await page.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
    check((await text(page, 'partner')).includes('王芳'), 'who asks')
    await page.click(mark('answer'))
    await page.waitForSelector(`${mark('call-card')}[data-stage=consulting]`)
    await page.waitForSelector(`${mark('partner')}[data-is="askedIs.heard"]`)
    equal(await page.locator('.actions button').count(), 1, 'nothing but hang up')
    equal(await page.locator(mark('result')).count(), 0, 'no result is given')
    await world('do_SwapCalls', { agent_id: '1002' })
    await page.waitForSelector(`${mark('partner')}[data-is="askedIs.aside"]`)
    await world('do_SwapCalls', { agent_id: '1002' })
    await world('do_CompleteTransfer', { agent_id: '1002' })
    await page.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    await page.waitForSelector(mark('partner'), { state: 'detached' })
    await page.waitForSelector(mark('transfer'))
    equal(page.problems, [], 'problems of the page')
  },

  async result_of_an_earlier_call(browser) {
    const page = await readyAgent(browser)
    const first = (await (await page.request.get(`${base}/api/calls`)).json()).items[0].id
    await world('offer', { agent_id: '1001' })
    await world('connect', { agent_id: '1001' })
    await world('agent', { agent_id: '1001', last_calls: [first] })
    await page.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    await page.click(`${mark('my-calls')} li:first-child button`)
    const detail = page.locator(mark('call-detail'))
    await detail.locator('[data-code=follow-up]').click()
    await detail.locator(mark('note')).fill('稍后回电')
    await until(async () => (await log()).saved.some((row) => row.call_id === first && row.code === 'follow-up' && row.note === '稍后回电'), 'the result of the earlier call is saved')
    equal(await page.locator(`${mark('call-card')} [aria-checked=true]`).count(), 0, 'the running call has no result yet')
    await page.keyboard.press('Escape')
    await page.click(`${mark('my-calls')} li:nth-child(2) button`)
    await page.waitForSelector(mark('call-detail'))
    equal(await detail.locator(mark('result')).count(), 0, 'a call that is too far back has no panel')
    equal(page.problems, [], 'problems of the page')
  },

  async reload_in_a_call(browser) {
    const page = await readyAgent(browser)
    const id = await world('offer', { agent_id: '1001' })
    await page.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
    await page.keyboard.press('F2')
    await page.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    await page.fill(mark('note'), 'half a sentence')
    await page.click('[data-code=follow-up]')
    await page.reload()
    await page.waitForSelector(`${mark('call-card')}[data-stage=talking][data-call="${id}"]`)
    equal(await page.inputValue(mark('note')), 'half a sentence', 'the note is still there')
    equal(await page.getAttribute('[data-code=follow-up]', 'aria-checked'), 'true', 'the disposition is still chosen')
    check(/^\d+:\d\d$/.test(await text(page, 'call-timer')), 'the timer runs')
    await world('end', { call_id: id })
    await page.waitForSelector(`${mark('call-card')}[data-stage=wrap_up]`)
    await page.reload()
    await page.waitForSelector(`${mark('call-card')}[data-stage=wrap_up]`)
    equal(await page.inputValue(mark('note')), 'half a sentence', 'the note is still there in wrap-up')
    equal(page.problems, [], 'problems of the page')
  },

  async two_windows_one_note(browser) {
    const one = await readyAgent(browser)
    const id = await world('offer', { agent_id: '1001' })
    await one.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
    await one.keyboard.press('F2')
    await one.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    const two = await open(browser, base)
    await login(two, 'li.wei')
    await two.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    await one.fill(mark('note'), '客户要求回电')
    await until(async () => (await two.inputValue(mark('note'))) === '客户要求回电', 'the other window shows it without a button')
    await until(async () => (await one.textContent(mark('result-hint'))).includes('已保存'), 'saved without a disposition')
    // The other window is faster, by the time that a request is on its way.
    await two.route('**/api/commands', async (route) => {
      await world('do_SaveNote', { agent_id: '1001', call_id: id, note: '另一窗口写的', version: 1 })
      await route.continue()
    }, { times: 1 })
    await two.fill(mark('note'), '本窗口写的')
    await two.waitForSelector(mark('note-conflict'))
    equal(await text(two, 'note-theirs'), '另一窗口写的', 'what the other window wrote is shown')
    equal(await two.inputValue(mark('note')), '本窗口写的', 'what was typed here is kept')
    await two.click('[data-choice=both]')
    await until(async () => (await one.inputValue(mark('note'))) === '另一窗口写的\n本窗口写的', 'both are in both windows')
    await world('end', { call_id: id })
    await world('agent', { agent_id: '1001', state: 'idle', call_id: '' })
    await one.waitForSelector(mark('idle-card'))
    equal((await log()).saved.at(-1).note, '另一窗口写的\n本窗口写的', 'the note of a wrap-up that ran out is on the server')
    equal([...one.problems, ...two.problems], [], 'problems of the pages')
  },

  async order_of_events(browser) {
    const page = await readyAgent(browser)
    await world('repeat_old', { agent_id: '1001' })
    await world('agent', { agent_id: '1001', status: 'not_ready', reason: 'lunch' })
    await sign(page, 'not_ready')
    await world('new_epoch')
    await world('agent', { agent_id: '1001', status: 'ready' })
    await sign(page, 'ready')
    equal(page.problems, [], 'problems of the page')
  },

  async health_is_told(browser) {
    const page = await readyAgent(browser, { locale: 'zh-CN' })
    await world('say_health', { engine: false })
    check((await page.textContent(mark('health-banner'))).includes('呼叫控制'), 'engine')
    await world('say_health', { engine: true, redis: false })
    await until(async () => (await page.textContent(mark('health-banner'))).includes('系统后台异常'), 'redis')
    await world('say_health', { redis: true })
    await page.waitForSelector(mark('health-banner'), { state: 'detached' })
    await world('put', { refuse: { HoldCall: 'engine-away' } })
    await world('offer', { agent_id: '1001' })
    await page.click(mark('answer'))
    await page.click(mark('hold'))
    await page.waitForSelector('.el-message--error')
    check((await page.textContent('.el-message--error')).includes('呼叫控制异常'), 'the refusal is told in words')
  },

  async frozen_server(browser) {
    const page = await readyAgent(browser, { locale: 'en' })
    await page.click('[data-locale=en]')
    await page.waitForTimeout(2500) // a beat was heard
    await world('put', { frozen: true })
    const since = Date.now()
    await page.waitForSelector('[data-test=agent-state][data-sign=away]')
    check(Date.now() - since < 5000, 'noticed within five seconds')
    check((await text(page, 'agent-state')).includes('No connection'), 'in words')
    for (const name of ['go-ready', 'not-ready', 'centre-logout']) check(await page.isDisabled(mark(name)), `${name} is off`)
    await page.waitForSelector(mark('health-banner'))
    await world('put', { frozen: false })
    await sign(page, 'ready')
    equal(page.problems, [], 'problems of the page')
  },

  async logout_asks(browser) {
    const page = await readyAgent(browser, { locale: 'en' })
    await page.click('[data-locale=en]')
    await world('offer', { agent_id: '1001' })
    await page.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
    await page.click(mark('page-logout'))
    check((await page.textContent('.el-message-box__message')).includes('same place in the line'), 'what happens is said')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.el-message-box', { state: 'hidden' })
    await page.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
    await page.click(mark('page-logout'))
    await page.click('.el-message-box__btns .el-button--primary')
    await page.waitForSelector('#login')
    equal((await log()).commands.at(-1).name, 'RejectCall', 'the call was given back first')
    equal(page.problems, [], 'problems of the page')
  },

  async leader_sees_and_acts(browser) {
    const page = await open(browser, base, { locale: 'zh-CN' })
    await login(page, 'zhao.lei')
    await page.waitForSelector('tr[data-agent="1002"]')
    await world('agent', { agent_id: '1002', status: 'ready' })
    await page.waitForSelector('tr[data-agent="1002"][data-sign=ready]')
    const id = await world('offer', { agent_id: '1002', name: HOSTILE })
    const row = page.locator(`${mark('waiting-calls')} tr[data-call="${id}"]`)
    check((await row.textContent()).includes(HOSTILE), 'the name is shown as text')
    await world('connect', { agent_id: '1002' })
    await page.waitForSelector(`${mark('running-calls')} tr[data-call="${id}"]`)
    await page.waitForSelector('tr[data-agent="1002"][data-sign=talking]')
    await page.click(`${mark('running-calls')} tr[data-call="${id}"] button`)
    await page.click('.el-message-box__btns .el-button--primary')
    await page.waitForSelector(`${mark('running-calls')} tr[data-call="${id}"]`, { state: 'detached' })
    await world('agent', { agent_id: '1002', state: 'idle' })
    await page.waitForSelector('tr[data-agent="1002"][data-sign=ready]')
    await page.click('tr[data-agent="1002"] [data-test=force]')
    await page.click('[data-force=lunch]:visible')
    await page.click('.el-message-box__btns .el-button--primary')
    await page.waitForSelector('tr[data-agent="1002"] .chip:has-text("午餐")')
    equal(page.problems, [], 'problems of the page')
  },

  async reports_open_their_calls(browser) {
    const page = await open(browser, base, { locale: 'en' })
    await login(page, 'admin')
    await page.goto(`${base}/#/reports`)
    await page.click(`${mark('report-totals')} tr[data-line=repair] [data-figure=answered]`)
    await page.click(`${mark('figure-calls')} tbody tr`)
    await page.waitForSelector(mark('call-detail'))
    await page.click(mark('forward'))
    await page.click(mark('forward'))
    check((await text(page, 'player')).startsWith('0:05'), 'ten seconds forward, not beyond the end')
    await page.click(mark('back'))
    check((await text(page, 'player')).startsWith('0:00'), 'ten seconds back')
    check((await page.getAttribute(mark('download'), 'href')).endsWith('/download'), 'the file can be taken away')
    for (const name of ['户号', '88231007', 'Customer']) check((await text(page, 'call-detail')).includes(name), `the detail tells ${name}`)
    await page.keyboard.press('Escape')
    for (const [line, column] of [['repair', 'service_level'], ['total', 'asa_s']]) {
      await page.click(`tr[data-line=${line}] [data-column=${column}]`)
      await page.waitForSelector(`${mark('figure-calls')} tbody tr`)
      await page.keyboard.press('Escape')
      await page.waitForSelector(mark('figure-calls'), { state: 'detached' })
    }
    await page.focus('tr[data-line=total] [data-column=service_level]')
    await page.keyboard.press('Enter')
    await page.waitForSelector(`${mark('figure-calls')} tbody tr`)
    equal(page.problems, [], 'problems of the page')
  },

  async wrong_password(browser) {
    const page = await open(browser, base, { locale: 'en' })
    await page.click(mark('login-submit'))
    check((await page.textContent(mark('login-error'))).includes('Enter user name'), 'empty fields')
    await page.fill('#login', 'li.wei')
    await page.fill('#password', 'no')
    await page.click(mark('login-submit'))
    await until(async () => (await page.textContent(mark('login-error'))).includes('wrong'), 'wrong password')
  },

  /** A real switch rings the page and echoes what it says; the test's other half makes the calls. */
  async web_phone(browser) {
    const page = await open(browser, base, { locale: 'en' })
    await login(page, 'li.wei')
    await registered(page)
    await world('agent', { agent_id: '1001', state: 'idle', status: 'ready' })
    const id = await world('offer', { agent_id: '1001' })
    await theSwitch('ring')
    await page.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
    await page.click(mark('answer'))
    await talking(page)
    await world('connect', { agent_id: '1001' })
    await page.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
    await until(() => page.evaluate(loudness).then((found) => found > 0.005), 'the page hears its own microphone echoed')
    await page.click(mark('mute'))
    await until(() => page.evaluate(loudness).then((found) => found < 0.001), 'silence while muted')
    await page.keyboard.press('F9')
    await until(() => page.evaluate(loudness).then((found) => found > 0.005), 'the echo again')
    await theSwitch('listen')
    await page.click(mark('keypad'))
    for (const tone of ['1', '#']) await page.click(`.pad button:text-is("${tone}")`)
    await theSwitch('hear')

    await page.reload()
    await registered(page)
    await world('offer', { agent_id: '1001', call_id: id })
    await theSwitch('ring')
    await talking(page)
    await until(() => page.evaluate(loudness).then((found) => found > 0.005), 'the call is taken back without a press')
    equal((await log()).commands.map((command) => command.name).includes('AnswerCall'), false, 'no command was needed to answer')

    await world('put', { refuse: { HangupCall: 'engine-away' } })
    await world('connect', { agent_id: '1001' })
    await page.click(mark('hangup'))
    await page.waitForSelector(mark('mute'), { state: 'detached' })
    // The refused command is in the console on purpose, the old socket of the reloaded page may be.
    equal(page.problems.filter((problem) => !/WebSocket|status of 503/.test(problem)), [], 'problems of the page')
  },

  /** Every page in both languages; CTI_PICTURES names the folder. */
  async pictures(browser, url, folder) {
    await world('busy_floor')
    for (const locale of ['zh-CN', 'en']) {
      const name = (what) => `${what}-${locale}`
      const one = await open(browser, base, { locale })
      await shot(one, folder, name('login'))
      await login(one, 'li.wei')
      await one.click(`[data-locale="${locale}"]`)
      await one.waitForSelector(mark('my-calls'))
      if (await one.isVisible(mark('centre-login'))) await one.click(mark('centre-login'))
      await world('agent', { agent_id: '1001', state: 'idle', status: 'ready', call_id: '' })
      await sign(one, 'ready')
      await shot(one, folder, name('desk-ready'))
      const id = await world('offer', { agent_id: '1001' })
      await one.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
      await shot(one, folder, name('desk-ringing'))
      await one.click(mark('answer'))
      await one.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
      await one.click('[data-code=resolved]')
      await shot(one, folder, name('desk-talking'))
      await one.setViewportSize({ width: 1280, height: 720 })
      await shot(one, folder, name('desk-talking-1280'))
      await one.setViewportSize({ width: 1440, height: 900 })
      await world('end', { call_id: id })
      await one.waitForSelector(`${mark('call-card')}[data-stage=wrap_up]`)
      await until(async () => one.isVisible('.hint.good'), 'saved')
      await shot(one, folder, name('desk-wrapup'))
      await one.click(`${mark('my-calls')} li button`)
      await one.waitForSelector(mark('call-detail'))
      await one.click(`${mark('player')} button`)
      await one.waitForTimeout(900)
      await shot(one, folder, name('call-detail'))

      const two = await open(browser, base, { locale })
      await login(two, 'admin')
      await two.click(`[data-locale="${locale}"]`)
      await two.waitForSelector('tr[data-agent="1002"]')
      await world('arrive', { queue: 'billing' })
      await two.waitForTimeout(600)
      await shot(two, folder, name('panel'))
      await two.setViewportSize({ width: 1920, height: 1080 })
      await two.goto(`${base}/#/wallboard`)
      await two.waitForTimeout(300)
      await shot(two, folder, name('wallboard'))
      await two.setViewportSize({ width: 1440, height: 900 })
      await two.goto(`${base}/#/reports`)
      await two.waitForSelector(mark('report-rows'))
      await two.waitForTimeout(300)
      await shot(two, folder, name('reports'))
      await two.click(mark('by-agent'))
      await two.waitForSelector('tr[data-line="1001"]')
      await two.waitForTimeout(300)
      await shot(two, folder, name('reports-agents'))
      await two.click('[data-figure=answered]')
      await two.waitForSelector(mark('figure-calls'))
      await two.waitForTimeout(300)
      await shot(two, folder, name('figure-calls'))
      await two.goto(`${base}/#/calls`)
      await two.reload()
      await two.waitForSelector('table')
      await shot(two, folder, name('calls'))
      equal([...one.problems, ...two.problems], [], 'problems of the pages')
    }
  },
}

await main(
  Object.fromEntries(
    Object.entries(scenarios).map(([name, run]) => [
      name,
      (browser, url, folder) => {
        base = url
        return run(browser, url, folder)
      },
    ]),
  ),
)
