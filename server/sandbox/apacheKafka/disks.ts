/**
 * Disks of real Kafka on this machine, read and written by `quorumdeck disk`, the command that an operator runs on a host: a sandbox does
 * nothing to a disk that it does not do as well.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { DiskReport, type LoggedVoter } from '../../contract/diskReport.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts')
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

const Outcome = z.object({
  result: z.string(),
  sha256: z.optional(z.string()),
  plan: z.optional(z.object({ plannedAtMs: z.int() })),
  refusals: z.optional(z.array(z.object({ code: z.string(), problem: z.optional(z.string()) }))),
})

/** @throws Error with what the command says, where it refuses */
function disk(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [MAIN, 'disk', ...args, '--json'],
      { maxBuffer: MAX_OUTPUT_BYTES },
      (error, out, said) => {
        if (error === null) resolve(out)
        else reject(new Error(`quorumdeck disk ${args[0]} refused: ${refusedBy(out) || said.trim() || error.message}`))
      },
    )
  })
}

function refusedBy(out: string): string {
  try {
    return (Outcome.parse(JSON.parse(out)).refusals ?? []).map(({ code, problem }) => problem ?? code).join(' ')
  } catch {
    return ''
  }
}

export async function reportOf(directory: string): Promise<DiskReport> {
  return DiskReport.parse(JSON.parse(await disk(['inspect', directory])))
}

/** What becomes of one disk. */
export interface DiskChange {
  /** Of the node that is to vote by it. */
  directory: string
  /** Every node's, this one's too. */
  directories: readonly string[]
  /** The voters that are written; one alone, or all of them at other addresses. */
  voters: readonly LoggedVoter[]
  nodeId: number
  /** Whose copy it is made of; `null`: its own. */
  from: string | null
  /** Where the reports, the backup and the receipt are kept. */
  folder: string
}

const endpointText = ({ endpoints }: LoggedVoter) =>
  endpoints.map(({ listener, host, port }) => `${listener}://${host}:${port}`).join(',')

/** Plans and carries out, as an operator does who reads the plan and confirms its hash. @throws Error where it is refused */
export async function changeDisk({ directory, directories, voters, nodeId, from, folder }: DiskChange): Promise<void> {
  const own = voters.find((voter) => voter.nodeId === nodeId)
  if (own === undefined) throw new Error(`Node ${nodeId} is not among the voters that are written.`)
  const reports = await Promise.all(directories.map((one) => reportOf(one).catch(() => null)))
  const read = reports.flatMap((report) => report ?? [])
  const place = await mkdtemp(join(folder, 'recovery-'))
  const files = await Promise.all(
    read.map(async (report, i) => {
      const file = join(place, `${report.meta?.nodeId ?? `disk-${i}`}.json`)
      await writeFile(file, JSON.stringify(report))
      return file
    }),
  )
  const backup = join(place, 'backup')
  const newest = read
    .flatMap(({ voterSets }) => voterSets.at(-1) ?? [])
    .toSorted((a, b) => b.epoch - a.epoch || b.offset - a.offset)[0]
  const all = (newest?.voters ?? []).map((voter) => voter.nodeId)
  const others = all.filter((id) => id !== nodeId)
  const last = new Set(read.filter(({ log }) => log !== null).flatMap(({ meta }) => meta?.nodeId ?? []))
  const lost = others.filter((id) => !last.has(id))
  if (from === null) await disk(['backup', directory, backup])
  const words = ['--reports', ...files, '--backup', backup]
  const change =
    from !== null
      ? ['graft', directory, '--from', from, '--lost', all.join(','), '--listener', endpointText(own), ...words]
      : voters.length > 1
        ? [
            'set-endpoints',
            directory,
            ...voters.flatMap((v) => ['--voter', `${v.nodeId}=${endpointText(v)}`]),
            ...words,
          ]
        : ['recover', directory, '--lost', lost.join(','), ...words]
  const { sha256, plan } = Outcome.parse(JSON.parse(await disk(change)))
  if (sha256 === undefined || plan === undefined) throw new Error('quorumdeck disk printed no plan')
  await disk([...change, '--planned-at', new Date(plan.plannedAtMs).toISOString(), '--confirm', sha256])
}
