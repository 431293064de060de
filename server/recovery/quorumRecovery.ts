/**
 * From the reports of all disks that are left to the plan that brings a lost quorum back: on which copy, in which epoch, what may be
 * lost. Whatever makes it unsafe or needless is a refusal, all of them at once. Pure. Rules: docs/disk.md; seen on Kafka 3.9.2,
 * 4.1.2 and 4.3.1.
 */

import type { Recovery } from '../contract/disk/recovery.ts'
import type { DiskReport, LoggedVoter, LoggedVoterSet } from '../contract/diskReport.ts'
import type { Endpoint, LastLed, ReplicaKey } from '../contract/quorumView.ts'
import { sameKey } from '../contract/replicaKey.ts'
import { majorityOf } from '../contract/voters.ts'
import { listed } from '../contract/words/lists.ts'
import { lossOf } from './loss.ts'
import { endOf, goesItsOwnWay, placeOf, type RankedCopy, ranked, recoveryEpoch, votesWithout } from './ranking.ts'

export interface RecoveryRefusal {
  /** Stable. */
  code: string
  /** What is wrong, and what it means. */
  problem: string
  remedy: string
}

/** What is known beside the reports. */
export interface SeenBefore {
  /** `null`: the quorum was never watched while it lived. */
  lastLed: LastLed | null
  /** Every node that was seen: each may have a copy. */
  nodeIds: readonly number[]
  /** Those of them that are brokers. */
  brokerIds: readonly number[]
  /** The cluster that is watched; `null` where it is not known. */
  clusterId: string | null
  /** Where controllers listened, as far as it was seen: of a static quorum no log has it. */
  endpoints: ReadonlyMap<number, readonly Endpoint[]>
}

export interface RecoveryWish {
  reports: readonly DiskReport[]
  /** Voters whose disks are stated as gone, by node id. */
  lost: readonly number[]
  /** On which controller's new disk an observer's copy is put; without it the lowest id among the lost. */
  seedNodeId?: number | undefined
  /** New addresses of all voters, by node id: nothing is lost, they have moved. */
  moved?: ReadonlyMap<number, Endpoint[]> | undefined
}

/** Most of what stands at the end of a log that a plan names. */
const MAX_NAMED = 60
/** Most files of one copy. */
const MAX_FILES = 12

const refusal = (code: string, problem: string, remedy: string): RecoveryRefusal => ({ code, problem, remedy })

/** For people: which disk it is. */
export function diskText({ meta, host, path }: DiskReport): string {
  return meta?.nodeId == null ? `${host}:${path}` : `node ${meta.nodeId} (${host}:${path})`
}

export function clusterOf(reports: readonly DiskReport[]): string | null {
  return reports.flatMap(({ meta }) => meta?.clusterId ?? [])[0] ?? null
}

function foreignDisks(reports: readonly DiskReport[], { clusterId }: SeenBefore): RecoveryRefusal[] {
  const ids = new Set(reports.flatMap(({ meta }) => meta?.clusterId ?? []))
  if (clusterId !== null) ids.add(clusterId)
  const nameless = reports.filter(({ meta }) => meta?.clusterId == null)
  return [
    ...(ids.size > 1
      ? [
          refusal(
            'other-cluster',
            `The disks are of ${ids.size} clusters: ${listed([...ids])}. Their logs cannot be compared.`,
            'Leave out the reports that are not of this cluster.',
          ),
        ]
      : []),
    ...(nameless.length > 0
      ? [
          refusal(
            'no-cluster-id',
            `${listed(nameless.map(diskText))}: meta.properties names no cluster, so nobody knows whose log it is.`,
            'Inspect the directory that holds meta.properties, or leave that report out.',
          ),
        ]
      : []),
  ]
}

function twice(reports: readonly DiskReport[]): RecoveryRefusal[] {
  const seen = new Map<string, DiskReport>()
  const found: RecoveryRefusal[] = []
  for (const report of reports) {
    const id = report.meta?.directoryId
    if (id == null) continue
    const other = seen.get(id)
    if (other !== undefined)
      found.push(
        refusal(
          'directory-twice',
          `${diskText(other)} and ${diskText(report)} are copies of one disk (directory id ${id}).`,
          'Give the report of the one that will be started, taken last.',
        ),
      )
    seen.set(id, report)
  }
  return found
}

/** The newest set in the furthest copy: whoever has that log elects by it (KafkaRaftClient: the newest appended set counts). */
function setsThatMayHold(best: DiskReport): { newest: LoggedVoterSet | null; all: LoggedVoterSet[] } {
  const newest = best.voterSets.at(-1) ?? null
  if (newest === null) return { newest, all: [] }
  const before = best.voterSets.at(-2)
  const isOpen = newest.from === 'log' && newest.offset >= best.committedAtLeast
  return { newest, all: isOpen && before !== undefined ? [before, newest] : [newest] }
}

const keysOf = (voters: readonly LoggedVoter[]): ReplicaKey[] =>
  voters.map(({ nodeId, directoryId }) => ({ nodeId, directoryId }))

/** Voters of a quorum with kraft.version 0, from what the nodes were configured with. */
function staticVoters(reports: readonly DiskReport[], { lastLed, endpoints }: SeenBefore): LoggedVoter[] {
  const ids =
    reports.flatMap(({ quorumState }) => (quorumState?.staticVoters == null ? [] : [quorumState.staticVoters]))[0] ??
    lastLed?.replicas.map(({ nodeId }) => nodeId) ??
    []
  return ids.map((nodeId) => ({
    nodeId,
    directoryId: null,
    endpoints: [...(endpoints.get(nodeId) ?? [])],
    kraftVersions: { min: 0, max: 0 },
  }))
}

function reportOf(reports: readonly DiskReport[], { nodeId, directoryId }: ReplicaKey): DiskReport | null {
  return (
    reports.find(({ meta }) => meta?.nodeId === nodeId && (directoryId === null || meta.directoryId === directoryId)) ??
    null
  )
}

/**
 * Whether the voters that are left elect one of them: each counts by the set at the end of its own log, and the furthest of them is
 * granted every vote. A copy of an observer may know of a newer set that none of them has.
 */
function canElect(reports: readonly DiskReport[]): boolean {
  const furthest = ranked(reports).find(({ votes }) => votes)
  const voters = furthest?.report.voterSets.at(-1)?.voters ?? []
  const left = voters.filter((voter) => endOfDisk(reportOf(reports, voter)) !== null)
  return left.length >= majorityOf(voters.length)
}

function checkLost(before: readonly LoggedVoter[], { lost, reports }: RecoveryWish): RecoveryRefusal[] {
  const found: RecoveryRefusal[] = []
  const ids = before.map(({ nodeId }) => nodeId)
  const strangers = lost.filter((id) => !ids.includes(id))
  if (strangers.length > 0)
    found.push(
      refusal(
        'lost-is-no-voter',
        `${listed(strangers)} ${strangers.length === 1 ? 'is' : 'are'} not in the newest voter set, which is ${listed(ids)}.`,
        'Name voters of that set alone.',
      ),
    )
  const readable = before.filter((v) => lost.includes(v.nodeId) && endOfDisk(reportOf(reports, v)) !== null)
  if (readable.length > 0)
    found.push(
      refusal(
        'lost-is-readable',
        `The disk of ${listed(readable.map((v) => v.nodeId))} is stated as gone, and its log was read.`,
        'It is not lost: start that controller with this disk. If its host is what is lost, mount the disk on another one with the same address.',
      ),
    )
  const left = before.length - before.filter((v) => lost.includes(v.nodeId)).length
  const majority = majorityOf(before.length)
  if (left >= majority && canElect(reports))
    found.push(
      refusal(
        'majority-left',
        `${left} of ${before.length} voters are left, and ${majority} are a majority: nothing has to be written.`,
        'Start those that are left, with the disks they have. They elect a leader, and nothing is lost.',
      ),
    )
  const missing = before.filter((v) => !lost.includes(v.nodeId) && reportOf(reports, v) === null)
  if (missing.length > 0)
    found.push(
      refusal(
        'voter-without-report',
        `There is no report of the disk of ${listed(missing.map((v) => v.nodeId))}, and it is not stated as gone: it may hold more than any other.`,
        'Inspect that disk, too, or state that it is gone.',
      ),
    )
  return found
}

function endOfDisk(report: DiskReport | null) {
  return report === null ? null : endOf(report)
}

/** Whether this copy can be written to, or copied from. */
function checkCopy(report: DiskReport): RecoveryRefusal[] {
  const found: RecoveryRefusal[] = []
  const who = diskText(report)
  const { log, snapshots, kraftVersion } = report
  if (log !== null && log.damage?.kind === 'damaged')
    found.push(
      refusal(
        'damaged',
        `The furthest copy, of ${who}, is damaged in ${log.damage.file} at byte ${log.damage.byte}: ${log.damage.problem}.`,
        'What stands behind that place cannot be read. Keep the disk as it is and look for another copy that reaches as far; a backup of it counts.',
      ),
    )
  const needed = log === null ? 1 : log.startOffset
  if (needed > 0 && !snapshots.some(({ complete, endOffset }) => complete && endOffset >= needed))
    found.push(
      refusal(
        'snapshot-incomplete',
        `The log of ${who} begins at offset ${needed}, and no complete snapshot reaches so far: what was before is missing.`,
        'Take the copy of another node; this one cannot be read from its beginning.',
      ),
    )
  if (kraftVersion !== null && kraftVersion > 1)
    found.push(
      refusal(
        'newer-kraft-version',
        `kraft.version ${kraftVersion} is newer than what this release of Quorumdeck knows.`,
        'Use a release that knows it.',
      ),
    )
  return found
}

/** How far a damaged copy reached nobody knows: the command refuses it, too. */
function checkOthers(reports: readonly DiskReport[], best: DiskReport): RecoveryRefusal[] {
  return reports
    .filter((report) => report !== best && report.log?.damage?.kind === 'damaged')
    .map((report) =>
      refusal(
        'copy-damaged',
        `The copy of ${diskText(report)} is damaged in ${report.log?.damage?.file ?? 'its log'}: how far it reached is not known.`,
        'Where nothing better can be had of that disk, leave its report out; of a voter, state that its disk is gone.',
      ),
    )
}

function checkMoved(
  before: readonly LoggedVoter[],
  moved: ReadonlyMap<number, Endpoint[]>,
  reports: readonly DiskReport[],
) {
  const found: RecoveryRefusal[] = []
  const unnamed = before.filter((v) => (moved.get(v.nodeId) ?? []).length === 0)
  if (unnamed.length > 0)
    found.push(
      refusal(
        'voter-without-address',
        `No new address was given for ${listed(unnamed.map((v) => v.nodeId))}.`,
        'Name the address of every voter: the record replaces all of them.',
      ),
    )
  const strangers = [...moved.keys()].filter((id) => !before.some((v) => v.nodeId === id))
  if (strangers.length > 0)
    found.push(
      refusal('moved-is-no-voter', `${listed(strangers)} is not in the newest voter set.`, 'Name voters alone.'),
    )
  const read = before.filter((v) => endOfDisk(reportOf(reports, v)) !== null)
  if (read.length < majorityOf(before.length))
    found.push(
      refusal(
        'too-few-reports',
        `The disks of ${read.length} of ${before.length} voters were inspected; ${majorityOf(before.length)} are needed to know which log holds everything.`,
        'Inspect the disks of all voters.',
      ),
    )
  return found
}

function rankedDisk(
  { report, end, votes }: RankedCopy,
  seed: DiskReport,
  seedNodeId: number,
): Recovery['copies'][number] {
  const files = [...report.snapshots, ...(report.log?.segments ?? [])].map(({ name, sha256 }) => ({ name, sha256 }))
  return {
    ...placeOf(report),
    ...end,
    votes,
    goesItsOwnWay: report !== seed && (goesItsOwnWay(report, seed) || votesWithout(report, seedNodeId)),
    files: files.slice(-MAX_FILES),
  }
}

/** What is between the end of what is committed for certain and the end of the copy, by name. */
function tailBehind(seed: DiskReport, from: number): Pick<Recovery, 'tail' | 'moreTail'> {
  const behind = seed.tail.filter(({ offset }) => offset >= from)
  // Topics first: they are what people look for.
  const shown = behind
    .toSorted((a, b) => Number(b.topic !== null) - Number(a.topic !== null) || a.offset - b.offset)
    .slice(0, MAX_NAMED)
  return { tail: shown, moreTail: behind.length - shown.length + seed.moreTail }
}

function wayOf(best: RankedCopy, wish: RecoveryWish): Recovery['way'] {
  if ((best.report.kraftVersion ?? 0) < 1) return 'static'
  if (wish.moved !== undefined) return 'addresses'
  return best.votes ? 'record' : 'graft'
}

/** @returns no recovery where no copy has a single record; every refusal otherwise beside it */
export function planRecovery(
  wish: RecoveryWish,
  seen: SeenBefore,
): { recovery: Recovery | null; refusals: RecoveryRefusal[] } {
  const { reports, lost } = wish
  const copies = ranked(reports)
  const [best] = copies
  const refusals = [...foreignDisks(reports, seen), ...twice(reports)]
  if (best === undefined)
    return {
      recovery: null,
      refusals: [
        ...refusals,
        refusal(
          'no-copy',
          'None of these disks holds a record of the metadata log.',
          'Inspect the metadata log directories of every controller and broker that is left: each broker has a copy.',
        ),
      ],
    }
  const way = wayOf(best, wish)
  const { newest, all } = setsThatMayHold(best.report)
  const before = way === 'static' ? staticVoters(reports, seen) : (newest?.voters ?? [])
  if (before.length === 0)
    refusals.push(
      refusal(
        'voters-unknown',
        `The furthest copy, of ${diskText(best.report)}, names no voters.`,
        way === 'static'
          ? 'The quorum is static: inspect a directory with its quorum-state, or watch the quorum first.'
          : 'Inspect the copy of another node as well.',
      ),
    )
  refusals.push(...checkCopy(best.report), ...checkOthers(reports, best.report))
  const nowhere = way === 'static' ? before.filter(({ endpoints }) => endpoints.length === 0) : []
  if (nowhere.length > 0)
    refusals.push(
      refusal(
        'voter-address-unknown',
        `Where ${listed(nowhere.map((v) => v.nodeId))} listened is not known: of a static quorum no log has it, and it was not seen since Quorumdeck was started.`,
        'Whether an old voter still answers cannot be seen without it. Go by the runbook for a lost majority, which asks you to look for yourself.',
      ),
    )
  if (way === 'addresses') refusals.push(...checkMoved(before, wish.moved ?? new Map(), reports))
  else refusals.push(...checkLost(before, wish))
  const gone = way === 'addresses' ? [] : before.filter((v) => lost.includes(v.nodeId))
  const holderId = best.report.meta?.nodeId ?? null
  const seedNodeId = way === 'graft' ? (wish.seedNodeId ?? newDiskFor(gone, holderId)) : (holderId ?? 0)
  const blank = way === 'graft' ? blankDisk(reports, seedNodeId, before) : null
  if (way === 'graft' && !before.some((v) => v.nodeId === seedNodeId))
    refusals.push(
      refusal(
        'seed-is-no-controller',
        `${seedNodeId} is not in the newest voter set, which is ${listed(before.map((v) => v.nodeId))}.`,
        'Choose the id of one of these controllers: its properties file and its address are known to the others.',
      ),
    )
  if (way === 'graft' && seedNodeId === holderId)
    refusals.push(
      refusal(
        'seed-holds-the-copy',
        `The furthest copy is on the disk that controller ${seedNodeId} has now, which is no voter: a new disk of ${seedNodeId} cannot be made of it while it is there.`,
        'Choose another controller of the voter set, or copy the directory to another host and give the report of that copy.',
      ),
    )
  const seed: Recovery['seed'] =
    way === 'graft'
      ? {
          nodeId: seedNodeId,
          directoryId: blank?.meta?.directoryId ?? null,
          host: blank?.host ?? `the host of controller ${seedNodeId}`,
          path: blank?.path ?? '<metadata.log.dir>',
        }
      : {
          nodeId: seedNodeId,
          directoryId: best.report.meta?.directoryId ?? null,
          host: best.report.host,
          path: best.report.path,
        }
  const recorded = before.find((v) => v.nodeId === seedNodeId)
  const sets = (way === 'static' ? [keysOf(before)] : all.map(({ voters }) => keysOf(voters))).filter(
    (set) => set.length > 0,
  )
  const loss = lossOf({ voterSets: sets, seed: best.report, reports, lastLed: seen.lastLed })
  const lostIds = new Set(gone.map((v) => v.nodeId))
  const reported = new Set(reports.flatMap(({ meta }) => meta?.nodeId ?? []))
  return {
    refusals,
    recovery: {
      way,
      seed,
      source:
        way === 'graft'
          ? { nodeId: best.report.meta?.nodeId ?? null, host: best.report.host, path: best.report.path }
          : null,
      before,
      lost: gone,
      others: before.filter((v) => !lostIds.has(v.nodeId) && v.nodeId !== seedNodeId),
      after:
        way === 'addresses'
          ? before.map((v) => ({ ...v, endpoints: wish.moved?.get(v.nodeId) ?? [] }))
          : recorded === undefined
            ? []
            : [{ ...recorded, directoryId: seed.directoryId }],
      epoch: epochOver(reports, refusals),
      copies: copies.map((copy) => rankedDisk(copy, best.report, seedNodeId)),
      loss,
      ...tailBehind(best.report, loss.comesAlive.from),
      counts: best.report.counts,
      brokers: [...new Set(seen.brokerIds)].toSorted((a, b) => a - b),
      unranked:
        seen.nodeIds.length === 0
          ? null
          : [...new Set(seen.nodeIds)].filter((id) => !reported.has(id) && !lostIds.has(id)).toSorted((a, b) => a - b),
    },
  }
}

/** A controller whose disk is gone, rather than one whose disk of now is what is copied. */
function newDiskFor(gone: readonly LoggedVoter[], holderId: number | null): number {
  return (gone.find(({ nodeId }) => nodeId !== holderId) ?? gone[0])?.nodeId ?? 0
}

function epochOver(reports: readonly DiskReport[], refusals: RecoveryRefusal[]): number {
  try {
    return recoveryEpoch(reports)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    refusals.push(refusal('no-epoch-left', `${problem}.`, 'This cluster cannot be brought back in this way.'))
    return 0
  }
}

/** The new disk of the seed, formatted and empty, where it was inspected as well. */
function blankDisk(reports: readonly DiskReport[], nodeId: number, before: readonly LoggedVoter[]): DiskReport | null {
  return (
    reports.find(
      (report) =>
        report.meta?.nodeId === nodeId &&
        endOf(report) === null &&
        !before.some((v) => sameKey(v, { nodeId, directoryId: report.meta?.directoryId ?? null })),
    ) ?? null
  )
}
