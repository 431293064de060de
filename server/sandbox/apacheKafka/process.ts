/**
 * One Java process of a sandbox. It never outlives Quorumdeck: a small shell stands between the two, holds the read end
 * of a pipe whose write end only we have, and kills the JVM (frozen or not) as soon as that pipe closes.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { KafkaArtifacts } from './artifacts.ts'

/** Small and quick to start rather than fast: six of these share two cores and 2 GB. */
const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Djava.awt.headless=true']

const GUARD = `exec 4<&0
"$@" </dev/null 4<&- 3>&- & java=$!
echo $java >&3
exec 3>&-
{ cat <&4 >/dev/null; kill -9 $java; } 2>/dev/null & guard=$!
exec 4<&-
wait $java; code=$?
kill $guard 2>/dev/null
exit $code`

export interface JavaProcess {
  /** Process id of the JVM itself, for signals. */
  pid: number
  /** Resolves with the exit code when the JVM has ended. */
  ended: Promise<number | null>
  signal(signal: NodeJS.Signals): void
}

export function javaArguments(
  kafka: KafkaArtifacts,
  log4j: string | null,
  mainClass: string,
  args: string[],
): string[] {
  const logging =
    log4j === null
      ? []
      : [kafka.version.startsWith('3.') ? `-Dlog4j.configuration=file:${log4j}` : `-Dlog4j2.configurationFile=${log4j}`]
  return [...JVM, ...logging, '-cp', kafka.classPath, mainClass, ...args]
}

/** @param onLine called with each line of its standard output, which goes to the file as well */
export async function startJava(
  args: string[],
  logFile: string,
  cwd: string,
  onLine?: (line: string) => void,
): Promise<JavaProcess> {
  const shell: ChildProcess = spawn('sh', ['-c', GUARD, 'sh', 'java', ...args], {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  const log = createWriteStream(logFile, { flags: 'a' })
  shell.stdout?.pipe(log, { end: false })
  shell.stderr?.pipe(log, { end: false })
  if (onLine !== undefined && shell.stdout !== null) createInterface({ input: shell.stdout }).on('line', onLine)
  const ended = once(shell, 'exit').then(([code]) => {
    log.end()
    return code as number | null
  })
  const pidPipe = shell.stdio[3] as NodeJS.ReadableStream
  const [text] = (await once(pidPipe, 'data')) as [Buffer]
  const pid = Number(text.toString())
  return {
    pid,
    ended,
    signal(signal) {
      try {
        process.kill(pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    },
  }
}
