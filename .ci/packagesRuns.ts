/** The image and the chart, built and rendered by their own tools. A stage of the safety run: it takes minutes and a compiler of Go. */
import { vitest } from './suites.ts'

export async function packagesRuns(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
): Promise<void> {
  say('\n— packages: the image and the chart')
  const { passed, failed, failures = [] } = await vitest('container')
  for (const failure of failures) say(failure)
  say(`  ${passed} passed, ${failed} failed`)
  check(failed === 0 && passed > 0, 'the image and the chart hold what is said of them')
}
