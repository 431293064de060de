/** Reports of disks as a person gives them: files or pasted text, each one JSON document, or several after each other. Pure. */
import { DiskReport } from '../../../server/contract/diskReport.ts'
import '../../live/jitless.ts'

export interface ReadReports {
  readonly reports: readonly DiskReport[]
  /** What could not be read, in words, with the file it was in. */
  readonly problems: readonly string[]
}

/** JSON documents one after the other, as `cat *.json` prints them. */
function documents(text: string): string[] {
  const found: string[] = []
  let [depth, from, quoted] = [0, -1, false]
  for (let at = 0; at < text.length; at += 1) {
    const one = text[at]
    if (quoted) {
      if (one === '\\') at += 1
      else if (one === '"') quoted = false
    } else if (one === '"') quoted = true
    else if (one === '{') {
      if (depth === 0) from = at
      depth += 1
    } else if (one === '}') {
      depth -= 1
      if (depth === 0) found.push(text.slice(from, at + 1))
    }
  }
  return found
}

export function readReports(name: string, text: string): ReadReports {
  if (text.trim() === '') return { reports: [], problems: [] }
  const found = documents(text)
  if (found.length === 0) return { reports: [], problems: [`${name}: it holds no JSON.`] }
  const reports: DiskReport[] = []
  const problems: string[] = []
  for (const document of found) {
    const parsed = parse(document)
    if (typeof parsed === 'string') problems.push(`${name}: ${parsed}`)
    else reports.push(parsed)
  }
  return { reports, problems }
}

function parse(text: string): DiskReport | string {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return 'it is no JSON, or was cut off.'
  }
  const format = typeof raw === 'object' && raw !== null && 'format' in raw ? raw.format : null
  if (format !== 'quorumdeck-disk-report') return 'it is no report of quorumdeck disk inspect --json.'
  const parsed = DiskReport.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return `the report does not fit: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`
}

const keyOf = ({ meta, host, path }: DiskReport) => meta?.directoryId ?? `${host}:${path}`

/** Of one disk the newest report counts. */
export function withReports(before: readonly DiskReport[], more: readonly DiskReport[]): readonly DiskReport[] {
  const all = new Map(before.map((one) => [keyOf(one), one]))
  for (const one of more) {
    const held = all.get(keyOf(one))
    if (held === undefined || held.takenAtMs <= one.takenAtMs) all.set(keyOf(one), one)
  }
  return [...all.values()].sort((a, b) => (a.meta?.nodeId ?? 0) - (b.meta?.nodeId ?? 0))
}

/** Node ids that any of these copies has as a voter in its newest set. */
export function votersOfReports(reports: readonly DiskReport[]): readonly number[] {
  const newest = reports.flatMap(({ voterSets, quorumState }) => [
    ...(voterSets.at(-1)?.voters.map((v) => v.nodeId) ?? []),
    ...(quorumState?.staticVoters ?? []),
  ])
  return [...new Set(newest)].sort((a, b) => a - b)
}

/** Voters of whose disk there is no report: proposed as gone. */
export function unreported(reports: readonly DiskReport[]): readonly number[] {
  const read = new Set(
    reports.flatMap((one) => (one.log !== null || one.snapshots.length > 0 ? (one.meta?.nodeId ?? []) : [])),
  )
  return votersOfReports(reports).filter((id) => !read.has(id))
}

/** One line about a disk. */
export function reportWords({ meta, host, log, snapshots, lock }: DiskReport): string {
  const who = meta?.nodeId == null ? host : `Node ${meta.nodeId} on ${host}`
  const whole = snapshots.findLast(({ complete }) => complete)
  const end =
    log !== null && log.batches > 0
      ? `epoch ${log.lastEpoch}, log end offset ${log.endOffset}`
      : whole === undefined
        ? 'no records'
        : `a snapshot to offset ${whole.endOffset}`
  const notes = [
    ...(log?.damage == null ? [] : [log.damage.kind === 'torn' ? 'last batch cut off' : 'damaged']),
    ...(lock === 'held' ? ['running when it was inspected'] : []),
  ]
  return [`${who}: ${end}`, ...notes].join(', ')
}

/** `CONTROLLER://host:9093`, several with commas; `null` where it cannot be read. */
export function readEndpoints(text: string): { listener: string; host: string; port: number }[] | null {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const found = parts.map((part) => /^([A-Za-z][\w.-]*):\/\/(\[[^\]]+\]|[^\s:/]+):(\d{1,5})$/.exec(part))
  if (found.length === 0 || found.some((match) => match === null)) return null
  const endpoints = found.flatMap((match) =>
    match === null
      ? []
      : [{ listener: match[1] ?? '', host: (match[2] ?? '').replace(/^\[|\]$/g, ''), port: Number(match[3]) }],
  )
  return endpoints.every(({ port }) => port > 0 && port < 65_536) ? endpoints : null
}
