/** A thread that tries one mutant after the other: loads the tests with one file changed, and says whether one fails. */
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parentPort } from 'node:worker_threads'
import { takeTests } from './plainTests.ts'

export interface Order {
  id: number
  /** Absolute; the text in place of what stands there. */
  file: string
  text: string
  /** Files that reach the changed one by their imports, itself included: they are loaded anew. */
  anew: string[]
  /** Test files, in the order to be run. */
  tests: string[]
}

export interface Answer {
  id: number
  /** The first test that fails, or `null`. */
  failed: string | null
  tests: number
}

// Of stripTypeScriptTypes, once a thread.
process.removeAllListeners('warning')

const PLAIN = new URL('./plainTests.ts', import.meta.url).href
const stripped = new Map<string, string>()
let now: { order: Order; anew: Set<string> } | null = null

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'vitest' && context.parentURL?.includes('/server/')) return { url: PLAIN, shortCircuit: true }
    const found = next(specifier, context)
    if (now === null || !found.url.startsWith('file:')) return found
    return now.anew.has(fileURLToPath(found.url)) ? { ...found, url: `${found.url}?mutant=${now.order.id}` } : found
  },
  load(url, context, next) {
    if (now === null || !url.includes('?mutant=')) return next(url, context)
    const path = fileURLToPath(url)
    let source = path === now.order.file ? stripTypeScriptTypes(now.order.text) : stripped.get(path)
    if (source === undefined) {
      source = stripTypeScriptTypes(readFileSync(path, 'utf8'))
      stripped.set(path, source)
    }
    return { format: 'module', source, shortCircuit: true }
  },
})

async function tried(order: Order): Promise<Answer> {
  now = { order, anew: new Set(order.anew) }
  let tests = 0
  for (const file of order.tests) {
    try {
      takeTests()
      await import(pathToFileURL(file).href + (now.anew.has(file) ? `?mutant=${order.id}` : ''))
    } catch (error) {
      return { id: order.id, failed: `${file}: ${error}`, tests }
    }
    for (const { name, body } of takeTests()) {
      tests += 1
      try {
        await body()
      } catch (error) {
        return { id: order.id, failed: `${name}: ${error}`, tests }
      }
    }
  }
  return { id: order.id, failed: null, tests }
}

parentPort?.on('message', (order: Order) => {
  void tried(order).then((answer) => parentPort?.postMessage(answer))
})
