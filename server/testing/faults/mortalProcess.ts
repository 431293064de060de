/** For tests: one dashboard as a process that dies where it is told, as the test that started it sees it. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Evidence } from '../../contract/workflows.ts'
import { DIES, type HostAnswer, type HostCall, type MortalOrder, type MortalReport, PASSES } from './mortal.ts'

/** A process that neither dies nor ends is killed after this, in ms. */
const PATIENCE_MS = 350_000

export interface Around {
  onBoundary?: (name: string) => void
  /** What the dashboard does on hosts. */
  act?: (call: HostCall) => Promise<HostAnswer>
}

/** @returns where it died, or what became of the run @throws Error where it ended otherwise */
export async function runMortal(order: MortalOrder, around: Around): Promise<{ died: string } | MortalReport> {
  const child = fork(join(import.meta.dirname, 'mortal.ts'), [JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  let errors = ''
  let died: string | null = null
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line.startsWith(DIES)) died = line.slice(DIES.length)
      else if (line.startsWith(PASSES)) around.onBoundary?.(line.slice(PASSES.length))
      else errors = `${errors}${line}\n`.slice(-3000)
    })
  }
  child.on('message', (call: HostCall) => {
    void around.act?.(call).then((answer) => {
      // It may have died in the meantime: then nobody needs the answer.
      if (child.connected) child.send(answer, () => {})
    })
  })
  let late = false
  const patience = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, PATIENCE_MS)
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', (ended: number | null) => resolve(ended))
  })
  clearTimeout(patience)
  if (late) throw new Error(`the dashboard did not come to its end: ${errors}`)
  if (died !== null) return { died }
  if (code !== 0) throw new Error(`the dashboard ended with ${code}: ${errors}`)
  return JSON.parse(output) as MortalReport
}

/** What a journal holds that must not be: another intent before the one before was proven, or after it was applied. */
export function doubles(entries: readonly Evidence['entries'][number][]): string[] {
  const problems: string[] = []
  let open: { step: string } | null = null
  const applied = new Set<string>()
  for (const { type, text, data } of entries) {
    const { intent, applied: landed } = data as { intent?: { step: string }; applied?: boolean }
    if (type === 'intended') {
      const step = intent?.step ?? ''
      if (open !== null) problems.push(`a second intent before the first was proven: ${text}`)
      if (applied.has(step)) problems.push(`a second intent of ${step} after it was applied: ${text}`)
      open = { step }
    }
    if (type === 'settled' && landed === true && open !== null) applied.add(open.step)
    if (type === 'settled' || type === 'adopted' || type === 'drifted') open = null
  }
  return problems
}
