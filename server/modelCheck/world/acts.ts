/** Requests that do not change the voters, as ClusterRuns sends them: looked at once more, sent once, answered or not. */
import type { ClientRequest, ClientResponse } from '../../sandbox/simulatedQuorum/core/api/rpc.ts'
import { preflightRequest } from '../../workflows/engine/decisions/preflight.ts'
import { standingOf } from '../../workflows/engine/decisions/progress.ts'
import type { Facts } from '../../workflows/run/facts.ts'
import type { ChangeOutcome, KafkaAct } from '../../workflows/run/ports.ts'
import { answerTimeoutMs } from '../../workflows/run/thresholds.ts'
import { controlled, withAct } from './dataPlane.ts'
import { trueLeader } from './truth.ts'
import { isInReach, nodeOf, sendRequest, type World } from './world.ts'

/** What the core itself knows to do; `null` where it is about partitions and their configurations. */
function requestOf(act: KafkaAct): ClientRequest | null {
  switch (act.kind) {
    case 'unregister-broker':
      return { api: 'unregisterBroker', brokerId: act.nodeId }
    case 'upgrade-feature': {
      const { feature, level, validateOnly } = act
      return { api: 'updateFeatures', validateOnly, updates: [{ name: feature, level, type: 'upgrade' }] }
    }
    case 'reassign':
    case 'cordon':
    case 'configure':
      return null
    default:
      return act satisfies never
  }
}

/** Lets the request go that was decided. @returns what became of it where that is known at once */
export function sendAct(world: World, fresh: () => Facts): ChangeOutcome | null {
  const { dashboard, cluster } = world
  const { acting, run, leaderId } = dashboard
  if (acting === null || acting.sent !== null || run === null) return null
  const target = leaderId === null ? null : nodeOf(world, leaderId)
  const runId = target?.process === 'running' && isInReach(world, target.id) ? (target.run?.runId ?? null) : null
  if (target === null || runId === null) return { kind: 'not-sent', problem: 'no way to the leader' }
  const objection = acting.gated ? preflightRequest(standingOf(run, fresh()), acting.step) : null
  if (objection !== null) return { kind: 'not-sent', problem: objection }
  const request = requestOf(acting.act)
  if (request === null && world.data !== null) world.data = withAct(world.data, acting.act, cluster.nowMs)
  const requestId = request === null ? -1 : sendRequest(world, target.id, request)
  dashboard.acting = { ...acting, sent: { requestId, nodeId: target.id, runId, atMs: cluster.nowMs } }
  return null
}

function errorOf(answer: ClientResponse): number | null {
  if (answer.api === 'updateFeatures') return answer.results.find((r) => r.error !== 0)?.error ?? answer.error
  return 'error' in answer ? answer.error : null
}

/** What became of the request that is on its way; `null` while nobody knows. */
export function hearAct(world: World): ChangeOutcome | null {
  const { acting, view } = world.dashboard
  if (acting?.sent == null) return null
  const { answer, sent, isDeaf, act } = acting
  const cut = nodeOf(world, sent.nodeId).run?.runId !== sent.runId
  const late = world.cluster.nowMs - sent.atMs >= answerTimeoutMs(view?.quorum.requestTimeoutMs ?? 0)
  if (!isDeaf && answer === null && requestOf(act) === null && !cut) {
    return { kind: 'answered', errorCode: 0, errorName: 'NONE', errorMessage: null }
  }
  const errorCode = answer === null || isDeaf ? null : errorOf(answer)
  if (errorCode !== null) return { kind: 'answered', errorCode, errorName: String(errorCode), errorMessage: null }
  return cut || late ? { kind: 'unanswered', problem: cut ? 'cut' : 'no answer in time' } : null
}

/** The active controller looks at the brokers, and moves what is to be moved. */
export function controlPartitions(world: World): void {
  const leader = trueLeader(world)
  if (world.data === null || leader === null || leader.run.highWatermark === null) return
  const { brokers } = leader.run.image
  world.data = controlled(world.data, (id) => brokers[id]?.fenced === false, world.cluster.nowMs)
}
