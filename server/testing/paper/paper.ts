/** For tests: a runbook as somebody reads it who has the paper alone. */

export interface PaperCheck {
  /** What must hold, and how it was when the paper was written. */
  demand: string
  /** How to check it by hand. */
  byHand: string
}

export interface PaperCommand {
  host: string
  text: string
  /** `null`: lines of a file, not a command. */
  prints: string | null
  note: string
}

export interface PaperStep {
  /** As its heading has it, with its number. */
  heading: string
  /** The heading of its part; empty where there is none. */
  part: string
  commands: PaperCommand[]
  before: PaperCheck[]
  doneWhen: PaperCheck[]
}

export interface Paper {
  title: string
  clusterId: string
  /** The commands that checks name. */
  looks: Map<string, string>
  /** What `status` would have printed when it was written. */
  statusThen: string
  steps: PaperStep[]
}

const STANDS =
  /^(Not begun|Waits until what must hold does|Waits for a word|To be done on the host|Its outcome is being proven)[.:]/

/** Lines, taken one after another; a code block counts as one. */
class Lines {
  readonly #lines: string[]
  #at = 0

  constructor(text: string) {
    this.#lines = text.split('\n')
  }

  /** The next line that is not empty; `null` at the end. */
  next(): string | null {
    while (this.#lines[this.#at] === '') this.#at += 1
    return this.#lines[this.#at] ?? null
  }

  take(): string {
    const line = this.next()
    if (line === null) throw new Error('the paper ends too early')
    this.#at += 1
    return line
  }

  takeIf(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.next() ?? '')
    if (match !== null) this.take()
    return match
  }

  /** All that fit, one after another; what belongs to one is read before the next. */
  *takeWhile(pattern: RegExp): Generator<RegExpExecArray> {
    for (let match = this.takeIf(pattern); match !== null; match = this.takeIf(pattern)) yield match
  }

  block(): string {
    const open = this.take()
    if (!open.startsWith('```')) throw new Error(`no block, but: ${open}`)
    const end = this.#lines.indexOf('```', this.#at)
    const text = this.#lines.slice(this.#at, end).join('\n')
    this.#at = end + 1
    return text
  }
}

function matched(pattern: RegExp, line: string): string[] {
  const match = pattern.exec(line)
  if (match === null) throw new Error(`the paper says “${line}” where ${pattern} is expected`)
  return match.slice(1).map((part) => part ?? '')
}

/** @throws Error for a line that the reader does not understand */
export function readPaper(markdown: string): Paper {
  const lines = new Lines(markdown)
  const [title = ''] = matched(/^# (.*)$/, lines.take())
  const [clusterId = ''] = matched(/^Cluster .*, cluster id `([^`]+)`\./, lines.take())
  while (lines.next() !== '## How to look') lines.take()
  lines.take()
  matched(/^Here and in the steps the addresses are those of when this was written\. Where none of them /, lines.take())
  matched(/^nodes have left, name one of those that have come: a broker by advertised\.listeners, a /, lines.take())
  const looks = new Map<string, string>()
  for (const [, name = ''] of lines.takeWhile(/^\*\*(.*)\*\*$/)) looks.set(name, lines.block())
  matched(/^When this was written, `status` would have printed:$/, lines.take())
  const statusThen = lines.block()
  matched(/^and `replication`:$/, lines.take())
  lines.block()
  const steps: PaperStep[] = []
  let part = ''
  while (!/^## What (can be lost|is left to move)$/.test(lines.next() ?? '')) {
    const group = lines.takeIf(/^## Part: (.*)$/)
    if (group !== null) part = group[1] ?? ''
    const [heading = ''] = matched(/^##(?: |# )(\d+\. .*)$/, lines.take())
    steps.push(readStep(lines, heading, part))
  }
  return { title, clusterId, looks, statusThen, steps }
}

function readStep(lines: Lines, heading: string, part: string): PaperStep {
  const step: PaperStep = { heading, part, commands: [], before: [], doneWhen: [] }
  matched(STANDS, lines.take())
  // The same as the lines of the file that come after, beside what stands there now.
  for (const _ of lines.takeWhile(/^Properties of node \d+ on .*, beside .*:$/)) lines.block()
  for (const [, host = '', inFile] of lines.takeWhile(/^On (.*?)(, in the file)?:$/)) {
    const text = lines.block()
    const isFile = inFile !== undefined
    const nothing = isFile ? null : lines.takeIf(/^It prints nothing\.$/)
    if (!isFile && nothing === null) matched(/^It prints:$/, lines.take())
    const prints = isFile ? null : nothing === null ? lines.block() : ''
    const note = lines.takeIf(/^(?!(On .*:|Look for:|Must hold before:|Done when:)$|#|- ).*$/)?.[0] ?? ''
    step.commands.push({ host, text, prints, note })
  }
  // What to expect, in words; what is demanded stands below it.
  if (lines.takeIf(/^Look for:$/) !== null) while (lines.takeIf(/^- /) !== null);
  if (lines.takeIf(/^Must hold before:$/) !== null) step.before = readChecks(lines)
  if (lines.takeIf(/^Done when:$/) !== null) step.doneWhen = readChecks(lines)
  return step
}

function readChecks(lines: Lines): PaperCheck[] {
  const checks: PaperCheck[] = []
  for (const [, demand = ''] of lines.takeWhile(/^- (.*) \(when written: .*\)$/)) {
    const [byHand = ''] = matched(/^ {2}- By hand: (.*)\.$/, lines.take())
    checks.push({ demand, byHand })
  }
  if (checks.length === 0) throw new Error('a heading of checks without any')
  return checks
}
