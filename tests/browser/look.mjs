// How the page looks and reads: every page and every state of the desk, in both languages, light and dark, from a phone's width to a wall's.
import { equal, login, main, mark, open, shot, sign, world } from './browser.mjs'

const WIDTHS = [390, 683, 1366, 1920]
const SCHEMES = ['light', 'dark']
const heightOf = (width) => (width < 700 ? 844 : width < 1500 ? 768 : 1080)

/** An import of many rows while it runs: in its dialog, on the page that was loaded anew meanwhile, and what became of it. */
async function importing(page, look) {
  const now = { what: 'agents', dry: false, state: 'running', step: 'rows', done: 3400, total: 10000, begun_ms: 1, counts: {}, error: '' }
  let newest = { ...now, dry: true }
  let answer = () => {}
  await page.route('**/api/centre/import', (route) => route.fulfill({ json: { newest } }))
  await page.route('**/api/centre/agents.csv*', (route) => new Promise((done) => (answer = done)).then(() => route.fulfill({ json: { rows: [], counts: { same: 1 }, dry: true } })))
  await page.setInputFiles(mark('import-file'), { name: 'agents.csv', mimeType: 'text/csv', buffer: Buffer.from('id\n1001\n') })
  await page.waitForSelector(mark('import-rows'))
  await look(page, 'setup-importing')
  newest = now
  answer()
  await page.waitForSelector(mark('import-counts'))
  await page.keyboard.press('Escape')
  await page.reload()
  await page.waitForSelector(`${mark('import-banner')}[data-state=running]`)
  await look(page, 'setup-import-goes-on')
  newest = { ...now, state: 'done', counts: { created: 9990, changed: 10 } }
  await page.waitForSelector(`${mark('import-banner')}[data-state=done]`)
  await look(page, 'setup-import-done')
  await page.click(mark('import-seen'))
  await page.waitForSelector(mark('import-banner'), { state: 'detached' })
  await page.unroute('**/api/centre/import')
  await page.unroute('**/api/centre/agents.csv*')
}

/** Every page and state, one after the other: `look(page, name)` at each. */
async function everywhere(browser, url, locale, options, look) {
  await world('busy_floor')
  const one = await open(browser, url, { locale, ...options })
  await one.waitForSelector('#login')
  await look(one, 'login')
  await login(one, 'li.wei')
  await one.click(`[data-locale="${locale}"]`)
  await one.waitForSelector(mark('idle-card'))
  await look(one, 'desk-off')
  await world('agent', { agent_id: '1001', state: 'idle', status: 'ready', call_id: '' })
  await sign(one, 'ready')
  await look(one, 'desk-ready')
  await world('agent', { agent_id: '1001', pick_up: true })
  await one.waitForSelector(`${mark('phone-state')} .warn`)
  await look(one, 'desk-pick-up')
  await world('agent', { agent_id: '1001', pick_up: false, phone_withdrawn: true })
  await one.waitForSelector(mark('withdrawn'))
  await look(one, 'desk-phone-withdrawn')
  await world('agent', { agent_id: '1001', phone_withdrawn: false })
  const { call_id } = await world('do_DialNumber', { agent_id: '1001', number: '+8613800138000' })
  await one.waitForSelector(`${mark('call-card')}[data-stage=dialing]`)
  await look(one, 'desk-dialing')
  await world('end', { call_id })
  await world('agent', { agent_id: '1001', state: 'idle', call_id: '' })
  await sign(one, 'ready')
  const id = await world('offer', { agent_id: '1001', queue: 'billing' })
  await one.waitForSelector(`${mark('call-card')}[data-stage=ringing]`)
  await look(one, 'desk-ringing')
  await world('connect', { agent_id: '1001' })
  await one.waitForSelector(`${mark('call-card')}[data-stage=talking]`)
  await one.click('[data-heading=payment]')
  await one.click('[data-code=promised]')
  await look(one, 'desk-talking')
  await world('agent', { agent_id: '1002', state: 'idle', status: 'not_ready', reason: 'lunch', call_id: '' })
  await one.click(mark('transfer'))
  await one.waitForSelector(`${mark('pass-on')} [data-row="1002"]`)
  await look(one, 'desk-transfer')
  await one.click(`${mark('pass-on')} [data-kind=numbers]`)
  await one.waitForSelector(`${mark('pass-on')} [data-row="81"]`)
  await look(one, 'desk-transfer-number')
  await one.goBack()
  await one.waitForSelector(mark('pass-on'), { state: 'detached' })
  equal([new URL(one.url()).hash, await one.locator(mark('call-card')).isVisible()], ['#/desk', true], 'back closes the dialog and leaves the page')
  await world('do_ConsultAgent', { agent_id: '1001', colleague_id: '1002' })
  await world('colleague_answers', { agent_id: '1002' })
  await one.waitForSelector(`${mark('partner')}[data-is="is.heard"]`)
  await look(one, 'desk-consulting')
  await world('do_JoinCalls', { agent_id: '1001' })
  await world('agent', { agent_id: '1003', state: 'idle', status: 'ready', call_id: '' })
  await world('do_AddAgent', { agent_id: '1001', colleague_id: '1003' })
  await world('do_MuteParty', { agent_id: '1001', party: 3, muted: true })
  await one.waitForSelector(`${mark('parties')} [data-party="4"]`)
  await look(one, 'desk-conference')
  for (const party of [4, 3]) await world('do_DropParty', { agent_id: '1001', party })
  await one.waitForSelector(mark('parties'), { state: 'detached' })
  await one.click(mark('flow'))
  await one.waitForSelector('[data-row=pin_check]')
  await look(one, 'desk-flows')
  await one.click('[data-row=pin_check]')
  await one.waitForSelector(mark('in-flow'))
  await look(one, 'desk-in-flow')
  await world('do_ResumeCall', { agent_id: '1001' })
  await one.waitForSelector(mark('in-flow'), { state: 'detached' })
  await one.click(mark('park'))
  await one.waitForSelector('.el-message-box__input')
  await look(one, 'desk-park')
  await one.keyboard.press('Escape')
  await one.waitForSelector('.el-message-box', { state: 'hidden' })
  await world('end', { call_id: id })
  await one.waitForSelector(`${mark('call-card')}[data-stage=wrap_up]`)
  await world('do_AskCallBack', { agent_id: '1001', colleague_id: '1003' })
  await one.waitForSelector(mark('waits-for-call-back'))
  await look(one, 'desk-wrapup')
  await world('do_CancelCallBack', { agent_id: '1001', colleague_id: '1003' })
  await one.goto(`${url}/#/calls`)
  await one.waitForSelector('table')
  await look(one, 'calls')
  await one.click('table tbody tr')
  await one.waitForSelector(mark('call-detail'))
  await look(one, 'call-detail')
  await one.keyboard.press('Escape')
  await one.waitForSelector(mark('call-detail'), { state: 'detached' })
  await one.locator('table tbody tr').filter({ has: one.locator('td:nth-child(5):text-is("–")') }).first().click()
  await one.waitForSelector(mark('open-message'))
  await look(one, 'call-detail-message')
  await one.click(mark('open-message'))
  await one.waitForSelector(`[data-message=m1] ${mark('message-detail')}`)
  await one.waitForSelector(mark('call-detail'), { state: 'detached' })
  await look(one, 'messages-one')
  await one.click(mark('all-messages'))
  await one.waitForSelector('[data-message=m4]')
  await one.goto(`${url}/#/messages`)
  await one.click('[data-message=m4] tr')
  await one.waitForSelector(mark('message-detail'))
  await look(one, 'messages')
  await one.goto(`${url}/#/desk`)
  const theirs = await world('offer', { agent_id: '1002' })
  await world('connect', { agent_id: '1002' })
  await world('agent', { agent_id: '1001', state: 'idle', status: 'ready', call_id: '' })
  await world('do_ConsultAgent', { agent_id: '1002', colleague_id: '1001' })
  await one.waitForSelector(mark('call-card'))
  await look(one, 'desk-asked')
  await world('colleague_answers', { agent_id: '1001' })
  await one.waitForSelector(`${mark('partner')}[data-is="askedIs.heard"]`)
  await look(one, 'desk-advising')

  const two = await open(browser, url, { locale, ...options })
  await login(two, 'admin')
  await two.click(`[data-locale="${locale}"]`)
  await two.waitForSelector('tr[data-agent="1002"][data-sign=consulting]')
  await look(two, 'panel')
  await world('do_ListenToCall', { extension: '2001', agent_id: '1002', mode: 'whisper' })
  await two.waitForSelector(mark('listening'))
  await look(two, 'panel-listening')
  await world('do_StopListening', { extension: '2001' })
  await world('do_ReturnToCaller', { agent_id: '1002' })
  await world('end', { call_id: theirs })
  await world('agent', { agent_id: '1001', state: 'idle', status: 'logged_out', call_id: '' })
  await two.goto(`${url}/#/wallboard`)
  await two.waitForSelector('.tops')
  await look(two, 'wallboard')
  await two.goto(`${url}/#/reports`)
  await two.waitForSelector(mark('report-rows'))
  await look(two, 'reports')
  await two.click(mark('by-agent'))
  await two.waitForSelector('tr[data-line="1001"]')
  await look(two, 'reports-agents')
  await two.click('[data-figure=answered]')
  await two.waitForSelector(mark('figure-calls'))
  await look(two, 'figure-calls')
  await two.goto(`${url}/#/audit`)
  await two.click('[data-audit="entity.changed"] tr')
  await two.waitForSelector(mark('audit-detail'))
  await look(two, 'audit')
  await two.goto(`${url}/#/setup/agents`)
  await two.waitForSelector(`${mark('entity-list')} tbody tr`)
  await look(two, 'setup-agents')
  await two.click(mark('import'))
  await two.setInputFiles(mark('import-file'), { name: 'agents.csv', mimeType: 'text/csv', buffer: Buffer.from('id,name,team\n1001,Li Wei,day\n2001,Zoe,gone\n') })
  await two.waitForSelector('tr[data-fate=refused]')
  await look(two, 'setup-import')
  await importing(two, look)
  await two.click(mark('add'))
  await two.click(mark('save'))
  await two.waitForSelector(mark('problem'))
  await look(two, 'setup-form')
  await two.goto(`${url}/#/setup/hours/counter`)
  await two.click('button:text-matches("Leave|离开")').catch(() => undefined)
  await two.waitForSelector(mark('open-now'))
  await look(two, 'setup-hours')
  await two.goto(`${url}/#/setup/tokens`)
  await two.waitForSelector('tr[data-key=crm]')
  await look(two, 'setup-tokens')
  await two.goto(`${url}/#/setup/webhooks/crm`)
  await two.waitForSelector(`${mark('deliveries')} tbody tr`)
  await two.click(`${mark('deliveries')} tbody button.link`)
  await look(two, 'setup-webhook')
  equal([...one.problems, ...two.problems], [], 'problems of the pages')
}

/** The ways in, one's own account, and what an administrator sees of somebody's sign-in. */
async function people(browser, url, locale, options, look) {
  const one = await open(browser, url, { locale, ...options })
  await one.waitForSelector(mark('forgot'))
  await one.click(mark('forgot'))
  await look(one, 'forgot')
  await one.goto(`${url}/?1#/login/x1`)
  await one.waitForSelector(mark('link-over'))
  await look(one, 'link-over')
  await one.goto(`${url}/?2#/login/good`)
  await one.waitForSelector('#new-password')
  await one.fill('#new-password', 'password1234')
  await one.click(mark('set-submit'))
  await one.waitForSelector(mark('set-problem'))
  await look(one, 'set-password')
  await one.goto(`${url}/?3#/login`)
  await one.fill('#login', 'admin')
  await one.fill('#password', 'half')
  await one.click(mark('login-submit'))
  await one.waitForSelector(mark('second-step'))
  await look(one, 'second-step')
  await one.goto(`${url}/?4#/login`)
  await one.fill('#login', 'admin')
  await one.fill('#password', 'first')
  await one.click(mark('login-submit'))
  await one.waitForSelector('.picture')
  await look(one, 'second-setup')
  await one.fill('#totp-code', '123456')
  await one.click(mark('second-submit'))
  await one.waitForSelector(mark('recovery-codes'))
  await look(one, 'recovery-codes')
  await one.goto(`${url}/?5#/login`)
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  await one.goto(`${url}/#/account`)
  await one.waitForSelector(mark('sessions'))
  await look(one, 'account')
  await one.click(mark('totp-begin'))
  await one.waitForSelector('.picture')
  await look(one, 'account-app')
  await one.goto(`${url}/#/setup/users`)
  await one.waitForSelector(mark('invite-all'))
  await look(one, 'setup-users')
  await one.click(mark('invite-all'))
  await one.click('.el-message-box .el-button--primary')
  await one.waitForSelector(mark('links'))
  await look(one, 'links')
  await one.click(mark('links-close'))
  await one.goto(`${url}/#/setup/users/zhang.min`)
  await one.waitForSelector(mark('locked'))
  await look(one, 'setup-user')
  equal(one.problems, [], 'problems of the page')
}

/** What is drafted, and the question before it is published. */
async function drafts(browser, url, locale, options, look) {
  const one = await open(browser, url, { locale, ...options })
  await one.waitForSelector('#login')
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  const seconds = locale === 'en' ? 51 : 52
  for (const queue of ['repair', 'billing']) {
    const held = await (await one.request.get(`${url}/api/centre/queues/${queue}`)).json()
    const told = await one.request.patch(`${url}/api/centre/queues/${queue}`, { headers: { 'X-CSRF-Token': 'token', 'If-Match': `"${held.version}"` }, data: { record: { wrap_up_s: seconds } } })
    equal(told.status(), 200, `${queue} is drafted`)
  }
  await one.goto(`${url}/#/publish`)
  await one.waitForSelector('[data-entry="queues:repair"]')
  await one.waitForSelector('[data-version]')
  await look(one, 'publish-page')
  const many = Array.from({ length: 100 }, (_, n) => ({ entity: 'agents', key: `${2000 + n}`, name: `李 ${n}`, change: 'created', fields: [{ field: 'extension', before: null, after: `${2000 + n}` }] }))
  const counts = [{ entity: 'agents', created: 9_990, changed: 10, removed: 0 }, { entity: 'queues', created: 0, changed: 2, removed: 1 }]
  await one.route('**/api/configuration/difference*', (route) => route.fulfill({ json: { items: many, total: 10_003, counts } }))
  await one.reload()
  await one.waitForSelector(`${mark('kinds')} [data-kind=agents]`)
  await look(one, 'publish-large')
  await one.unroute('**/api/configuration/difference*')
  await one.reload()
  await one.waitForSelector(mark('publish'))
  await one.click(mark('publish'))
  await one.waitForSelector(mark('reason'))
  await look(one, 'publish-dialog')
  equal(one.problems, [], 'problems of the page')
}

/** What people may: roles and groups, the record of a user, and all of that for who only looks. */
async function rights(browser, url, locale, options, look) {
  const one = await open(browser, url, { locale, ...options })
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  await one.goto(`${url}/#/setup/groups`)
  await one.waitForSelector(mark('add-first'))
  await look(one, 'setup-groups-none')
  for (const [id, name] of [['north', 'North'], ['shore', 'Shore']]) {
    await one.goto(`${url}/#/setup/groups?add`)
    await one.fill('#field-id', id)
    await one.fill('#field-name', name)
    if (id === 'shore') {
      await one.click('#field-parent')
      await one.click('.el-select-dropdown__item:visible:has-text("North")')
      await look(one, 'setup-group')
    }
    await one.click(mark('save'))
    await one.waitForSelector(mark('remove-entry'))
  }
  await one.goto(`${url}/#/setup/groups`)
  await one.waitForSelector('tr[data-key=shore]')
  await look(one, 'setup-groups')
  await one.goto(`${url}/#/setup/roles`)
  await one.waitForSelector('tr[data-key=leader]')
  await look(one, 'setup-roles')
  await one.goto(`${url}/#/setup/roles/leader`)
  await one.waitForSelector(mark('rights'))
  await look(one, 'setup-role')
  await one.click(`${mark('rights')} details:last-child summary`)
  await look(one, 'setup-role-open')
  await one.goto(`${url}/#/setup/users/zhao.lei`)
  await one.waitForSelector('#field-group_id')
  await look(one, 'setup-leader')
  const two = await open(browser, url, { locale, ...options })
  await login(two, 'audit')
  await two.click(`[data-locale="${locale}"]`)
  await two.goto(`${url}/#/setup/roles/leader`)
  await two.waitForSelector(mark('rights'))
  equal(await two.locator(mark('save')).count(), 0, 'who only looks saves nothing')
  await look(two, 'setup-role-seen')
  await two.goto(`${url}/#/setup/queues/repair`)
  await two.waitForSelector(mark('entry-form'))
  await two.waitForSelector('#field-name')
  await look(two, 'setup-queue-seen')
  equal([...one.problems, ...two.problems], [], 'problems of the pages')
}

/** The first steps, each unfolded, and what sets up the centre under its heading. */
async function guide(browser, url, locale, options, look) {
  const one = await open(browser, url, { locale, ...options })
  await one.waitForSelector('#login')
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  await one.goto(`${url}/#/setup/start`)
  await one.waitForSelector('[data-step=call]')
  await look(one, 'start')
  const folded = one.locator('[data-step] button[aria-expanded=false]')
  while (await folded.count()) await folded.first().press('Enter')
  await one.click(mark('doctor'))
  await one.waitForSelector('[data-severity=critical]')
  await one.fill(mark('people-text'), 'Zoe, 2001\nLi Wei, 1001, li.wei')
  await one.click(mark('people-look'))
  await one.waitForSelector(`${mark('people-told')} .bad`)
  await look(one, 'start-open')
  await one.setViewportSize({ width: 390, height: 844 })
  await one.locator(mark('setup-menu')).press('Enter')
  await one.waitForSelector('[data-nav=publication]', { state: 'visible' })
  await look(one, 'setup-menu')
  await one.setViewportSize({ width: 390, height: 844 })
  await one.keyboard.press('Escape')
  await one.waitForSelector('[data-nav=publication]', { state: 'hidden' })
  equal(one.problems, [], 'problems of the page')
}

/** What is the centre's own: how its look is set up, and every kind of page that shows it. */
async function own(browser, url, locale, options, look) {
  const one = await open(browser, url, { locale, ...options })
  await one.waitForSelector('#login')
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  await one.goto(`${url}/#/setup/look`)
  await one.waitForSelector('[data-picture=logo_dark]')
  const logo = await one.evaluate(drawnLogo)
  for (const [name, picture] of Object.entries(logo)) {
    await one.setInputFiles(`[data-picture=${name}] input`, { name: `${name}.png`, mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') })
    await one.waitForSelector(`[data-picture=${name}] img`)
  }
  await one.fill('#field-name', '城南供电服务热线 South Power')
  await one.fill('#field-accent', '#ffcc00')
  await one.click(mark('save'))
  await one.waitForSelector(mark('problem'))
  await look(one, 'own-look-refused')
  await one.fill('#field-accent', '#b0004a')
  const saved = one.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok())
  await one.click(mark('save'))
  await saved
  await one.waitForSelector(`${mark('history')} [data-version="2"]`)
  await look(one, 'own-look')
  await one.goto(`${url}/#/publish`)
  await one.waitForSelector('[data-entry="look:centre"]')
  await look(one, 'own-look-draft')
  await one.click(mark('publish'))
  await one.fill(mark('reason'), 'Own look')
  await one.click(mark('publish-now'))
  await one.waitForSelector('[data-version="2"]')
  await one.reload()
  await one.waitForSelector(`${mark('brand')} ${mark('logo')}`)
  await one.waitForFunction(() => document.title.startsWith('城南') && document.querySelector('link[rel=icon]').href.includes('/api/look/icon'))
  equal(await one.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent').trim()), '#b0004a', 'the colour of the page')
  await one.goto(`${url}/#/setup/queues`)
  await one.waitForSelector(`${mark('entity-list')} tbody tr`)
  await look(one, 'own-setup')
  await one.goto(`${url}/#/wallboard`)
  await one.waitForSelector('.tops')
  await look(one, 'own-wallboard')
  const two = await open(browser, url, { locale, ...options })
  await two.waitForSelector(mark('logo'), { state: 'attached' })
  await look(two, 'own-login')
  await one.goto(`${url}/#/setup/look`)
  for (const name of Object.keys(logo)) await one.click(`[data-picture=${name}] ${mark('no-picture')}`)
  await one.click(mark('no-colour'))
  await one.fill('#field-name', '')
  await one.click(mark('save'))
  await one.waitForSelector(`${mark('history')} [data-version="3"]`)
  await one.goto(`${url}/#/publish`)
  await one.click(mark('publish'))
  await one.fill(mark('reason'), "The product's")
  await one.click(mark('publish-now'))
  await one.waitForSelector('[data-version="3"]')
  await one.reload()
  await one.waitForSelector(mark('brand'))
  await one.waitForFunction(() => document.title === 'CTI Desk' || document.title === 'CTI 坐席台')
  equal(await one.locator(mark('logo')).count(), 0, 'logos of the centre')
  equal([...one.problems, ...two.problems], [], 'problems of the pages')
}
/** What telephones need, where their passwords are made: one, several, and on paper. */
async function phones(browser, url, locale, options, look) {
  const one = await open(browser, url, { locale, ...options })
  await one.waitForSelector('#login')
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  await one.goto(`${url}/#/setup/agents/1001`)
  const offered = one.locator('.el-select-dropdown__item:visible:has-text("1101")')
  for (let tries = 0; tries < 5 && !(await offered.isVisible()); tries++) { // once in some forty runs nothing came: then it is opened again
    await one.click('[data-field=phones] .el-select__wrapper')
    await offered.waitFor({ timeout: 3000 }).catch(() => {})
  }
  for (const phone of ['1101', '(1005)']) await one.click(`.el-select-dropdown__item:visible:has-text("${phone}")`)
  await one.keyboard.press('Escape')
  await look(one, 'phones-to-log-in-at')
  await one.check('#field-phone_password-make')
  await one.click(mark('save'))
  await one.waitForSelector(mark('qr'))
  const told = await one.locator(`${mark('made')} dl`).innerText()
  const secret = await one.locator(`${mark('made')} code`).innerText()
  for (const word of [secret, '1001', 'pbx.example', '5061', 'TLS', 'OPUS, PCMU, PCMA']) equal(told.includes(word), true, `${word} is told`)
  await look(one, 'phone')
  await one.selectOption(`${mark('code')} select`, 'uri')
  await look(one, 'phone-uri')
  await one.click(mark('made-close'))
  await one.waitForSelector(mark('made'), { state: 'detached' })
  await one.reload()
  await one.waitForSelector('[data-field=phones] .el-tag:has-text("Emma Clarke (1005)")')
  equal(await one.locator('[data-field=phones] .el-tag').count(), 2)
  await look(one, 'phones-kept')
  await one.goto(`${url}/#/setup/free_seats`)
  await one.waitForSelector(mark('import'))
  await one.click(mark('import'))
  const seats = locale === 'en' ? ['7101', '7102', '7103'] : ['7201', '7202', '7203']
  await one.setInputFiles(mark('import-file'), { name: 'seats.csv', mimeType: 'text/csv', buffer: Buffer.from(['extension', ...seats, ''].join('\n')) })
  await one.waitForSelector('tr[data-fate=created]')
  await one.click(mark('import-all'))
  await one.waitForSelector(`${mark('made')} [data-made="${seats[2]}"] ${mark('set-up-phone')}`)
  await one.click(`${mark('made')} [data-made="${seats[0]}"] ${mark('set-up-phone')}`)
  await look(one, 'phones')
  await one.evaluate(() => (globalThis.print = () => undefined))
  await one.click(mark('print'))
  await one.waitForSelector(mark('sheets'), { state: 'attached' })
  await one.emulateMedia({ media: 'print' })
  equal(await one.locator(`${mark('sheets')} ${mark('qr')}`).count(), 3, 'a sheet for each')
  equal([await one.locator(mark('sheets')).isVisible(), await one.locator('#app').isVisible()], [true, false], 'what is on paper')
  if (process.env.CTI_PICTURES) await shot(one, process.env.CTI_PICTURES, `phones-paper-${locale}`)
  await one.emulateMedia({ media: 'screen' })
  await one.evaluate(() => dispatchEvent(new Event('afterprint')))
  await one.waitForSelector(mark('sheets'), { state: 'detached' })
  equal(one.problems, [], 'problems of the page')
}

/** What is asked before the demo is wiped. */
async function wiping(browser, url, locale, options, look) {
  const one = await open(browser, url, { locale, ...options })
  await one.waitForSelector('#login')
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  await one.route('**/api/start/demo', (route) => route.fulfill({ json: { entries: 61, calls: 12_345, recordings: 9_876, intervals: 400 } }))
  await one.goto(`${url}/#/setup/start`)
  await one.click(mark('demo-wipe'))
  await one.check(mark('wipe-calls'))
  await one.fill(mark('wipe-words'), 'x')
  await one.click(mark('wipe-now'))
  await one.waitForSelector(mark('wipe-unlike'))
  await look(one, 'wipe')
  equal(one.problems, [], 'problems of the page')
}

/** Pictures as PNG in base64, drawn in the page. */
const drawnLogo = () => {
  const draw = (width, height, ink, round) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height })
    const pen = canvas.getContext('2d')
    pen.fillStyle = '#b0004a'
    pen.beginPath()
    pen.arc(height / 2, height / 2, height / 2 - 4, 0, 7)
    pen.fill()
    pen.fillStyle = ink
    pen.font = `bold ${height / 2}px sans-serif`
    if (!round) pen.fillText('South Power', height + 14, height * 0.68)
    return canvas.toDataURL('image/png').split(',')[1]
  }
  return { logo_light: draw(900, 200, '#16202f'), logo_dark: draw(900, 200, '#ffffff'), icon: draw(200, 200, '', true) }
}

/** What axe finds that shuts people out: rule, where. Half-drawn colours are no colours: motion is off. */
async function axe(page) {
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  return page.evaluate(async () => {
    const found = await globalThis.axe.run(document, { resultTypes: ['violations'] })
    return found.violations
      .filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
      .flatMap((rule) => rule.nodes.map((node) => `${rule.id} ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`))
  })
}

/** What sticks out on the right of a page that is not meant to be moved sideways. */
const sticksOut = () => {
  const wide = document.documentElement.clientWidth
  const scrolls = (element) => element && (/auto|scroll|clip|hidden/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement))
  return [...document.querySelectorAll('#app *')]
    .filter((element) => element.getBoundingClientRect().right > wide + 1 && element.getBoundingClientRect().width > 0 && !scrolls(element.parentElement))
    .map((element) => element.outerHTML.slice(0, 80))
    .concat(
      [document.documentElement, ...document.querySelectorAll('main')].filter((element) => element.scrollWidth > element.clientWidth + 1).map((element) => `${element.localName} ${element.scrollWidth} > ${element.clientWidth}`),
    )
}

/** The ring of the focus around a button lies under the bar above it, which stays in reach. */
const ringCut = (name) => {
  const button = document.querySelector(`[data-test=${name}]`)
  button.scrollIntoView({ block: 'center' })
  const { left, top, width } = button.getBoundingClientRect()
  const bar = document.elementFromPoint(left + width / 2, top - 3)?.closest('.actions')
  for (let box = button; box; box = box.parentElement) box.scrollTop = 0
  return !!bar && !bar.contains(button) && getComputedStyle(bar).position === 'sticky'
}

/** What axe finds, light and dark, and whether everything fits at every width: the buttons that a call needs are on the screen. */
async function looks(places, browser, url, folder, locale) {
  const serious = []
  const found = []
  const needed = {
    'desk-ready': ['go-ready', 'pick-up', 'retrieve'],
    'desk-dialing': ['answer', 'hangup'],
    'desk-ringing': ['answer', 'reject'],
    'desk-talking': ['hold', 'consult', 'transfer', 'hangup'],
    'desk-consulting': ['swap', 'join', 'give-back', 'complete', 'hangup'],
    'desk-conference': ['hold', 'consult', 'hangup'],
    'desk-in-flow': ['resume', 'hangup'],
    'desk-asked': ['answer', 'reject'],
    'desk-advising': ['hangup'],
  }
  await places(browser, url, locale, { script: 'axe-core/axe.min.js', reducedMotion: 'reduce' }, async (page, name) => {
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      for (const problem of await axe(page)) serious.push(`${name} ${colorScheme}: ${problem}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: heightOf(width) })
      await page.waitForTimeout(150)
      for (const what of await page.evaluate(sticksOut)) found.push(`${name} ${width}: ${what}`)
      if (name === 'desk-talking' && (await page.evaluate(ringCut, 'add'))) found.push(`${name} ${width}: the focus of add is cut`)
      for (const button of needed[name] ?? []) {
        const box = await page.locator(mark(button)).boundingBox()
        const height = heightOf(width)
        if (!box || box.x < 0 || box.x + box.width > width || box.y < 0 || box.y + box.height > height) found.push(`${name} ${width}: ${button} is not on the screen`)
      }
      if (!folder) continue
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        await page.waitForTimeout(200)
        await shot(page, folder, `${name}-${locale}-${width}-${colorScheme}`)
      }
      await page.emulateMedia({ colorScheme: 'light' })
    }
    await page.setViewportSize({ width: 1440, height: 900 })
  })
  // The same thing in every row of a list is one finding.
  equal([...new Set(serious.map((problem) => problem.replace(/:nth-child\(\d+\)/g, '').replace(/\d{2,}/g, '…')))], [], 'serious findings of axe')
  equal(found, [], 'what does not fit')
}

const RAIL_SIZES = [[1366, 800], [1366, 768], [1366, 620], [1024, 460], [683, 768], [390, 844]]

/** The administrator's navigation, the longest: the way out is on the screen at every size, and every entry can be reached. */
async function rail(browser, url, folder, locale) {
  const one = await open(browser, url, { locale, reducedMotion: 'reduce' })
  await one.waitForSelector('#login')
  await login(one, 'admin')
  await one.click(`[data-locale="${locale}"]`)
  await one.goto(`${url}/#/setup/start`)
  await one.waitForSelector('main h1')
  const outside = []
  for (const [width, height] of RAIL_SIZES) {
    await one.setViewportSize({ width, height })
    await one.waitForTimeout(150)
    const isIn = (box) => box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height
    for (const name of ['page-logout', 'account']) if (!isIn(await one.locator(mark(name)).boundingBox())) outside.push(`${width} x ${height}: ${name}`)
    if (folder) {
      for (const colorScheme of SCHEMES) {
        await one.emulateMedia({ colorScheme })
        await one.waitForTimeout(150)
        await shot(one, folder, `rail-${locale}-${width}x${height}-${colorScheme}`)
      }
      await one.emulateMedia({ colorScheme: 'light' })
    }
    if (await one.locator(mark('setup-menu')).isVisible()) await one.click(mark('setup-menu'))
    const entries = one.locator('nav .item:visible')
    for (let at = 0; at < (await entries.count()); at++) {
      const entry = entries.nth(at)
      await entry.scrollIntoViewIfNeeded()
      if (!isIn(await entry.boundingBox())) outside.push(`${width} x ${height}: ${await entry.innerText()}`)
    }
    const tooHigh = await one.evaluate(() => document.documentElement.scrollHeight > innerHeight + 1)
    if (tooHigh) outside.push(`${width} x ${height}: the page itself scrolls`)
  }
  equal(outside, [], 'what is not on the screen')
  equal(one.problems, [], 'problems of the page')
}

const scenarios = {}
for (const locale of ['zh-CN', 'en']) scenarios[`rail_${locale}`] = (browser, url, folder) => rail(browser, url, folder, locale)
for (const [name, places] of Object.entries({ everywhere, people, drafts, rights, guide, own, phones, wiping })) {
  for (const locale of ['zh-CN', 'en']) scenarios[`${name}_${locale}`] = (browser, url, folder) => looks(places, browser, url, folder, locale)
}
await main(scenarios)
