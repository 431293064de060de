import { expect, test } from 'vitest'
import { toJavaScript } from './stripped.ts'

test('types go, lines stay, and files of ours are named as they are called in the package', () => {
  const source = `import type { A } from './a.ts'
import { b } from '../b/c.ts'
import { Hono } from 'hono'
const worker = new URL('./worker.ts', import.meta.url)
const { d } = await import('./d.ts')
export function f(given: A): number {
  return b(given as never, d, 'a file.ts of others', worker) satisfies number
}`
  const made = toJavaScript(source)
  expect(made.split('\n')).toHaveLength(source.split('\n').length)
  expect(made).toContain("from '../b/c.js'")
  expect(made).toContain("new URL('./worker.js'")
  expect(made).toContain("import('./d.js')")
  expect(made).toContain("'a file.ts of others'")
  expect(made).not.toMatch(/: number|as never|import type/)
})
