/** For tests: `quorumdeck disk` as an operator types it. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import type { DiskReceipt } from '../../contract/disk/diskPlan.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts')

export interface Ended {
  code: number
  out: string
  errors: string
}

export function disk(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'disk', ...args], { maxBuffer: 64 * 1024 * 1024 }, (error, out, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, out, errors })
    })
  })
}

/** The command line at the end of a plan, word by word. */
function confirming({ code, out, errors }: Ended): string[] {
  if (code !== 0) throw new Error(`not planned: ${errors}`)
  const line = out.trimEnd().split('\n').at(-1)?.trim() ?? ''
  return line.split(' ').slice(3)
}

/** Plans, then does what the plan prints. @throws Error where either is refused */
export async function changed(...args: string[]): Promise<DiskReceipt> {
  const words = confirming(await disk(...args))
  const { code, out, errors } = await disk(...words, '--json')
  if (code !== 0) throw new Error(`not carried out: ${out} ${errors}`)
  return (JSON.parse(out) as { receipt: DiskReceipt }).receipt
}

/** Codes of the refusals, sorted. */
export async function refusals(...args: string[]): Promise<string[]> {
  const { code, out } = await disk(...args, '--json')
  if (code !== 1) throw new Error(`not refused: ${out.slice(0, 2000)}`)
  return (JSON.parse(out) as { refusals: { code: string }[] }).refusals.map((one) => one.code).sort()
}
