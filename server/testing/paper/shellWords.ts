/** For tests: a command as the product writes it, taken apart, and what the product says that it prints. */
import { execFileSync } from 'node:child_process'
import { PROGRAMS } from '../../sandbox/apacheKafka/tools.ts'

/** The program and its arguments, as a shell takes the command apart. */
export function wordsOf(text: string): [program: string, ...args: string[]] {
  const words = execFileSync('sh', ['-c', `set -- ${text}\nprintf '%s\\0' "$@"`])
    .toString()
    .split('\0')
    .slice(0, -1)
  const [program = '', ...args] = words
  return [PROGRAMS[program] ?? program, ...args.filter((word) => word !== '-daemon')]
}

const quoted = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** All that is printed; a part in angle brackets stands for anything. */
export function printedPattern(prints: string): RegExp {
  return new RegExp(
    `^${prints
      .split(/<[^>]*>/)
      .map(quoted)
      .join('.+')}$`,
  )
}

/** Lines that a tool was said to print and did not; a part in angle brackets stands for anything, a blank for any. */
export function notPrinted(prints: string, printed: string): string[] {
  const lines = printed.split('\n')
  const pattern = (line: string) => {
    const parts = line.split(/<[^>]*>/).map((part) => quoted(part).replace(/\s+/g, '\\s+'))
    return new RegExp(`^${parts.join('.+')}\\s*$`)
  }
  return prints.split('\n').filter((line) => !lines.some((one) => pattern(line).test(one)))
}
