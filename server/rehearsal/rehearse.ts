/**
 * Plays a plan on a copy of the quorum by the rules that the real run goes by, with an operator who does what is
 * recommended: once undisturbed, then from each of the worst moments with one fault. Pure.
 */

import type { QuorumView, ReplicaKey } from '../contract/quorumView.ts'
import type { RehearsalCase, RehearsalReport } from '../contract/rehearsal.ts'
import { votersOf } from '../contract/voters.ts'
import { limitText } from '../contract/words/durations.ts'
import type { WorkflowKind } from '../contract/workflows.ts'
import { CooperativeOperator } from '../modelCheck/cooperativeOperator.ts'
import { offline } from '../modelCheck/world/dataPlane.ts'
import { carryOut } from '../modelCheck/world/hosts.ts'
import { factsOf, poll } from '../modelCheck/world/observation.ts'
import { trueLeader, trueMargin, trueVoters } from '../modelCheck/world/truth.ts'
import { pass, startRun } from '../modelCheck/world/virtualRuns.ts'
import { BOOT_MS, copyWorld, nodeOf, type Rules, runCluster, type World } from '../modelCheck/world/world.ts'
import { describeRun, summarize } from '../workflows/engine/decisions/describe.ts'
import { standingOf, wizardOf } from '../workflows/engine/decisions/progress.ts'
import type { Facts } from '../workflows/run/facts.ts'
import type { RehearsalInput } from '../workflows/run/ports.ts'
import { copyOfQuorum } from './copyOfQuorum.ts'
import { type Fault, faultsAt, type Moment, MomentKeeper } from './worstMoments.ts'

export interface RehearsalOptions {
  /** Asked before each case. */
  mayGoOn?: () => boolean
  /** A rule broken on purpose, to see that a rehearsal shows it. */
  distort?: (facts: Facts) => Facts
}

/** Between two looks of the operator, in ms. */
const LOOK_MS = 250
/** Longest run that is followed, in ms of virtual time. */
const LIMIT_MS = 20 * 60_000
/** Without any news, and longer than it must be steady, a run is taken to wait, in ms. */
const NO_NEWS_MS = 15_000
/** Where processes are restarted: longer than one is given to register before it is started once more, in ms. */
const NO_NEWS_OF_RESTARTS_MS = 35_000
/** Somebody must lead and commit within this time, in ms. */
const LIVES_WITHIN_MS = 12_000

function freeIds(view: QuorumView, count: number): number[] {
  const next = view.replicas.reduce((highest, r) => Math.max(highest, r.nodeId), -1) + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) => next + index)
}

/** Controllers that the plan needs and that do not run yet. */
function sparesFor(view: QuorumView, { kind, params }: RehearsalInput['request']): number[] {
  const named = 'newNodeId' in params ? params.newNodeId : 'nodeId' in params ? params.nodeId : undefined
  const target = 'controllers' in params ? params.controllers : 0
  if (kind === 'scale') return freeIds(view, target)
  if (kind !== 'add-controller' && kind !== 'replace-controller') return []
  return named === undefined ? freeIds(view, 1) : [named]
}

/** Changes that brokers and properties files have a part in: they are played on a copy of the whole cluster. */
const WHOLE: ReadonlySet<WorkflowKind> = new Set([
  'rolling-restart',
  'unregister-broker',
  'static-to-dynamic',
  'migrate-combined',
  'migrate-dedicated',
])
/** There are many steps in such a change: each is watched for so long at the most, in ms. */
const MAX_SOAK_MS = 5000

interface Played {
  world: World
  offline: number | null
  lowestMargin: number
}

/** The voters are as they are to be: what is left are configurations, which a copy of the quorum does not have. */
function hasOnlyFilesLeft({ dashboard: { run }, data }: World): boolean {
  if (data !== null) return false
  const begun = (run?.plan.parts ?? []).findLast((part) => part.plan !== null)
  return begun?.kind === 'bootstrap-servers'
}

function isOver(world: World): boolean {
  return world.dashboard.run?.outcome !== null || hasOnlyFilesLeft(world)
}

/** Whether no waiting helps: a gate holds it back, or nobody could carry anything out. */
function isStuck(world: World): boolean {
  const { run } = world.dashboard
  if (run === null) return true
  return trueLeader(world) === null || summarize(standingOf(run, factsOf(world))).state === 'blocked'
}

/** Follows the run to its end, or until nothing moves any more. */
function play(world: World, keeper: MomentKeeper | null): Played {
  const operator = new CooperativeOperator()
  const endMs = world.cluster.nowMs + LIMIT_MS
  let voters: ReplicaKey[] = []
  let lowestMargin = Number.MAX_SAFE_INTEGER
  let mostOffline = world.data === null ? null : 0
  let news = world.cluster.nowMs
  let entries = -1
  const look = () => {
    const plannedVoters = trueVoters(world)
    if (plannedVoters.length > 0) voters = plannedVoters
    if (world.data !== null) mostOffline = Math.max(mostOffline ?? 0, offline(world.data))
    if (voters.length > 0) lowestMargin = Math.min(lowestMargin, trueMargin(world, voters))
  }
  voters = world.dashboard.run?.expected ?? []
  look()
  while (!isOver(world) && world.cluster.nowMs < endMs) {
    operator.act(world)
    keeper?.beforeStep(world)
    if (world.dashboard.sending !== null || world.dashboard.acting?.sent === null) {
      pass(world, 1)
      keeper?.afterSending(world)
    }
    pass(world, LOOK_MS)
    keeper?.afterPass(world)
    look()
    const { length } = world.dashboard.journal
    if (length !== entries) news = world.cluster.nowMs
    entries = length
    const quietMs = world.cluster.nowMs - news
    const patienceMs = world.data === null ? NO_NEWS_MS : NO_NEWS_OF_RESTARTS_MS
    if (quietMs > patienceMs + world.rules.thresholds.soakMs) break
    if (quietMs > NO_NEWS_MS && isStuck(world)) break
  }
  return { world, offline: mostOffline, lowestMargin }
}

/** Whether somebody leads and commits. */
function lives(world: World): boolean {
  const endMs = world.cluster.nowMs + LIVES_WITHIN_MS
  let committed: number | null = null
  while (world.cluster.nowMs < endMs) {
    runCluster(world, world.cluster.nowMs + 1000)
    const highWatermark = trueLeader(world)?.run.highWatermark ?? null
    if (committed !== null && highWatermark !== null && highWatermark > committed) return true
    committed = highWatermark
  }
  return false
}

function majorityOf(end: World, failed: number | null): RehearsalCase['majority'] {
  const world = copyWorld(end)
  world.dead = []
  if (lives(world)) return 'lives'
  if (failed === null || nodeOf(world, failed).process !== 'stopped') return 'lost'
  runCluster(world, world.cluster.nowMs + BOOT_MS)
  return carryOut(world, { action: 'start', nodeId: failed }) && lives(world) ? 'returns' : 'lost'
}

function caseOf(
  { world, offline: mostOffline, lowestMargin }: Played,
  moment: Moment | null,
  fault: Fault | null,
): RehearsalCase {
  const { run } = world.dashboard
  if (run === null) throw new Error('a rehearsal without a run')
  const { state, now, steps, currentStep } = describeRun(standingOf(run, factsOf(world)))
  const isDone = state === 'done' || hasOnlyFilesLeft(world)
  const gates = steps.find((s) => s.key === currentStep)?.gates.filter((g) => !g.ok) ?? []
  return {
    moment: moment?.text ?? '',
    fault: fault?.text ?? '',
    outcome: isDone ? 'done' : state === 'blocked' ? 'refuses' : 'waits',
    now: isDone && state !== 'done' ? 'The voters are as wanted; what is left are properties files.' : now,
    gates: (isDone ? [] : gates).map(({ code, title }) => ({ code, title })),
    majority: majorityOf(world, fault?.nodeId ?? null),
    offline: mostOffline,
    lowestMargin,
    tookMs: Math.round(world.cluster.nowMs - run.startedAtMs),
  }
}

function assumptions(view: QuorumView, whole: boolean): string[] {
  const { quorum, replicas } = view
  return [
    'A simulated quorum with Kafka’s default timeouts; a process takes a second to start. On hosts everything takes longer.',
    ...(votersOf(view).some((r) => r.health === 'silent')
      ? ['A silent voter is a process that has ended and does not come back.']
      : []),
    ...(replicas.some((r) => r.health === 'lagging') ? ['A lagging voter keeps up.'] : []),
    ...(quorum.autoJoin === null ? ['Auto-join is not known; it is taken as off.'] : []),
    ...(quorum.kafkaRelease === null ? ['The release is not known; it is taken as 4.3.'] : []),
    ...(whole
      ? [
          'Brokers, their registrations and the places of all partitions are copied; bytes are not. A replica is copied in some seconds, every disk has room, no client reads or writes.',
          `A time in which the quorum must be steady is at most ${limitText(MAX_SOAK_MS)} here. Of restarts of one sort (a voter, the leader, a broker) only the first gets a fault.`,
          'A full disk, a slow broker, a wrong line in a properties file and a broken network between brokers cannot be simulated here.',
        ]
      : ['Brokers and what they carry are not copied.']),
  ]
}

/** Whether the change is played on a copy of the whole cluster. */
export function playsBrokers({ request }: Pick<RehearsalInput, 'request'>): boolean {
  return WHOLE.has(request.kind)
}

/** @throws WorkflowRefusal where the plan is refused on the copy */
export function rehearse(input: RehearsalInput, options: RehearsalOptions = {}): RehearsalReport {
  const { view, request, thresholds } = input
  const { mayGoOn = () => true, distort = null } = options
  const whole = playsBrokers(input) && input.log !== null ? { log: input.log, nodes: input.nodes } : null
  const soakMs = whole === null ? thresholds.soakMs : Math.min(thresholds.soakMs, MAX_SOAK_MS)
  // Who must agree, and when, is no matter of a copy.
  const { changeRules: _rules, ...figures } = thresholds
  const rules: Rules = { tail: true, distort, thresholds: { ...figures, soakMs } }
  const world = copyOfQuorum(view, sparesFor(view, request), rules, whole)
  for (let polls = 0; polls < 20; polls += 1) {
    runCluster(world, world.cluster.nowMs + LOOK_MS)
    poll(world)
  }
  startRun(world, request)
  const keeper = new MomentKeeper()
  const plain = play(world, keeper)
  const cases = [caseOf(plain, null, null)]
  const broken = new Set(plain.world.broken)
  let cut = false
  for (const moment of keeper.moments) {
    for (const fault of faultsAt(moment)) {
      cut ||= !mayGoOn()
      if (cut) break
      const disturbed = copyWorld(moment.world)
      fault.befall(disturbed)
      const played = play(disturbed, null)
      cases.push(caseOf(played, moment, fault))
      for (const what of played.world.broken) broken.add(what)
    }
  }
  const { run } = world.dashboard
  const title = run === null ? '' : wizardOf(run.kind).title(run)
  return { title, cases, broken: [...broken], cut, assumed: assumptions(view, whole !== null) }
}
