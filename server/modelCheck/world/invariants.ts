/** The invariants of SPEC.md that concern one moment: judged where it happens, on the truth of the simulation. */
import type { ReplicaKey } from '../../contract/quorumView.ts'
import type { SandboxAction } from '../../contract/sandbox.ts'
import { youngForMs } from '../../quorum/assessment/health.ts'
import { votersOf } from '../../sandbox/simulatedQuorum/core/raft/replica.ts'
import { asLeader, liveNode } from '../../sandbox/simulatedQuorum/core/state.ts'
import { FETCH_TIMEOUT_MS } from '../../sandbox/simulatedQuorum/core/timing.ts'
import { foldEntry } from '../../workflows/run/fold.ts'
import { phaseOf, TRANSITIONS } from '../../workflows/run/phase.ts'
import type { VoterChange } from '../../workflows/run/ports.ts'
import { type Run, type RunEntry, subjectOf } from '../../workflows/run/run.ts'
import { changed, idsText, includes } from '../../workflows/run/voterSet.ts'
import { focusOf } from '../../workflows/wizards/parts.ts'
import { judgePromised, judgeSteady } from './promises.ts'
import { areApart, isDead, TELLABLE_MS, trueLeader, trueMargin, trueVoters } from './truth.ts'
import { broke, nodeOf, type World } from './world.ts'

/** A key of a step as its part knows it. */
function ownKey(key: string): string {
  return key.replace(/^\d+\./, '')
}

function isStatedIn(statements: Readonly<Record<string, unknown>> | undefined, key: string): boolean {
  return Object.keys(statements ?? {}).some((said) => ownKey(said) === key)
}

/** Right before a voter change leaves the dashboard, to this node. One that is cut off may lead on for some seconds. */
export function judgeSending(world: World, change: VoterChange, intentSeq: number, nodeId: number): void {
  const { run, journal } = world.dashboard
  const addressee = liveNode(nodeOf(world, nodeId))
  const leader = addressee !== null && asLeader(addressee) !== null ? addressee : trueLeader(world)
  const voters = trueVoters(world, leader)
  const what = `${change.kind} ${change.nodeId}`
  if (voters.length > 0) {
    const after = changed(voters, change)
    const margin = trueMargin(world, after, leader?.id)
    if (run !== null && leader !== null) judgePromised(world, focusOf(run), change, leader)
    if (margin < 0) broke(world, `P1: ${what} leaves ${idsText(after)} without a living majority (margin ${margin})`)
  }
  const intended = journal[intentSeq - 1]
  const isKept = intended?.type === 'intended' && JSON.stringify(intended.intent.change) === JSON.stringify(change)
  if (!isKept) broke(world, `P4: ${what} is sent, and the journal does not hold its intent`)
  if (run?.intent?.seq !== intentSeq) broke(world, `P4: ${what} is sent for an intent that is not open`)
  if (world.sent.some((sent) => sent.intentSeq === intentSeq)) broke(world, `P5: ${what} is sent twice for one intent`)
  if (change.kind === 'add' && voters.some((v) => v.nodeId === change.nodeId)) {
    broke(world, `P6: ${what} is sent while the id is a voter`)
  }
  if (change.kind === 'add' && voters.length === 1 && !isStatedIn(run?.statements, 'add/one-to-two')) {
    broke(world, `P7: ${what} makes two voters of one, and nobody stated it`)
  }
  if (change.kind === 'remove' && voters.length > 0 && !includes(voters, change)) {
    broke(world, `P6: ${what} is sent, and this incarnation is no voter`)
  }
}

/** Steps that end a change: what they say lasts. */
const STEADY: ReadonlySet<string> = new Set(['steady', 'restored', 'stays-away', 'back'])

/** Before entries are kept. */
export function judgeEntries(world: World, entries: readonly RunEntry[]): void {
  const { run } = world.dashboard
  let at = run
  for (const entry of entries) {
    if (at !== null && entry.type !== 'started') {
      const phase = phaseOf(at)
      if (TRANSITIONS[phase][entry.type] === null) broke(world, `P14: ${entry.type} of a run that is ${phase}`)
      at = foldEntry(at, at, entry)
    }
    if (entry.type === 'intended' && run !== null && run.intent !== null) {
      broke(world, 'P2: a second intent while the first is open')
    }
    const isGivenUp =
      (entry.type === 'settled' && !entry.applied) || entry.type === 'adopted' || entry.type === 'drifted'
    if (isGivenUp && run?.intent != null && mayStillLand(world)) {
      broke(world, `P2: ${entry.type} while the request may still land`)
    }
    if (entry.type === 'step-done' && entry.how === 'observed' && ['stop', 'old-down'].includes(ownKey(entry.step))) {
      const target = run === null ? null : focusOf(run).plan.target
      const isStated = isStatedIn(run?.statements, 'old-down/old-is-down')
      if (target !== null && isHeard(world, target) && !isStated) {
        broke(world, `P9: ${entry.step} is written down as done, and ${target.nodeId} runs`)
      }
    }
    if (entry.type === 'step-done' && ownKey(entry.step) === 'restart' && run !== null) {
      const nodeId = subjectOf(focusOf(run))
      if ((world.since[nodeId] ?? 0) < begunAtMs(run, world.dashboard.journal)) {
        broke(world, `P9: ${entry.step} is written down as done, and ${nodeId} runs as before`)
      }
    }
    if (entry.type === 'step-done' && run !== null && STEADY.has(ownKey(entry.step)))
      judgeSteady(world, focusOf(run), entry.step)
    if (entry.type === 'ended' && run?.intent != null) broke(world, 'P2: the run ends with an intent open')
    if (entry.type === 'ended' && entry.outcome === 'done' && run !== null) judgeGoal(world, run)
  }
}

/** What is called done is what the voters are. A leader that is cut off may be the one that was asked. */
function judgeGoal(world: World, { kind, params, plan }: Run): void {
  const voters = trueVoters(world)
  if (voters.length === 0 || world.oddity?.kind.startsWith('cut off')) return
  const votes = (nodeId: number | undefined) => voters.some((v) => v.nodeId === nodeId)
  const missed = (what: string) => broke(world, `P13: ${kind} ends as done, and ${what}`)
  switch (kind) {
    case 'remove-controller':
      if (votes(params.nodeId)) missed(`${params.nodeId} votes`)
      return
    case 'replace-controller':
      if (votes(params.oldNodeId)) missed(`${params.oldNodeId} votes`)
      return
    case 'scale':
      if (voters.length !== params.controllers) missed(`there are ${voters.length} voters`)
      return
    case 'add-controller':
    case 'replace-disk': {
      const nodeId = params.nodeId ?? plan.candidate?.nodeId
      if (!votes(nodeId)) missed(`${nodeId} does not vote`)
      return
    }
    default:
  }
}

/** When the part that is under way began, or the run itself. */
function begunAtMs({ startedAtMs }: Run, journal: readonly RunEntry[]): number {
  return journal.findLast((entry) => entry.type === 'part-begun')?.atMs ?? startedAtMs
}

/** Whether a request of ours that the network holds would still be taken by the leader that it is on its way to. */
function mayStillLand({ cluster, late }: World): boolean {
  return late.some(({ nodeId, runId }) =>
    cluster.nodes.some((n) => n.id === nodeId && n.run?.runId === runId && n.run.role.kind === 'leader'),
  )
}

/** Whether it runs, and the leader hears it or is too young to tell. */
function isHeard(world: World, { nodeId, directoryId }: ReplicaKey): boolean {
  const { cluster } = world
  const runs = cluster.nodes.some(
    (n) => n.id === nodeId && n.process === 'running' && n.disk?.directoryId === directoryId,
  )
  const live = trueLeader(world)
  const leader = live === null ? null : asLeader(live)
  if (!runs || leader === null) return false
  // Where a clock was set, the books tell no true time: who has been there for a while has fetched.
  if (world.oddity?.kind.startsWith('clock') || leader.clockOffsetMs !== 0) {
    if (areApart(world, nodeId, leader.id)) return false
    return cluster.nowMs - Math.max(world.since[nodeId] ?? 0, world.since[leader.id] ?? 0) > TELLABLE_MS
  }
  const { role } = leader.run
  const books = [...Object.values(role.voters), ...role.observers]
  const book = books.find(({ key }) => key.id === nodeId && key.directoryId === directoryId)
  if (book?.lastFetchMs != null) return cluster.nowMs - book.lastFetchMs < FETCH_TIMEOUT_MS
  const begun = leader.disk.log.batches.find((batch) => batch.baseOffset === role.epochStartOffset)
  return begun !== undefined && cluster.nowMs - begun.timestampMs < youngForMs(FETCH_TIMEOUT_MS)
}

/** Before a host action of the wizard's own. */
export function judgeHostAct(world: World, act: SandboxAction): void {
  if (!('nodeId' in act) || !['stop', 'kill', 'wipe', 'restart'].includes(act.action)) return
  const voters = trueVoters(world)
  const node = world.cluster.nodes.find((one) => one.id === act.nodeId)
  if (voters.length === 0 || node === undefined || node.process !== 'running') return
  const key = { nodeId: act.nodeId, directoryId: node.disk?.directoryId ?? null }
  if (!includes(voters, key)) return
  // Of one or two voters none can be spared: a person states the outage.
  if (voters.length <= 2 && isStatedIn(world.dashboard.run?.statements, 'restart/outage')) return
  // One that nobody hears any more takes nothing away when it ends.
  const margin = trueMargin(world, voters) - (isDead(world, key, trueLeader(world)?.id ?? null) ? 0 : 1)
  if (margin < 0) broke(world, `P1: ${act.action} ${act.nodeId} leaves the voters without a living majority`)
}

/** At any moment. */
export function judgeState(world: World): void {
  for (const node of world.cluster.nodes) {
    const live = liveNode(node)
    if (live === null || asLeader(live) === null) continue
    const ids = votersOf(live).map(({ key }) => key.id)
    if (new Set(ids).size !== ids.length) broke(world, `P3: an id twice among the voters ${ids.join(', ')}`)
  }
  const intents = world.dashboard.journal.filter((e) => e.type === 'intended').length
  if (world.sent.length > intents) broke(world, 'P2: more requests than intents')
}
