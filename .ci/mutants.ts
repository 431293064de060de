/**
 * Breaks the rules one at a time and looks whether a test notices: each gate by its code, each place where a gate is used,
 * each comparison, each transition of a run. A stage of the safety run. The tree itself is not touched.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Note } from './figures.ts'
import { GATE_FILE, patchedGate } from './mutants/patchedGate.ts'
import { type Mutant, Trial } from './mutants/trial.ts'
import { ROOT } from './suites.ts'

const GATES = 'server/workflows/gates'
const at = (names: readonly string[]) => names.map((name) => `server/workflows/wizards/${name}.ts`)
const PARTS = 'server/workflows/wizards/parts.ts'
/** Wizards whose every comparison is mutated, too; of the others, every use of a gate. */
const PLANNED_IN_PARTS = [
  'server/workflows/moves/assignment.ts',
  ...at([
    'drain/drain',
    'migrateCombined/migrateCombined',
    'migrateDedicated/migrateDedicated',
    'replaceController/replaceController',
    'rollingRestart/restartNode',
    'rollingRestart/rollingRestart',
    'scale/scale',
    'staticToDynamic/staticToDynamic',
    'unregisterBroker/unregisterBroker',
  ]),
]
const WIZARDS = [
  'server/workflows/engine/decisions/progress.ts',
  ...at([
    'addController/addController',
    'bootstrapServers/bootstrapServers',
    'removeController/removeController',
    'replaceDisk/replaceDisk',
  ]),
  ...PLANNED_IN_PARTS,
]
/** Rules that are plain logic: their comparisons are mutated one by one. */
const RULES = [
  ...['autoJoin', 'bootstrap', 'candidate', 'margin', 'outcome', 'quorum', 'target'].map(
    (what) => `${GATES}/quorum/${what}Gates.ts`,
  ),
  ...['broker', 'drain', 'restart', 'upgrade'].map((what) => `${GATES}/nodes/${what}Gates.ts`),
  'server/workflows/engine/decisions/advance.ts',
  'server/workflows/run/windows/catchUpWindow.ts',
  'server/workflows/run/facts.ts',
  'server/workflows/run/partKeys.ts',
  PARTS,
  'server/workflows/run/fold.ts',
  'server/workflows/run/run.ts',
  'server/workflows/run/votersAfter.ts',
  'server/workflows/run/windows/silence.ts',
  'server/workflows/run/windows/track.ts',
  'server/workflows/run/voterSet.ts',
  'server/quorum/assessment/health.ts',
  'server/quorum/assessment/leaderClock.ts',
  'server/quorum/assessment/margin.ts',
  'server/quorum/log/placement.ts',
  'server/workflows/engine/decisions/progress.ts',
  ...PLANNED_IN_PARTS,
]

/** Of every gate of every wizard. */
export async function gateCodes(): Promise<string[]> {
  const codes = new Set<string>()
  for (const name of [...(await gateFiles()), PARTS]) {
    const source = await readFile(join(ROOT, name), 'utf8')
    for (const [, code] of source.matchAll(/^ +code: '([a-z-]+)'/gm)) if (code !== undefined) codes.add(code)
  }
  return [...codes]
}

async function byCode(): Promise<Mutant[]> {
  return (await gateCodes()).map((code) => ({
    name: `gate ${code} always holds`,
    file: GATE_FILE,
    text: patchedGate(`ok ||= rule.code === '${code}'`),
  }))
}

/** Names of the functions that make gates, and whether they make several. */
async function gateMakers(): Promise<Map<string, { several: boolean }>> {
  const makers = new Map<string, { several: boolean }>()
  for (const file of await gateFiles()) {
    const source = await readFile(join(ROOT, file), 'utf8')
    for (const [, name = '', result] of source.matchAll(
      /^(?:export )?function (\w+)\((?:[^()]|\([^()]*\))*\): Gate(\[\])? \{/gm,
    )) {
      makers.set(name, { several: result !== undefined })
    }
  }
  return makers
}

async function gateFiles(): Promise<string[]> {
  const names = await readdir(join(ROOT, GATES), { recursive: true })
  return [
    ...names.filter((name) => /Gates?S?\w*\.ts$/.test(name) && !name.includes('.test.')).map((n) => `${GATES}/${n}`),
    ...WIZARDS,
    ...at(['configStep', 'debt']),
  ]
}

/** The index behind the bracket that closes the one at `open`. */
function closing(text: string, open: number): number {
  let depth = 0
  for (let i = open; i < text.length; i += 1) {
    if (text[i] === '(') depth += 1
    if (text[i] === ')') depth -= 1
    if (depth === 0) return i + 1
  }
  throw new Error('a bracket is not closed')
}

/** Each place where a gate, or a set of gates, is used: there alone it always holds. */
async function byPlace(): Promise<Mutant[]> {
  const makers = await gateMakers()
  const mutants: Mutant[] = []
  for (const file of [`${GATES}/gateSets.ts`, PARTS, ...WIZARDS]) {
    const text = await readFile(join(ROOT, file), 'utf8')
    for (const call of text.matchAll(/(?<!function )\b(\w+)\(/g)) {
      const maker = makers.get(call[1] ?? '')
      if (maker === undefined) continue
      const end = closing(text, call.index + call[0].length - 1)
      const whole = text.slice(call.index, end)
      const line = text.slice(0, call.index).split('\n').length
      const held = maker.several ? `${whole}.map((g) => ({ ...g, ok: true }))` : `{ ...${whole}, ok: true }`
      const name = `${file}:${line} with ${whole.replaceAll(/\s+/g, ' ')} held`
      mutants.push({ name, file, text: `${text.slice(0, call.index)}(${held})${text.slice(end)}` })
    }
  }
  return mutants
}

const INVERSE: Readonly<Record<string, string>> = {
  '>=': '<',
  '<=': '>',
  '>': '<=',
  '<': '>=',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
}

/** Where a rule only chooses its words. */
const WORDING = /^\s*(\/?\*|\/\/|import |observed|remedy|waiting|title|required|why|detail|text|\?|:)|: string\b/

/** The same length, with everything blank that is text: a comparison in it is none. */
function withoutText(line: string): string {
  return line.replaceAll(/'[^']*'|`[^`]*`|\/\/.*$/g, (text) => ' '.repeat(text.length))
}

/** Every comparison and every and/or of the rules, turned into its opposite. The formatter puts spaces around operators. */
async function byOperator(): Promise<Mutant[]> {
  const mutants: Mutant[] = []
  for (const file of RULES) {
    const text = await readFile(join(ROOT, file), 'utf8')
    let start = 0
    for (const [index, line] of text.split('\n').entries()) {
      const at = start
      start += line.length + 1
      if (WORDING.test(line)) continue
      for (const found of withoutText(line).matchAll(/(?<= )(===|!==|>=|<=|&&|\|\||>|<)(?= |$)/g)) {
        const [operator = ''] = found
        const from = at + found.index
        const inverse = INVERSE[operator] ?? operator
        const name = `${file}:${index + 1} ${operator} becomes ${inverse}: ${line.trim()}`
        mutants.push({ name, file, text: text.slice(0, from) + inverse + text.slice(from + operator.length) })
      }
    }
  }
  return mutants
}

/** Every transition of a run: an event that is kept and changes nothing. */
async function byTransition(): Promise<Mutant[]> {
  const file = 'server/workflows/run/fold.ts'
  const text = await readFile(join(ROOT, file), 'utf8')
  const body = text.indexOf('function apply(')
  return [...text.slice(body).matchAll(/^ {4}case '([a-z-]+)':(?: \{)?\n/gm)].map((found) => {
    const end = body + found.index + found[0].length
    return {
      name: `event ${found[1]} changes nothing`,
      file,
      text: `${text.slice(0, end)}      return run\n${text.slice(end)}`,
    }
  })
}

export async function mutants(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  const trial = new Trial()
  for (const [what, list] of [
    ['gates by code', await byCode()],
    ['gates by place', await byPlace()],
    ['comparisons', await byOperator()],
    ['transitions', await byTransition()],
  ] as const) {
    const alive = await trial.survivors(list, (name) => say(`  survives: ${name}`))
    note(`mutants killed, ${what}`, `${list.length - alive} of ${list.length}`)
    check(alive === 0 && list.length > 0, `${what}: tests failed for ${list.length - alive} of ${list.length}`)
  }
}
