/** For tests: a program that serves HTTP, started on a free port and ended by its process id. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from '../patience.ts'

export interface RunningProgram {
  url: string
  close(): Promise<void>
}

/** The first of these on the PATH. @throws Error where there is none */
export function commandOf(...names: string[]): string {
  const found = names.find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0)
  if (found === undefined) throw new Error(`none of these is installed: ${names.join(', ')}`)
  return found
}

/** Resolves when `ready` answers. */
export async function startProgram(
  command: string,
  args: string[],
  url: string,
  ready: string,
): Promise<RunningProgram> {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
    })
  }
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${said}`)
    return await fetch(url + ready).then(
      ({ ok }) => ok,
      () => false,
    )
  }
  try {
    await until(`${command} ready`, isReady)
  } catch (error) {
    await close()
    throw error
  }
  return { url, close }
}

export async function until<T>(what: string, look: () => Promise<T | false | null | undefined>): Promise<T> {
  const startedMs = performance.now()
  for (;;) {
    const found = await look()
    if (found !== false && found !== null && found !== undefined) return found
    if (performance.now() - startedMs > PATIENCE_MS) throw new Error(`never saw: ${what}`)
    await delay(100)
  }
}
