/**
 * A child that never outlives us. A small shell stands between the two, holds the read end of a pipe whose write end only
 * we have, and kills the child as soon as that pipe closes: also when we are killed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const GUARD = `exec 4<&0
"$@" </dev/null 4<&- 3>&- & child=$!
echo $child >&3
exec 3>&-
{ cat <&4 >/dev/null; kill -9 $child; } 2>/dev/null & guard=$!
exec 4<&-
wait $child; code=$?
kill $guard 2>/dev/null
exit $code`

export interface GuardedProcess {
  /** Of the child itself, not of the shell. */
  pid: number
  /** Resolves with the exit code; of a signal it is 128 and its number. */
  ended: Promise<number>
  /** What it wrote to standard output so far, at most the last 64 kB. */
  output(): string
  /** The same of standard error. */
  errors(): string
  /** Resolves with the first match in standard output. @throws Error when the process ends or time is up before. */
  printed(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>
  /** SIGTERM, then SIGKILL after 5 s. */
  end(): Promise<void>
}

const KEPT_CHARACTERS = 64 * 1024

export async function startGuarded(command: string, args: string[], cwd: string): Promise<GuardedProcess> {
  const shell = spawn('sh', ['-c', GUARD, 'sh', command, ...args], { cwd, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  const text = { output: '', errors: '' }
  let onOutput = () => {}
  shell.stdout.on('data', (chunk: Buffer) => {
    text.output = (text.output + chunk.toString()).slice(-KEPT_CHARACTERS)
    onOutput()
  })
  shell.stderr.on('data', (chunk: Buffer) => {
    text.errors = (text.errors + chunk.toString()).slice(-KEPT_CHARACTERS)
  })
  const ended = once(shell, 'close').then(([code]) => (code as number | null) ?? 1)
  const [line] = (await once(shell.stdio[3] as NodeJS.ReadableStream, 'data')) as [Buffer]
  const pid = Number(line.toString())
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  return {
    pid,
    ended,
    output: () => text.output,
    errors: () => text.errors,
    printed: (pattern, withinMs) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text.output)
          if (match === null) return
          clearTimeout(timer)
          resolve(match)
        }
        const fail = (why: string) =>
          reject(new Error(`${why} before it printed ${pattern}: ${text.errors.slice(-2000)}`))
        const timer = setTimeout(() => fail(`${withinMs} ms passed`), withinMs)
        void ended.then((code) => {
          clearTimeout(timer)
          fail(`${command} ended with ${code}`)
        })
        onOutput = look
        look()
      }),
    async end() {
      signal('SIGTERM')
      const late = setTimeout(() => signal('SIGKILL'), 5000)
      await ended
      clearTimeout(late)
    },
  }
}
