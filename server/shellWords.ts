/** For tests: a command as the product writes it, taken apart. */
import { execFileSync } from 'node:child_process'
import { PROGRAMS } from './sandbox/apacheKafka/tools.ts'

/** The program and its arguments, as a shell takes the command apart. */
export function wordsOf(text: string): [program: string, ...args: string[]] {
  const words = execFileSync('sh', ['-c', `set -- ${text}\nprintf '%s\\0' "$@"`])
    .toString()
    .split('\0')
    .slice(0, -1)
  const [program = '', ...args] = words
  return [PROGRAMS[program] ?? program, ...args.filter((word) => word !== '-daemon')]
}
