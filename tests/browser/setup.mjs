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
  /** Back is asked as a link is; whoever stays has the address of the form again. */
  async back_asks_before_it_loses(browser) {
    const page = await admin(browser)
    await page.goto(`${base}/#/setup/queues`)
    await page.click('table.grid tbody tr >> nth=0')
    const field = page.locator('[data-field=name] input')
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
})
