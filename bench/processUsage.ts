/** CPU and memory of another process, from Linux's /proc. */
import { readFile } from 'node:fs/promises'

/** USER_HZ: the unit of /proc/<pid>/stat on every Linux that Node runs on, in ticks a second. */
const TICKS_PER_SECOND = 100

/** User and system time so far, in seconds. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The command name before it may hold blanks; it ends with the last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Resident memory now, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024
}

/** Share of one core over the next `forMs`, in percent. */
export async function cpuPercent(pid: number, forMs: number): Promise<number> {
  const startedMs = performance.now()
  const before = await cpuSeconds(pid)
  await new Promise((resolve) => setTimeout(resolve, forMs))
  return (((await cpuSeconds(pid)) - before) * 100_000) / (performance.now() - startedMs)
}
