// What an administrator changes is a draft until it is published: looked at, published, planned, rolled back. And how that looks.
import { check, equal, login, main, mark, open, until } from './browser.mjs'

const base = process.env.CTI_URL

async function admin(browser, options = {}) {
  const page = await open(browser, base, { locale: 'en', ...options })
  await page.waitForSelector('#login')
  await login(page, 'admin')
  return page
}
const count = (page) => page.locator(mark('draft-count')).innerText()

async function change(page, queue, seconds) {
  await page.goto(`${base}/#/setup/queues/${queue}`)
  await page.waitForFunction((key) => document.querySelector('[data-field=id] input')?.value === key, queue)
  const field = page.locator('[data-field=wrap_up_s] input')
  await field.waitFor()
  await field.fill(String(seconds))
  await page.keyboard.press('Tab')
  const saved = page.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await page.click(mark('save'))
  await saved
  await page.waitForSelector(`${mark('draft-banner')}.warn`)
}

await main({
  async from_a_change_to_a_version_and_back(browser) {
      const page = await admin(browser)
      await page.goto(`${base}/#/setup/queues`)
      await page.waitForSelector(`${mark('draft-banner')}.idle`)
      await change(page, 'repair', 41)
      await page.click(mark('draft-banner'))
      const entry = page.locator('[data-entry="queues:repair"]')
      await entry.waitFor()
      check((await entry.innerText()).includes('41'), 'the difference is told')
      await page.click(mark('publish'))
      await page.fill(mark('reason'), 'Shorter')
      await page.click(mark('publish-now'))
      await page.waitForSelector('[data-version="2"]')
      await until(async () => (await count(page)).startsWith('0 '), 'nothing differs any more')
      check((await page.locator('[data-version="2"]').innerText()).includes('Shorter'), 'the reason is told')
      await page.click(`[data-version="2"] ${mark('what')}`)
      await page.waitForSelector(`${mark('compared')} [data-entry="queues:repair"]`)
      await page.click(`[data-version="1"] ${mark('roll-back')}`)
      await page.click('.el-message-box .el-button--primary')
      await page.waitForSelector('[data-version="3"].on')
      await change(page, 'repair', 42)
      await page.goto(`${base}/#/publish`)
      await page.click(mark('publish'))
      await page.click(mark('later'))
      await page.fill(mark('moment'), '2020-01-01T02:00')
      await page.waitForSelector(mark('past'))
      await page.waitForSelector(`${mark('publish-now')}:disabled`)
      await page.fill(mark('moment'), '2036-12-01T02:00')
      await page.waitForSelector(mark('past'), { state: 'detached' })
      await page.click(mark('publish-now'))
      await page.waitForSelector(`[data-plan="1"] ${mark('cancel-plan')}`)
      check((await page.locator('[data-plan="1"]').innerText()).includes('2036-12-01 02:00:00'), 'in the time of the centre')
      await page.click(mark('cancel-plan'))
      await page.waitForSelector(mark('cancel-plan'), { state: 'detached' })
      await page.click(mark('discard-one'))
      await page.click('.el-message-box .el-button--primary')
      await until(async () => (await count(page)).startsWith('0 '), 'discarded')
  },
})
