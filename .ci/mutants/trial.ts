/** Tries mutants on all tests that can notice them, in two threads; a thread that hangs is ended, and has noticed. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { ROOT } from '../suites.ts'
import type { Answer, Order } from './worker.ts'

export interface Mutant {
  name: string
  /** Relative to the root. */
  file: string
  text: string
}

/** Threads at work at the same time: one for each core of a small machine. */
const WIDTH = 2
/** A mutant that takes longer than this never ends, in ms. */
const LIMIT_MS = 120_000
/** Loaded modules stay for as long as their thread: it begins anew after this many mutants. */
const MUTANTS_OF_A_THREAD = 50
/** They write to disk, start processes or hold timers; no rule is proven by them alone. */
const NOT_PURE = /\/(journal\w*|clusterRuns)\.test\.ts$/

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(ROOT, folder, name))
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/^(?:import|export|\}) .*from '(\.[^']+)'|^import '(\.[^']+)'/gm)].map((found) =>
    join(dirname(file), found[1] ?? found[2] ?? ''),
  )
}

/** Which files lead to which, by their imports. */
export class Imports {
  readonly tests: string[]
  readonly #importers = new Map<string, Set<string>>()

  constructor() {
    const files = filesUnder('server')
    for (const file of files) {
      for (const imported of importsOf(file)) {
        const known = this.#importers.get(imported) ?? new Set()
        this.#importers.set(imported, known.add(file))
      }
    }
    this.tests = files.filter((f) => {
      const name = relative(ROOT, f)
      const ours =
        name.startsWith('server/workflows/') ||
        name.startsWith('server/quorum/') ||
        name.startsWith('server/nodeConfig/')
      return ours && name.endsWith('.test.ts') && !/\.(simulated|kafka)\.test/.test(name) && !NOT_PURE.test(name)
    })
  }

  /** The file and all that reach it. */
  reaching(file: string): Set<string> {
    const found = new Set([file])
    for (const one of found) for (const importer of this.#importers.get(one) ?? []) found.add(importer)
    return found
  }
}

class Thread {
  #worker: Worker | null = null
  #tried = 0

  async ask(order: Order): Promise<Answer> {
    if (this.#tried % MUTANTS_OF_A_THREAD === 0) await this.end()
    this.#tried += 1
    this.#worker ??= new Worker(new URL('./worker.ts', import.meta.url))
    const worker = this.#worker
    const answer = await new Promise<Answer>((resolve) => {
      const given = (found: Answer) => {
        clearTimeout(limit)
        worker.off('message', given)
        worker.off('error', failed)
        resolve(found)
      }
      const failed = (error: unknown) => given({ id: order.id, failed: `the thread ended: ${error}`, tests: 0 })
      const limit = setTimeout(() => failed('no end'), LIMIT_MS)
      worker.on('message', given)
      worker.on('error', failed)
      worker.postMessage(order)
    })
    if (answer.failed?.startsWith('the thread ended') === true) await this.end()
    return answer
  }

  async end(): Promise<void> {
    await this.#worker?.terminate()
    this.#worker = null
  }
}

/** Milliseconds that each test file takes, all of them passing. */
async function timed(imports: Imports): Promise<Map<string, number>> {
  const thread = new Thread()
  const took = new Map<string, number>()
  for (const [index, test] of imports.tests.entries()) {
    const begin = performance.now()
    const { failed, tests } = await thread.ask({ id: -1 - index, file: '', text: '', anew: [], tests: [test] })
    if (failed !== null || tests === 0) throw new Error(`${test} fails without a mutant: ${failed ?? 'no tests'}`)
    took.set(test, performance.now() - begin)
  }
  await thread.end()
  return took
}

/** A text that changes nothing must pass: else what is tried is the trial itself. */
const UNCHANGED = 'server/workflows/gates/gate.ts'

export class Trial {
  readonly #imports = new Imports()
  #took: Map<string, number> | null = null
  #next = 1

  /** How many no test notices; each is told at once. */
  async survivors(mutants: readonly Mutant[], tell: (name: string) => void): Promise<number> {
    if (this.#took === null) {
      this.#took = await timed(this.#imports)
      const text = readFileSync(join(ROOT, UNCHANGED), 'utf8')
      const passes = await this.survivors([{ name: '', file: UNCHANGED, text }], () => {})
      if (passes !== 1) throw new Error('the tests fail where nothing is changed')
    }
    const took = this.#took
    const rest = [...mutants]
    let alive = 0
    const work = async () => {
      const thread = new Thread()
      for (let mutant = rest.shift(); mutant !== undefined; mutant = rest.shift()) {
        const file = join(ROOT, mutant.file)
        const anew = this.#imports.reaching(file)
        // The tests beside the file first, then the quick ones.
        const weight = (test: string) => (test === file.replace(/\.ts$/, '.test.ts') ? -1 : (took.get(test) ?? 0))
        const tests = this.#imports.tests.filter((t) => anew.has(t)).toSorted((a, b) => weight(a) - weight(b))
        const { failed } = await thread.ask({ id: this.#next++, file, text: mutant.text, anew: [...anew], tests })
        if (failed !== null) continue
        alive += 1
        tell(mutant.name)
      }
      await thread.end()
    }
    await Promise.all(Array.from({ length: WIDTH }, work))
    return alive
  }
}
