/** From a request and what is on the disks to a plan, or to every reason why there is none. Writes nothing. */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DiskPlan, HashedFile } from '../../contract/disk/diskPlan.ts'
import { DiskReport, type LoggedVoter } from '../../contract/diskReport.ts'
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import { votersBatch } from '../../kafka/records/votersBatch.ts'
import { reportIdentity } from '../../recovery/canonicalJson.ts'
import { copiesRefusals, lossRefusals, othersOf } from '../../recovery/copiesRules.ts'
import { endpointRefusals, listenerRefusals, movedVoters } from '../../recovery/endpointRules.ts'
import { freshRefusals, graftedVoter, graftLossRefusals, sourceRefusals } from '../../recovery/graftRules.ts'
import { endOf, recoveryEpoch } from '../../recovery/ranking.ts'
import { type DiskRefusal, refusal } from '../../recovery/refusals.ts'
import {
  appendPlace,
  type DiskFacts,
  identityRefusals,
  logRefusals,
  newestVoterSet,
  voterRefusals,
} from '../../recovery/seedRules.ts'
import { backupRefusals } from '../backup/compareBackup.ts'
import type { DiskHost } from '../host.ts'
import { diskDirectory, inspectDisk, LOG_FOLDER } from '../walk/inspectDisk.ts'
import { hashOfFile, sha256 } from '../write/hashedFiles.ts'
import { directoryRefusals, writeRefusals } from './directory.ts'
import type { ChangeRequest } from './request.ts'

const MAX_REPORT_BYTES = 32 * 1024 * 1024
/** Beyond the batch itself: the node writes as soon as it starts. */
const SPARE_BYTES = 1024 * 1024

interface Planned {
  refusals: DiskRefusal[]
  /** `null` where something is refused. */
  plan: DiskPlan | null
  /** Every copy that was ranked. */
  reports: DiskReport[]
}

export function readReports(files: readonly string[]): { reports: DiskReport[]; refusals: DiskRefusal[] } {
  const reports: DiskReport[] = []
  const refusals: DiskRefusal[] = []
  for (const file of files) {
    let problem = 'it is no JSON of disk inspect --json'
    try {
      if (statSync(file).size > MAX_REPORT_BYTES) throw new RangeError('it is far too large')
      const parsed = DiskReport.safeParse(JSON.parse(readFileSync(file, 'utf8')))
      if (parsed.success) {
        reports.push(parsed.data)
        continue
      }
      const [issue] = parsed.error.issues
      problem = `${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'does not fit'}`
    } catch (error) {
      if (!(error instanceof SyntaxError)) problem = (error as Error).message
    }
    refusals.push(
      refusal(
        'report-unreadable',
        `${file}: ${problem}.`,
        'Make it again with disk inspect --json > file, by the same release of Quorumdeck.',
      ),
    )
  }
  return { reports, refusals }
}

/** Addresses of voters that must not run; what answers there could elect, or be found by brokers. */
export async function reachRefusals(
  host: DiskHost,
  voters: readonly { nodeId: number; endpoints: readonly Endpoint[] }[],
): Promise<DiskRefusal[]> {
  const seen = new Map<string, { nodeId: number; endpoint: Endpoint }>()
  for (const { nodeId, endpoints } of voters)
    for (const endpoint of endpoints) seen.set(hostPort(endpoint), { nodeId, endpoint })
  const answered = await Promise.all(
    [...seen.values()].map(async (one) => ((await host.answers(one.endpoint)) ? [one] : [])),
  )
  return answered
    .flat()
    .map(({ nodeId, endpoint }) =>
      refusal(
        'voter-reachable',
        `${hostPort(endpoint)}, where voter ${nodeId} is recorded, accepts connections.`,
        `Stop whatever listens there and keep it from starting again. An old voter that comes back leads by itself, and what it commits then is lost, or there are two quorums.`,
      ),
    )
}

function declaredRefusals(request: ChangeRequest, source: DiskFacts, reports: readonly DiskReport[]): DiskRefusal[] {
  const { report } = source
  switch (request.kind) {
    case 'recover':
      return lossRefusals(report, reports, request.lost)
    case 'set-endpoints':
      return endpointRefusals(report, othersOf(report, reports), request.endpoints)
    case 'graft': {
      const voters = newestVoterSet(report)?.voters ?? []
      const [like] = voters
      return [
        ...graftLossRefusals(voters, request.lost),
        ...(like === undefined ? [] : listenerRefusals(like, request.listeners)),
      ]
    }
    default:
      return request.kind satisfies never
  }
}

/** Whoever must not answer while this goes on; the disk's own node is stopped, as its lock proves. */
function mustBeSilent(request: ChangeRequest, target: DiskFacts, source: DiskFacts) {
  const voters = newestVoterSet(source.report)?.voters ?? []
  const self = target.report.meta
  switch (request.kind) {
    case 'recover':
      return voters.filter(({ nodeId }) => request.lost.includes(nodeId) && nodeId !== self?.nodeId)
    case 'set-endpoints':
      return voters.map((voter) => ({
        nodeId: voter.nodeId,
        endpoints: [...voter.endpoints, ...(request.endpoints.get(voter.nodeId) ?? [])],
      }))
    case 'graft':
      return voters
    default:
      return request.kind satisfies never
  }
}

function newVoters(request: ChangeRequest, target: DiskFacts, source: DiskFacts): LoggedVoter[] {
  const voters = newestVoterSet(source.report)?.voters ?? []
  const { meta } = target.report
  const self = { nodeId: meta?.nodeId ?? 0, directoryId: meta?.directoryId ?? null }
  switch (request.kind) {
    case 'recover':
      return voters.filter(({ nodeId }) => nodeId === self.nodeId)
    case 'set-endpoints':
      return movedVoters(voters, request.endpoints)
    case 'graft':
      return [graftedVoter(voters, self, request.listeners)]
    default:
      return request.kind satisfies never
  }
}

/** What a graft copies: the log as far as it is whole, finished snapshots, and the name of the partition. */
function copiedFiles(source: DiskFacts, keepsSegments: boolean): HashedFile[] {
  const { report, last, segments } = source
  const folder = (name: string) => `${report.path}/${LOG_FOLDER}/${name}`
  const whole = (name: string): HashedFile => ({ file: `${LOG_FOLDER}/${name}`, ...hashOfFile(folder(name)) })
  const logs = keepsSegments
    ? segments.map((name) =>
        last !== null && name === last.file
          ? { file: `${LOG_FOLDER}/${name}`, bytes: last.wholeBytes, sha256: last.sha256Whole }
          : whole(name),
      )
    : []
  const snapshots = report.snapshots.filter(({ complete }) => complete).map(({ name }) => whole(name))
  let partition: HashedFile[] = []
  try {
    partition = [whole('partition.metadata')]
  } catch {
    // Kafka writes it when it is missing.
  }
  return [...logs, ...snapshots, ...partition]
}

function summaryOf(report: DiskReport): DiskPlan['reports'][number] {
  const { endOffset = 0, epoch = 0 } = endOf(report) ?? {}
  const { nodeId = null, directoryId = null } = report.meta ?? {}
  return { nodeId, directoryId, endOffset, epoch, sha256: sha256(reportIdentity(report)) }
}

function planOf(
  request: ChangeRequest,
  target: DiskFacts,
  source: DiskFacts,
  reports: readonly DiskReport[],
  plannedAtMs: number,
): DiskPlan | DiskRefusal {
  const place = appendPlace(source)
  const { meta, path } = target.report
  if (place === null || meta?.clusterId == null || meta.nodeId === null || meta.directoryId === null)
    return refusal('no-metadata-log', `${path} holds no record.`, 'Choose another copy.')
  const others = othersOf(source.report, reports).toSorted(
    (a, b) =>
      (a.meta?.nodeId ?? 0) - (b.meta?.nodeId ?? 0) ||
      ((a.meta?.directoryId ?? '') < (b.meta?.directoryId ?? '') ? -1 : 1),
  )
  const all = [source.report, ...others, ...(request.kind === 'graft' ? [target.report] : [])]
  let epoch: number
  try {
    epoch = recoveryEpoch(all)
  } catch (error) {
    return refusal(
      'epoch-exhausted',
      `${(error as Error).message}.`,
      'A file is damaged or was made by hand: choose other copies.',
    )
  }
  const { baseOffset } = place
  const voters = newVoters(request, target, source)
  const append = place.kind === 'append' ? place.last : null
  const name = append?.file ?? `${String(baseOffset).padStart(20, '0')}.log`
  const grafted = request.kind === 'graft'
  const torn = append === null ? 0 : append.bytes - append.wholeBytes
  const gone = request.kind === 'set-endpoints' ? [] : (newestVoterSet(source.report)?.voters ?? [])
  return {
    format: 'quorumdeck-disk-plan',
    version: 1,
    kind: request.kind,
    clusterId: meta.clusterId,
    nodeId: meta.nodeId,
    directoryId: meta.directoryId,
    path,
    file: `${LOG_FOLDER}/${name}`,
    sha256Before: grafted ? null : (append?.sha256 ?? null),
    wholeBytes: append?.wholeBytes ?? 0,
    sha256Whole: append?.sha256Whole ?? sha256(''),
    cutBytes: torn === 0 || grafted ? null : torn,
    dropped: place.kind === 'new-segment' && !grafted ? place.dropped.map((one) => `${LOG_FOLDER}/${one}`) : [],
    from: grafted ? source.report.path : null,
    copied: grafted ? copiedFiles(source, append !== null) : [],
    baseOffset,
    epoch,
    voters,
    lost: gone
      .filter(({ nodeId }) => grafted || request.lost.includes(nodeId))
      .map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
    reports: [source.report, ...others].map(summaryOf),
    backup: request.backup === null ? null : resolve(request.backup),
    plannedAtMs,
    batch: votersBatch({ baseOffset, epoch, timestampMs: plannedAtMs, voters }).toString('hex'),
  }
}

/** Refusals of a copy that is taken, not written on, under their own names. */
function ofSource(refusals: DiskRefusal[]): DiskRefusal[] {
  return refusals.map((one) => {
    if (one.code === 'log-damaged') return { ...one, code: 'source-damaged' }
    return one.code === 'no-metadata-log' ? { ...one, code: 'source-unreadable' } : one
  })
}

export async function planChange(
  request: ChangeRequest,
  host: DiskHost,
  lockRefusals: readonly DiskRefusal[],
  plannedAtMs: number,
): Promise<Planned> {
  const path = diskDirectory(request.directory)
  const from = request.from === null ? null : diskDirectory(request.from)
  const places = [...directoryRefusals(path), ...(from === null ? [] : directoryRefusals(from)), ...lockRefusals]
  if (places.some(({ code }) => code === 'not-a-directory' || code === 'symbolic-link'))
    return { refusals: places, plan: null, reports: [] }
  const inspect = (directory: string) => inspectDisk({ directory, nowMs: plannedAtMs, host: host.name, lock: 'free' })
  const target = inspect(path)
  const source = from === null ? target : inspect(from)
  const { reports, refusals: unreadable } = readReports(request.reportFiles)
  const grafted = request.kind === 'graft'
  const place = appendPlace(source)
  const written = grafted || place?.kind !== 'append' ? null : `${LOG_FOLDER}/${place.last.file}`
  const needed = SPARE_BYTES + (grafted ? (source.report.log?.bytes ?? 0) * 2 : 0)
  const refusals = [
    ...places,
    ...identityRefusals(target),
    ...(grafted ? [...freshRefusals(target), ...ofSource(logRefusals(source)), ...sourceRefusals(source, target)] : []),
    ...(grafted ? [] : [...logRefusals(target), ...voterRefusals(target)]),
    ...unreadable,
    ...copiesRefusals(source.report, reports),
    ...declaredRefusals(request, source, reports),
    ...(await reachRefusals(host, mustBeSilent(request, target, source))),
    ...writeRefusals(path, written, host, needed, grafted),
    ...backupRefusals(request, path),
  ]
  if (refusals.length > 0) return { refusals, plan: null, reports }
  const plan = planOf(request, target, source, reports, plannedAtMs)
  if ('code' in plan) return { refusals: [plan], plan: null, reports }
  return { refusals, plan, reports: [source.report, ...othersOf(source.report, reports)] }
}
