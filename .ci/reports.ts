/** What the JSON reports of the runners say: how many tests passed, which failed, and which passed only on their second try. */
import { relative } from 'node:path'

export interface Figures {
  passed: number
  failed: number
  skipped: number
  /** Each failed test with the beginning of what it said, where the runner tells. */
  failures?: string[]
  /** Each test that failed first and passed when it was tried again, with what it said first. It counts as passed. */
  secondTries?: string[]
}

/** Lines of a failure that are shown once more at the end: enough to know it by. */
const LINES_OF_A_FAILURE = 9
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g')

function failureText(name: string, message: string): string {
  const [first = '', ...rest] = message.replaceAll(COLOURS, '').split('\n').slice(0, LINES_OF_A_FAILURE)
  return [name, `    ${first}`, ...rest.map((line) => `    ${line}`)].join('\n').slice(0, 1500)
}

interface VitestReport {
  numPassedTests?: number
  numFailedTests?: number
  numPendingTests?: number
  testResults?: {
    name: string
    message: string
    status: string
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

/** @param root folder below which test files are named */
export function vitestFigures(report: VitestReport, root: string): Figures {
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = report
  const failures: string[] = []
  const secondTries: string[] = []
  for (const { name, message, status, assertionResults } of report.testResults ?? []) {
    const file = relative(root, name)
    const textOf = (one: (typeof assertionResults)[number]) =>
      failureText(`${file} > ${one.fullName}`, one.failureMessages.join('\n'))
    const failing = assertionResults.filter((one) => one.status === 'failed')
    if (status === 'failed' && failing.length === 0) failures.push(failureText(file, message))
    failures.push(...failing.map(textOf))
    // A test that passes when it is tried again keeps the errors of the tries before.
    const retried = assertionResults.filter((one) => one.status === 'passed' && one.failureMessages.length > 0)
    secondTries.push(...retried.map(textOf))
  }
  return { passed, failed, skipped, failures, secondTries }
}

interface PlaywrightSuite {
  title: string
  suites?: PlaywrightSuite[]
  specs?: { title: string; ok: boolean; tests: { status: string; results: { error?: { message?: string } }[] }[] }[]
}

interface PlaywrightReport {
  stats?: Record<string, number>
  suites?: PlaywrightSuite[]
}

export function playwrightFigures({ stats = {}, suites = [] }: PlaywrightReport): Figures {
  const { expected = 0, flaky = 0, unexpected = 0, skipped = 0 } = stats
  const failures: string[] = []
  const secondTries: string[] = []
  const read = ({ title, suites: inner = [], specs = [] }: PlaywrightSuite, above: string) => {
    const path = above === '' ? title : `${above} > ${title}`
    for (const spec of specs) {
      const messages = spec.tests.flatMap((t) => t.results.map((r) => r.error?.message ?? ''))
      const text = failureText(`${path} > ${spec.title}`, messages.filter((one) => one !== '').join('\n'))
      if (!spec.ok) failures.push(text)
      else if (spec.tests.some((t) => t.status === 'flaky')) secondTries.push(text)
    }
    for (const suite of inner) read(suite, path)
  }
  for (const suite of suites) read(suite, '')
  return { passed: expected + flaky, failed: unexpected, skipped, failures, secondTries }
}

/** What is said of second tries: none is the goal, and each one is to be explained. */
export function secondTryLines(secondTries: readonly string[]): string {
  return [`passed only on their second try: ${secondTries.length}`, ...secondTries].join('\n')
}
