import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { i18n, wordFiles } from '@/i18n'

type Tree = { [key: string]: string | Tree }

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? sources(join(folder, entry.name)) : /\.(vue|ts)$/.test(entry.name) ? [join(folder, entry.name)] : [],
  )
}

const { en, 'zh-CN': zh } = i18n.global.messages.value as unknown as { en: Tree; 'zh-CN': Tree }
const english = flat(en)
const chinese = flat(zh)
/** Each once: a language with plurals says them in every form. */
const holes = (text: string): string[] => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort()

describe('the English words', () => {
  it('have plain quotation marks: fonts of Chinese systems draw the curly ones as wide as a character', () => {
    expect([...english.values()].filter((text) => /[‘’“”]/.test(text))).toEqual([])
  })
})

describe('the two catalogs', () => {
  it('have the same keys, none empty, with the same holes', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [key, text] of english) {
      expect(text.trim(), key).not.toBe('')
      expect(chinese.get(key)?.trim(), key).not.toBe('')
      for (const form of text.split(' | ')) expect(holes(chinese.get(key) ?? ''), key).toEqual(holes(form))
    }
  })

  it('have each family of words in one file', () => {
    const families = wordFiles('en').flatMap(Object.keys)
    expect(families.filter((name, at) => families.indexOf(name) !== at)).toEqual([])
  })

  it('hold every key that the page names', () => {
    const missing: string[] = []
    for (const file of sources('src')) {
      for (const [, key] of readFileSync(file, 'utf8').matchAll(/\bt\('([\w.-]+)'/g)) {
        if (!english.has(key!)) missing.push(`${file}: ${key}`)
      }
    }
    expect(missing).toEqual([])
  })

  it('are the only place of Chinese words, but for the language’s own name', () => {
    const found = sources('src')
      .filter((file) => !/words(\.[\w-]+)?\.ts$/.test(file))
      .flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/[\u4e00-\u9fff]+/g)].map((match) => match[0]))
    expect([...new Set(found)].sort()).toEqual(['中', '简体中文'].sort())
  })

  it('are the only place of words: templates have none, nor a unit behind a number', () => {
    for (const file of sources('src').filter((name) => name.endsWith('.vue'))) {
      const markup = readFileSync(file, 'utf8').replace(/^[\s\S]*?<template>/, '').replace(/<\/template>\s*(<style[\s\S]*)?$/, '')
      const bare = [...markup.matchAll(/>([^<>]*)</g)].map((match) => match[1]!.replace(/\{\{[\s\S]*?\}\}|&\w+;/g, '').trim())
      expect(bare.filter((text) => /[A-Za-z]/.test(text)), file).toEqual([])
    }
  })

  /** What people of the trade do not say, or say of something else. */
  it('speak as the trade does', () => {
    const zh = ['来电人', '无输入', '打错电话', '序号', '消息存储', '引擎']
    const en = [/the books/i, /\btrouble\b/i, /message store/i, /engine/i, /of the centre/i, /\blinked\b/i, /^Short$/, /\bis away\b/i]
    expect([chinese.get('call.resume'), chinese.get('keys.hold')]).toEqual(['取消保持', '保持 / 取消保持'])
    expect([...chinese].filter(([, text]) => zh.some((word) => text.includes(word)))).toEqual([])
    expect([...english].filter(([, text]) => en.some((word) => word.test(text)))).toEqual([])
    const demo = ['cti_server/features/centre/seed.py', ...readdirSync('../../flows').map((name) => `flows/${name}`)]
    const said = demo.map((path) => readFileSync(join('../..', path), 'utf8')).join('')
    expect(zh.filter((word) => said.includes(word))).toEqual([])
    expect([...said.matchAll(/label: ([a-z]\w*)/g)].map((match) => match[1])).toEqual([])
  })

  it('are not bypassed by markup', () => {
    for (const file of sources('src')) expect(readFileSync(file, 'utf8'), file).not.toMatch(/v-html|innerHTML|dangerouslyUseHTMLString/)
  })
})
