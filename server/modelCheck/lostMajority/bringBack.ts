/** Bringing back what is left of a quorum: by the rules of the product, with every gate of the wizard kept, or as a hasty operator does it. */

import type { Recovery } from '../../contract/disk/recovery.ts'
import type { DiskReport, LoggedVoter } from '../../contract/diskReport.ts'
import { planRecovery } from '../../recovery/quorumRecovery.ts'
import { ranked } from '../../recovery/ranking.ts'
import { diskReportOf } from '../../sandbox/simulatedQuorum/core/diskReport.ts'
import { formatNode, healLink, killNode, startNode, wipeNode } from '../../sandbox/simulatedQuorum/core/hosts.ts'
import { appendVoters, graftLog, holdsLog, purgeLog } from '../../sandbox/simulatedQuorum/core/offlineDisk.ts'
import { copyLog, endOffset, epochBelow, type Log, lastEpoch } from '../../sandbox/simulatedQuorum/core/raft/log.ts'
import type { VoterNode } from '../../sandbox/simulatedQuorum/core/raft/records.ts'
import type { ClusterState, NodeState } from '../../sandbox/simulatedQuorum/core/state.ts'
import { leadersOf } from './dashboard.ts'
import { type LostQuorum, nodeOf } from './losingSchedule.ts'
import { heldOf, runWatched } from './truth.ts'

/** What a check replaces to see that it is found. */
export interface RecoveryRules {
  plan: typeof planRecovery
}
export const RULES: RecoveryRules = { plan: planRecovery }

export interface BroughtBack {
  /** `needless`: those that are left elect by themselves. `refused`: nothing was written. */
  kind: 'recovered' | 'needless' | 'refused'
  refusals: string[]
  recovery: Recovery | null
  /** Committed records that some copy that is left held, and that the quorum does not hold in the end. */
  lostThoughLeft: number
  /** Committed records that are not in the chosen copy. */
  trueLoss: number
  /** Somebody else led and committed beside the seed. */
  isSplit: boolean
  isLed: boolean
  /** What does not hold in the end, in words. */
  broken: string[]
}

const DRAIN_MS = 3_000
const STEP_MS = 500
const LEADS_WITHIN_MS = 30_000
const SETTLES_WITHIN_MS = 15_000
const AT_LEAST_MS = 2_500
const RAW_MS = 8_000

export const isController = ({ config }: NodeState): boolean => config.controllerListener !== null

const noHash = (): string => ''

/** Every controller that is left is stopped; what was on its way to a broker arrives. */
export function stopControllers({ state, truth, hidden }: LostQuorum): void {
  for (const node of state.nodes)
    if (isController(node) || node.process === 'frozen' || hidden.includes(node.id)) killNode(state, node)
  runWatched(state, truth, state.nowMs + DRAIN_MS)
}

export function reportsOf({ state, hidden }: LostQuorum): DiskReport[] {
  return state.nodes.filter(({ id }) => !hidden.includes(id)).flatMap((node) => diskReportOf(state, node, noHash) ?? [])
}

/** The most committed records that one copy holds. */
export function mostHeld({ state, truth, hidden }: LostQuorum): number {
  const copies = state.nodes.filter(({ id, disk }) => disk !== null && !hidden.includes(id))
  return Math.max(0, ...copies.map(({ disk }) => (disk === null ? 0 : heldOf(truth.epochs, disk.log))))
}

function voterNode({ nodeId, directoryId, endpoints, kraftVersions }: LoggedVoter): VoterNode {
  const listeners = endpoints.map(({ listener, host, port }) => ({ name: listener, host, port }))
  return { key: { id: nodeId, directoryId }, listeners, kraftVersions }
}

function startAll(state: ClusterState, isMeant: (node: NodeState) => boolean): void {
  for (const node of state.nodes)
    if (node.process === 'stopped' && node.disk !== null && isMeant(node)) startNode(state, node)
}

function healAll(state: ClusterState): void {
  for (const [one, other] of [...state.partitions]) healLink(state, one, other)
}

/** Runs on; whether anybody beside `seedId` has committed something in an epoch of its own meanwhile. */
function runOn({ state, truth }: LostQuorum, ms: number, seedId: number | null, isOver: () => boolean): boolean {
  let isSplit = false
  const endMs = state.nowMs + ms
  while (state.nowMs < endMs && !isOver()) {
    runWatched(state, truth, state.nowMs + STEP_MS)
    const leading = leadersOf(state).filter(({ run }) => run.role.highWatermark !== null)
    if (leading.some(({ id }) => seedId !== null && id !== seedId) || leading.length > 1) isSplit = true
  }
  return isSplit
}

function agree(one: Log, other: Log, end: number): boolean {
  for (const { baseOffset, epoch, records } of one.batches) {
    const last = Math.min(end, baseOffset + records.length)
    if (last <= baseOffset || last <= other.startOffset) continue
    if (epochBelow(other, last) !== epoch) return false
  }
  return true
}

/** What must hold once everybody is back. `chosen`: the copy as it was before anything was written. */
function judgeEnd(state: ClusterState, seedId: number, chosen: Log, epoch: number): string[] {
  const broken: string[] = []
  const seed = leadersOf(state).find(({ id }) => id === seedId)
  const highWatermark = seed?.run.role.highWatermark ?? null
  if (seed === undefined || highWatermark === null) return ['the seed does not lead']
  const { log, election } = seed.disk
  if (election.epoch <= epoch) broken.push(`it leads in epoch ${election.epoch}, written was ${epoch}`)
  const voters = Object.keys(seed.run.role.voters)
  if (voters.length !== 1) broken.push(`it leads ${voters.length} voters`)
  if (highWatermark <= endOffset(chosen)) broken.push('not everything in the chosen copy is committed')
  if (!agree(chosen, log, endOffset(chosen))) broken.push('the chosen copy was changed')
  for (const node of state.nodes) {
    const { run, disk, id, process } = node
    if (id === seedId || process !== 'running' || run === null || disk === null) continue
    if (run.role.kind !== 'follower' || run.role.leaderId !== seedId || disk.election.epoch !== election.epoch)
      broken.push(`node ${id} does not follow: ${run.role.kind} in epoch ${disk.election.epoch}`)
    else if (!agree(disk.log, log, Math.min(highWatermark, endOffset(disk.log))))
      broken.push(`node ${id} follows with other records`)
  }
  return broken
}

const BLANK: Omit<BroughtBack, 'kind'> = {
  refusals: [],
  recovery: null,
  lostThoughLeft: 0,
  trueLoss: 0,
  isSplit: false,
  isLed: false,
  broken: [],
}

function knowsVoter({ disk }: NodeState, id: number): boolean {
  if (disk === null) return false
  const records = disk.log.batches.flatMap((batch) => batch.records)
  const newest = records.findLast((record) => record.kind === 'kraftVoters')
  const voters = newest?.voters ?? disk.log.snapshots.at(-1)?.voters ?? disk.bootstrap.voters ?? []
  return voters.some(({ key }) => key.id === id)
}

/** Those that are left are started with what they have; nobody writes anything. */
function startThoseLeft(quorum: LostQuorum, refusals: string[]): BroughtBack {
  const { state, truth, hidden } = quorum
  const committed = [...truth.epochs]
  const held = mostHeld(quorum)
  healAll(state)
  startAll(state, ({ id }) => !hidden.includes(id))
  const isLed = () => leadersOf(state).some(({ run }) => run.role.highWatermark !== null)
  runOn(quorum, LEADS_WITHIN_MS, null, isLed)
  const [leader] = leadersOf(state)
  const broken = isLed() ? [] : ['nothing was to be written, and those that are left elect nobody']
  const kept = leader === undefined ? 0 : heldOf(committed, leader.disk.log)
  return { ...BLANK, kind: 'needless', refusals, isLed: isLed(), broken, lostThoughLeft: Math.max(0, held - kept) }
}

/** @param quorum changed: a copy of what was lost */
export function bringBackByRules(quorum: LostQuorum, rules: RecoveryRules = RULES): BroughtBack {
  const { state, truth, hidden, lastLed } = quorum
  stopControllers(quorum)
  const reports = reportsOf(quorum)
  const held = mostHeld(quorum)
  const brokers = state.nodes.filter((node) => !isController(node)).map(({ id }) => id)
  const seen = {
    lastLed,
    nodeIds: state.nodes.map(({ id }) => id),
    brokerIds: brokers,
    clusterId: state.clusterId,
    endpoints: new Map(),
  }
  // The operator states as gone whoever of the newest voters has no disk that can be read.
  const [furthest] = ranked(reports)
  const voters = furthest?.report.voterSets.at(-1)?.voters ?? []
  const readable = (v: LoggedVoter) => reports.some(({ meta }) => meta?.directoryId === v.directoryId)
  const lost = voters.filter((v) => !readable(v)).map(({ nodeId }) => nodeId)
  const { recovery, refusals } = rules.plan({ reports, lost }, seen)
  const codes = refusals.map(({ code }) => code)
  if (codes.includes('majority-left')) return startThoseLeft(quorum, codes)
  if (recovery === null || codes.length > 0) return { ...BLANK, kind: 'refused', refusals: codes, recovery }
  const sourceId = recovery.source?.nodeId ?? recovery.seed.nodeId
  const source = nodeOf(state, sourceId)
  if (source.disk === null) return { ...BLANK, kind: 'refused', refusals: ['no-source'], recovery }
  const chosen = copyLog(source.disk.log)
  const kept = heldOf(truth.epochs, chosen)
  const trueLoss = truth.epochs.length - kept
  const seed = nodeOf(state, recovery.seed.nodeId)
  if (recovery.way === 'graft') {
    // A disk that turned up again is not what the new one is made of.
    wipeNode(state, seed)
    formatNode(state, seed)
    graftLog(seed, source)
  }
  const after = recovery.after.map((v) => voterNode({ ...v, directoryId: seed.disk?.directoryId ?? null }))
  for (const { nodeId, goesItsOwnWay } of recovery.copies) {
    const node = nodeId === null || nodeId === seed.id ? null : nodeOf(state, nodeId)
    if (node === null || !goesItsOwnWay || node.disk === null) continue
    killNode(state, node)
    purgeLog(node)
  }
  appendVoters(state, seed, recovery.epoch, after)
  healAll(state)
  startNode(state, seed)
  const leads = () => leadersOf(state).some(({ id, run }) => id === seed.id && run.role.highWatermark !== null)
  let isSplit = runOn(quorum, LEADS_WITHIN_MS, seed.id, leads)
  const isAlone = leads()
  // The others come back; a disk that was stated as gone is formatted, or follows as it is where it looks for the seed by itself.
  for (const id of hidden) {
    const node = nodeOf(state, id)
    if (node.process !== 'stopped' || id === seed.id) continue
    if (state.nowMs % 2 === 0 && knowsVoter(node, seed.id)) continue
    wipeNode(state, node)
    formatNode(state, node)
  }
  startAll(state, () => true)
  isSplit = runOn(quorum, AT_LEAST_MS, seed.id, () => false) || isSplit
  const isSettled = () => judgeEnd(state, seed.id, chosen, recovery.epoch).length === 0
  isSplit = runOn(quorum, SETTLES_WITHIN_MS, seed.id, isSettled) || isSplit
  const broken = isAlone ? judgeEnd(state, seed.id, chosen, recovery.epoch) : ['the seed does not lead']
  if (isSplit) broken.push('somebody else led beside the seed')
  const lostThoughLeft = Math.max(0, held - kept)
  return { kind: 'recovered', refusals: codes, recovery, lostThoughLeft, trueLoss, isSplit, isLed: leads(), broken }
}

/**
 * Takes the longest log of the controllers, or the first survivor, writes in the next epoch, and starts everything that has a disk at
 * once. Brokers' copies are none to him.
 */
export function bringBackRaw(quorum: LostQuorum, takesLongest: boolean): BroughtBack {
  const { state, truth } = quorum
  stopControllers(quorum)
  const held = mostHeld(quorum)
  const committed = [...truth.epochs]
  const survivors = state.nodes.filter(
    (node) => isController(node) && !quorum.hidden.includes(node.id) && node.disk !== null && holdsLog(node.disk),
  )
  const lengthOf = ({ disk }: NodeState) => (disk === null ? 0 : endOffset(disk.log))
  const [seed] = takesLongest ? survivors.toSorted((a, b) => lengthOf(b) - lengthOf(a)) : survivors
  if (seed?.disk == null || seed.config.controllerListener === null)
    return { ...BLANK, kind: 'refused', refusals: ['no-controller'], lostThoughLeft: held }
  const { directoryId, log } = seed.disk
  const kept = heldOf(committed, log)
  const listeners = [seed.config.controllerListener]
  const voter = { key: { id: seed.id, directoryId }, listeners, kraftVersions: { min: 0, max: 1 } }
  appendVoters(state, seed, lastEpoch(log) + 1, [voter])
  healAll(state)
  startAll(state, () => true)
  const isSplit = runOn(quorum, RAW_MS, seed.id, () => false)
  const leading = leadersOf(state).some(({ id, run }) => id === seed.id && run.role.highWatermark !== null)
  return {
    ...BLANK,
    kind: 'recovered',
    lostThoughLeft: Math.max(0, held - kept),
    trueLoss: committed.length - kept,
    isSplit,
    isLed: leading,
  }
}
