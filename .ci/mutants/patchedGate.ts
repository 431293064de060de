/** The file that makes every gate, with a line of its own right before it does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../suites.ts'

export const GATE_FILE = 'server/workflows/gates/gate.ts'
const BEFORE = 'return { ...rule, ok,'

/** @param line sees `rule`, and `ok`, which it may change @throws Error where the file has changed so that it does not fit */
export function patchedGate(line: string): string {
  const text = readFileSync(join(ROOT, GATE_FILE), 'utf8')
  if (!text.includes(BEFORE)) throw new Error(`${GATE_FILE} has changed: gates can not be deleted`)
  return text.replace(BEFORE, `${line}\n  ${BEFORE}`)
}
