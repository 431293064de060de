/**
 * One run on the virtual clock. It is carried by the orchestrator that the product ships; here is what that needs: facts of this
 * world, a journal, and the way of a request to the simulated leader and back, with all that may befall it.
 */
import type { SandboxAction } from '../../contract/sandbox.ts'
import { votersOf } from '../../contract/voters.ts'
import type { Actor, AllowedCommand, StartWorkflow } from '../../contract/workflows.ts'
import type { ClientRequest } from '../../sandbox/simulatedQuorum/core/api/rpc.ts'
import type { PendingEntry } from '../../workflows/engine/decisions/advance.ts'
import { allowedCommands } from '../../workflows/engine/decisions/allowed.ts'
import type { Effect } from '../../workflows/engine/decisions/decide.ts'
import {
  type Carried,
  clockAtAnswer,
  conclude,
  draft,
  entriesOf,
  follow,
  mustBeStartable,
  type Need,
  type Orchestration,
  obey,
  StaleRevision,
} from '../../workflows/engine/decisions/orchestrate.ts'
import { preflightChange, preflightHosts } from '../../workflows/engine/decisions/preflight.ts'
import { standingOf } from '../../workflows/engine/decisions/progress.ts'
import type { Facts } from '../../workflows/run/facts.ts'
import { type ChangeOutcome, isHandOver, type VoterChange } from '../../workflows/run/ports.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { answerTimeoutMs } from '../../workflows/run/thresholds.ts'
import { focusOf } from '../../workflows/wizards/parts.ts'
import { controlPartitions, hearAct, sendAct } from './acts.ts'
import { restarted } from './dashboard.ts'
import { carryOut } from './hosts.ts'
import { judgeEntries, judgeHostAct, judgeSending, judgeState } from './invariants.ts'
import { factsOf, lookAt, poll } from './observation.ts'
import { BOOT_MS, isInReach, LATE_MS, nodeOf, runCluster, sendRequest, type World } from './world.ts'

const OPERATOR: Actor = { id: 'operator', name: 'operator' }
/** Between two polls while a run goes on. */
const POLL_EVERY_MS = 250
/** Between two looks at endpoints and hosts. */
const LOOK_EVERY_MS = 1500
/** After the first time, in ms. */
const ECHO_MS = 1000

/** The run as the orchestrator sees it; what this dashboard has sent is what its journal and its memory agree on. */
function carried({ dashboard }: World): Carried {
  return {
    get run() {
      if (dashboard.run === null) throw new Error('there is no run')
      return dashboard.run
    },
    get clock() {
      return dashboard.clock
    },
    get requests() {
      return dashboard.requests
    },
  }
}

/** Gives the orchestrator what it needs, at once. */
function carry<T>(world: World, work: Orchestration<T>): T {
  let next = work.next()
  while (next.done !== true) next = work.next(given(world, next.value))
  return next.value
}

function given(world: World, need: Need): Facts | null {
  switch (need.need) {
    case 'facts':
      return factsOf(world)
    case 'fresh-facts':
      return freshFacts(world)
    case 'keep':
      append(world, need.events, need.actor)
      return null
    case 'begin':
      begin(world, need.effect)
      return null
    default:
      return need satisfies never
  }
}

function append(world: World, told: readonly PendingEntry[], actor: Actor): void {
  const { dashboard, cluster } = world
  const { entries, after } = entriesOf(carried(world).run, told, actor, cluster.nowMs)
  judgeEntries(world, entries)
  dashboard.journal = [...dashboard.journal, ...entries]
  dashboard.run = after
  if (after.intent === null) dashboard.clock = null
}

function concerned({ dashboard: { run } }: World): number[] {
  if (run === null) return []
  const { target, candidate } = focusOf(run).plan
  return [target, candidate].flatMap((key) => (key === null ? [] : [key.nodeId]))
}

/** A reading of this moment, every voter probed. */
function freshFacts(world: World): Facts {
  const { view } = world.dashboard
  const voters = view === null ? [] : votersOf(view).map((v) => v.nodeId)
  const isLed = poll(world)
  lookAt(world, [...concerned(world), ...voters])
  const facts = factsOf(world)
  return isLed ? facts : { ...facts, ageMs: null }
}

/** Follows what is known as far as it leads. */
function advanceRun(world: World): void {
  const { run } = world.dashboard
  if (run !== null && run.outcome === null) carry(world, follow(carried(world)))
}

function begin(world: World, effect: Effect): void {
  const { dashboard } = world
  if (effect.kind === 'change') {
    dashboard.sending = { intentSeq: seqOf(dashboard.run?.intent), change: effect.change }
  } else if (effect.kind === 'act') {
    const { step, act, gated } = effect
    if (isHandOver(act)) throw new Error('there is no Cruise Control in this world')
    const actSeq = seqOf(dashboard.run?.acts[step])
    dashboard.requests = new Set([...dashboard.requests, actSeq])
    dashboard.acting = { step, actSeq, act, gated, sent: null, isDeaf: false, answer: null }
  } else {
    const acts = effect.acts.filter((act): act is SandboxAction => act.action !== 'start-new').flatMap(apart)
    dashboard.hostWork = { step: effect.step, acts, isLookedAt: false }
  }
}

/** @throws Error where a request is sent that the journal does not hold */
function seqOf(entry: { seq: number } | null | undefined): number {
  if (entry == null) throw new Error('a request without an entry in the journal')
  return entry.seq
}

/** A restart is two things, and between them anything may happen. */
function apart(act: SandboxAction): SandboxAction[] {
  if (act.action !== 'restart') return [act]
  const { nodeId } = act
  return [
    { action: 'stop', nodeId },
    { action: 'start', nodeId },
  ]
}

/** A request that does not change the voters has come to something. */
function acted(world: World, outcome: ChangeOutcome | null): void {
  const { dashboard } = world
  const { acting, run } = dashboard
  if (acting === null || outcome === null) return
  const { step, actSeq } = acting
  dashboard.acting = null
  if (run === null || run.outcome !== null) return
  const event: PendingEntry = { type: 'acted', step, actSeq, outcome, durationMs: 0, text: outcome.kind }
  carry(world, conclude(carried(world), event))
}

function answered(world: World, intentSeq: number, outcome: ChangeOutcome): void {
  const { dashboard, cluster } = world
  const { run } = dashboard
  // An answer that comes a second time does not end the request after it.
  if (dashboard.rpc?.intentSeq === intentSeq) dashboard.rpc = null
  if (run === null || run.outcome !== null) return
  dashboard.clock = clockAtAnswer(carried(world), intentSeq, cluster.nowMs)
  const event: PendingEntry = { type: 'answered', intentSeq, outcome, durationMs: 0, text: outcome.kind }
  carry(world, conclude(carried(world), event))
}

function requestOf(world: World, change: VoterChange): ClientRequest {
  const { clusterId } = world.cluster
  const voter = { id: change.nodeId, directoryId: change.directoryId }
  if (change.kind === 'remove') return { api: 'removeRaftVoter', clusterId, voter }
  const listeners = change.endpoints.map(({ listener, host, port }) => ({ name: listener, host, port }))
  return { api: 'addRaftVoter', clusterId, voter, listeners, ackWhenCommitted: true }
}

/** Connects to the leader, looks once more, and lets the request go. */
function send(world: World): void {
  const { dashboard, cluster } = world
  const { sending, leaderId } = dashboard
  dashboard.sending = null
  if (sending === null || dashboard.run === null) return
  const { intentSeq, change } = sending
  const notSent = (problem: string) => answered(world, intentSeq, { kind: 'not-sent', problem })
  const target = leaderId === null ? null : nodeOf(world, leaderId)
  const isThere = target?.process === 'running' && isInReach(world, target.id)
  const runId = isThere ? (target.run?.runId ?? null) : null
  if (target === null || runId === null) return notSent('no way to the leader')
  const objection = preflightChange(standingOf(dashboard.run, freshFacts(world)), intentSeq)
  if (objection !== null) return notSent(objection)
  dashboard.clock = { sentMs: cluster.nowMs, endedMs: null }
  judgeSending(world, change, intentSeq, target.id)
  world.sent = [...world.sent, { intentSeq, change, atMs: cluster.nowMs }]
  const { fate } = world
  world.fate = null
  const request = requestOf(world, change)
  const late = { atMs: cluster.nowMs + LATE_MS, nodeId: target.id, runId, request }
  if (fate === 'request late') world.late = [...world.late, late]
  if (fate === 'request twice') sendRequest(world, target.id, request)
  const isSent = fate !== 'request lost' && fate !== 'request late'
  const requestId = isSent ? sendRequest(world, target.id, request) : -1
  const isDeaf = !isSent || fate === 'answer lost'
  const comesTwice = fate === 'answer twice'
  const sentMs = cluster.nowMs
  dashboard.rpc = { intentSeq, requestId, nodeId: target.id, runId, sentMs, isDeaf, comesTwice, answer: null }
}

/** What became of the request that is on its way, as far as it is known now. */
function hearRpc(world: World): void {
  const { dashboard, cluster } = world
  const { rpc } = dashboard
  if (rpc === null) return
  const { answer, intentSeq } = rpc
  if (answer !== null && 'error' in answer) {
    const said = { errorCode: answer.error, errorName: String(answer.error), errorMessage: null }
    const outcome: ChangeOutcome = { kind: 'answered', ...said }
    const again = { atMs: cluster.nowMs + ECHO_MS, intentSeq, outcome }
    answered(world, intentSeq, outcome)
    if (rpc.comesTwice) dashboard.echo = again
    return
  }
  const isCut = answer !== null || nodeOf(world, rpc.nodeId).run?.runId !== rpc.runId
  const isOver = cluster.nowMs - rpc.sentMs >= answerTimeoutMs(dashboard.view?.quorum.requestTimeoutMs ?? 0)
  if (isCut || isOver) answered(world, intentSeq, { kind: 'unanswered', problem: isCut ? 'cut' : 'no answer in time' })
}

/** One host action after the other, each as soon as it is possible. */
function workOnHosts(world: World): void {
  const { dashboard, cluster } = world
  let work = dashboard.hostWork
  if (work !== null && !work.isLookedAt) {
    const objection =
      dashboard.run === null ? null : preflightHosts(standingOf(dashboard.run, freshFacts(world)), work.step)
    work = { ...work, isLookedAt: true, acts: objection === null ? work.acts : [] }
    dashboard.hostWork = work
  }
  while (work !== null) {
    const [act, ...rest] = work.acts
    if (act !== undefined && act.action === 'start' && cluster.nowMs - (world.since[act.nodeId] ?? 0) < BOOT_MS) return
    if (act !== undefined) {
      judgeHostAct(world, act)
      const isDone = carryOut(world, act)
      work = { ...work, acts: isDone ? rest : [] }
      dashboard.hostWork = work
      continue
    }
    dashboard.hostWork = null
    lookAt(world, concerned(world))
    if (dashboard.run !== null && dashboard.run.outcome === null) {
      const text = 'The hosts were worked on.'
      const event: PendingEntry = { type: 'host-action', step: work.step, actions: [], problem: null, text }
      carry(world, conclude(carried(world), event))
    }
    work = null
  }
}

/** An answer that was heard already comes once more. */
function hearAgain(world: World): void {
  const { dashboard, cluster } = world
  const { echo } = dashboard
  if (echo === null || echo.atMs > cluster.nowMs) return
  dashboard.echo = null
  answered(world, echo.intentSeq, echo.outcome)
}

function tick(world: World): void {
  const { dashboard, cluster } = world
  hearRpc(world)
  hearAgain(world)
  acted(world, hearAct(world))
  workOnHosts(world)
  if (dashboard.run === null || dashboard.run.outcome !== null) return
  if (cluster.nowMs - dashboard.lookedAtMs >= LOOK_EVERY_MS) lookAt(world, concerned(world))
  poll(world)
  advanceRun(world)
}

function landLate(world: World): void {
  const { nowMs } = world.cluster
  const due = world.late.filter((one) => one.atMs <= nowMs)
  if (due.length === 0) return
  world.late = world.late.filter((one) => one.atMs > nowMs)
  for (const { nodeId, runId, request } of due) {
    if (nodeOf(world, nodeId).run?.runId === runId) sendRequest(world, nodeId, request)
  }
}

/**
 * Time passes for everybody. A request that was decided leaves at its beginning; it ends early where another one is decided
 * meanwhile, so that anything can happen between a decision and its request.
 */
export function pass(world: World, ms: number): void {
  const { cluster } = world
  const endMs = cluster.nowMs + ms
  if (world.dashboard.sending !== null) send(world)
  acted(
    world,
    sendAct(world, () => freshFacts(world)),
  )
  while (cluster.nowMs < endMs && world.dashboard.sending === null) {
    const pollAtMs = Math.max(cluster.nowMs + 1, world.dashboard.polledAtMs + POLL_EVERY_MS)
    runCluster(world, Math.min(endMs, pollAtMs, ...world.late.map((one) => one.atMs)))
    landLate(world)
    controlPartitions(world)
    if (cluster.nowMs >= pollAtMs) tick(world)
  }
  judgeState(world)
}

/** Begins a run. @throws WorkflowRefusal */
export function startRun(world: World, request: Pick<StartWorkflow, 'kind' | 'params'>): void {
  const facts = freshFacts(world)
  const { run, entry } = draft(request, { id: 'run', cluster: 'proof' }, facts, OPERATOR, world.cluster.nowMs)
  mustBeStartable(standingOf(run, facts))
  const { dashboard } = world
  world.sent = []
  Object.assign(dashboard, {
    journal: [entry],
    head: { id: run.id, cluster: run.cluster, clusterId: run.clusterId },
    run,
    clock: null,
    requests: new Set(),
    sending: null,
    rpc: null,
    acting: null,
    hostWork: null,
  })
  lookAt(world, concerned(world))
  advanceRun(world)
}

/** What may be said to the run now. */
export function possibleCommands(world: World): AllowedCommand[] {
  const { run } = world.dashboard
  return run === null ? [] : allowedCommands(standingOf(run, factsOf(world)))
}

/** The operator says it, with all the words that it needs. False where it is refused or comes too late. */
export function say(world: World, { type, step, key, nodeId, directoryId, ...words }: AllowedCommand): boolean {
  const { dashboard } = world
  const { run } = dashboard
  if (run === null || run.outcome !== null) return false
  const confirmation = words.needsConfirmation?.statement
  const command = {
    type,
    ...(step === undefined ? {} : { step }),
    ...(key === undefined ? {} : { key }),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(directoryId === undefined ? {} : { directoryId }),
    ...(confirmation === undefined ? {} : { confirmation }),
    reason: 'because',
  }
  try {
    carry(world, obey(carried(world), { command, expectedRevision: run.revision }, OPERATOR))
  } catch (error) {
    if (error instanceof WorkflowRefusal || error instanceof StaleRevision) return false
    throw error
  }
  return true
}

/** Another run goes first: this one rests, without the change lock. False where it has ended. */
export function park(world: World): boolean {
  const { run } = world.dashboard
  if (run === null || run.outcome !== null) return false
  append(world, [{ type: 'parked', by: 'an emergency', reason: 'it goes first', lockLost: true, text: '' }], OPERATOR)
  return true
}

/** The dashboard's process ends and is started anew. */
export function crashDashboard(world: World): void {
  world.dashboard = restarted(world.dashboard, world.cluster.nowMs)
}
