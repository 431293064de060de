/** For tests: one of several servers as a process, as the test that started it sees it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DIES, PASSES } from '../faults/mortal.ts'
import type { ProcessOrder } from './replicaProcess.ts'

export class MortalReplica {
  readonly name: string
  readonly url: string
  /** Names, in the order in which they were passed. */
  readonly boundaries: string[] = []
  /** Where it died by its order. */
  died: string | null = null
  /** On the test's monotonic clock. */
  diedAtMs: number | null = null
  /** The last lines of its standard error. */
  errors = ''
  readonly #child: ChildProcess

  private constructor(name: string, url: string, child: ChildProcess) {
    this.name = name
    this.url = url
    this.#child = child
    if (child.stderr === null) return
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.startsWith(DIES)) this.died = line.slice(DIES.length)
      else if (line.startsWith(PASSES)) this.boundaries.push(line.slice(PASSES.length))
      else this.errors = `${this.errors}${line}\n`.slice(-4000)
    })
    child.once('exit', () => {
      this.diedAtMs = performance.now()
    })
  }

  static async start(order: ProcessOrder): Promise<MortalReplica> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'replicaProcess.ts'), JSON.stringify(order)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const early: Buffer[] = []
    const listen = (chunk: Buffer) => early.push(chunk)
    child.stderr.on('data', listen)
    const first = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')])
    child.stderr.off('data', listen)
    const [url] = first as [unknown]
    if (typeof url !== 'string') throw new Error(`the server ended: ${Buffer.concat(early).toString()}`)
    return new MortalReplica(order.name, url, child)
  }

  get isGone(): boolean {
    return this.diedAtMs !== null
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name)
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.isGone) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGCONT')
    this.#child.kill(signal)
    await gone
  }
}
