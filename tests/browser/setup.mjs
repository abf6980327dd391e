// Forms, files and lists of what people set up: what keeps somebody from losing what is written, and what tells why something is refused.
import { check, equal, login, main, mark, open, until } from './browser.mjs'

const base = process.env.CTI_URL

async function admin(browser, options = {}) {
  const page = await open(browser, base, { locale: 'en', ...options })
  await page.waitForSelector('#login')
  await login(page, 'admin')
  return page
}
const at = (page) => page.evaluate(() => location.hash)

await main({
  /** Until the first page has come the router does not hear the address: where somebody goes meanwhile is not lost. */
  async where_somebody_goes_while_the_first_page_loads(browser) {
    const page = await admin(browser)
    await page.goto(`${base}/#/publish`)
    await page.waitForSelector(mark('publish'))
    let come
    const held = new Promise((done) => (come = done))
    await page.route(/\/assets\/Page-[^/]*\.js$/, async (route) => {
      await held
      await route.continue()
    })
    await page.reload()
    await page.waitForSelector(mark('brand'))
    await page.evaluate(() => (location.hash = '#/setup/queues'))
    come()
    await page.waitForSelector('tr[data-key=billing]')
    equal(await at(page), '#/setup/queues', 'the address')
    await page.evaluate(() => history.back())
    await page.waitForSelector(mark('publish'))
    equal(page.problems, [], 'problems of the page')
  },

  /** Back is asked as a link is; whoever stays has the address of the form again. */
  async back_asks_before_it_loses(browser) {
    const page = await admin(browser)
    await page.goto(`${base}/#/setup/queues`)
    const field = page.locator('[data-field=name] input')
    await page.click('tr[data-key=billing]') // of this page: the one before has a table, too
    await field.waitFor()
    const form = await at(page)
    await field.fill('Not saved yet')
    const box = page.locator('.el-message-box')
    for (const _ of ['once', 'and again']) {
      await page.evaluate(() => history.back())
      await box.waitFor()
      await page.waitForFunction(() => location.hash === '#/setup/queues')
      await page.evaluate(() => new Promise((done) => setTimeout(done, 600))) // as long as the box takes to fade
      check(await box.isVisible(), 'it still asks')
      await box.locator('.el-message-box__btns button').first().click()
      await page.waitForFunction((wanted) => location.hash === wanted, form)
      await box.waitFor({ state: 'detached' })
      equal(await field.inputValue(), 'Not saved yet', 'what was written')
    }
    await page.evaluate(() => history.back())
    await box.locator('.el-button--primary').click()
    await page.waitForSelector('table.grid')
    equal(await at(page), '#/setup/queues', 'left')
    equal(page.problems, [], 'problems of the page')
  },

  /** At a phone's width the kinds are a list by groups; an address of nothing says so. */
  async kinds_on_a_narrow_screen(browser) {
    const page = await admin(browser, { width: 390, height: 844 })
    await page.goto(`${base}/#/setup/queues`)
    const pick = page.locator(mark('kind-pick'))
    await pick.waitFor()
    equal(await pick.inputValue(), 'queues', 'where one is')
    check((await pick.locator('optgroup').count()) >= 4, 'in groups')
    await pick.selectOption('teams')
    await page.waitForFunction(() => location.hash === '#/setup/teams')
    await page.goto(`${base}/#/setup/nosuch`)
    await page.waitForSelector(mark('no-kind'))
    equal(await page.locator(mark('entity-list')).count(), 0, 'nothing else is shown')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    check(wide <= 390, `no scrolling sideways: ${wide}`)
    equal(page.problems, [], 'problems of the page')
  },

  /** What a file has wrong is said in the language of the page, with the line. */
  async why_a_file_is_refused(browser) {
    const page = await admin(browser, { locale: 'zh-CN' })
    await page.goto(`${base}/#/setup/teams`)
    await page.click('[data-locale=zh-CN]')
    await page.click(mark('import'))
    const table = (text) => page.setInputFiles(mark('import-file'), { name: 'teams.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await table('编号,名字,哈哈\nx,X,1\n')
    const refusal = page.locator(mark('import-refusal'))
    await refusal.waitFor()
    check((await refusal.innerText()).includes('没有这些列：名字, 哈哈'), await refusal.innerText())
    await table('id,name\nx,X\ny,Smith, John\nz,\n')
    const rows = page.locator('tr[data-fate=refused]')
    await rows.first().waitFor()
    const said = await rows.allInnerTexts()
    check(said[0].startsWith('3') && said[0].includes('有 3 个单元格，而首行只有 2 列'), said[0])
    check(said[1].includes('此项必填'), said[1])
    check(!/must|cells/.test(said.join()), 'no English')
  },

  /** Esc asks before a secret is gone for good. */
  async once_is_asked(browser) {
    const page = await admin(browser)
    await page.goto(`${base}/#/setup/free_seats?add`)
    await page.waitForSelector('[data-field=extension] input')
    await page.fill('[data-field=extension] input', '2999')
    await page.click(mark('save'))
    await page.waitForSelector(mark('made'))
    await page.keyboard.press('Escape')
    const box = page.locator('.el-message-box')
    await box.waitFor()
    await box.locator('.el-message-box__btns button').first().click()
    await box.waitFor({ state: 'hidden' })
    check(await page.locator(mark('made')).isVisible(), 'it is still there')
    await page.click(mark('made-close'))
    await page.waitForSelector(mark('made'), { state: 'detached' })
  },

  /** However long the centre's own name, the login page is as wide as the screen and its language can be chosen. */
  async login_with_a_long_name(browser) {
    const page = await open(browser, 'about:blank', { locale: 'en', width: 390, height: 844 })
    await page.route('**/api/look', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...(await answer.json()), name: 'A contact centre with quite a long name' } })
    })
    await page.goto(base)
    await page.waitForSelector(`${mark('small-brand')} strong`)
    const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth))
    check(wide <= 390, `no scrolling sideways: ${wide}`)
    const box = await page.locator('[data-locale=en]').boundingBox()
    check(box.x + box.width <= 390, 'the language can be chosen')
  },
})
