import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FEATURES } from '@/features'
import { i18n } from '@/i18n'

const VOCABULARY = ['Page.vue', 'parts', 'store.ts', 'words.en.ts', 'words.zh-CN.ts']
const folders = readdirSync('src/features', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)

describe('a feature’s folder', () => {
  it('has nothing but the vocabulary', () => {
    expect(folders.length).toBeGreaterThan(0)
    for (const name of folders) expect(readdirSync(`src/features/${name}`).filter((file) => !VOCABULARY.includes(file)), name).toEqual([])
  })

  it('has a page when the registry names it, and only then', () => {
    const pages = folders.filter((name) => existsSync(`src/features/${name}/Page.vue`))
    expect(FEATURES.map((feature) => feature.name).sort()).toEqual(pages.sort())
  })

  it('has its word in the navigation', () => {
    for (const { name, icon } of FEATURES) if (icon) for (const locale of ['en', 'zh-CN'] as const) expect(i18n.global.te(`${name}.nav`, locale), name).toBe(true)
  })
})
