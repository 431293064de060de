/**
 * Unregister a broker: stopped first, proven empty, then taken out of the metadata. The article unregisters, then kills; a
 * topic that is made in between would be placed on the dying broker. Invariants: SPEC.md. Pure.
 */
import type { Gate } from '../../../contract/workflows.ts'
import { CORDON } from '../../../quorum/assessment/findings/leftovers.ts'
import { actCommands, stopCommands } from '../../commands/hostCommands.ts'
import { gate } from '../../gates/gate.ts'
import { actGates } from '../../gates/gateSets.ts'
import {
  brokerDown,
  brokerEmpty,
  brokerGone,
  brokerIsNoVoter,
  brokerRegistered,
  goneFor,
} from '../../gates/nodes/brokerGates.ts'
import { observationFresh } from '../../gates/quorum/quorumGates.ts'
import type { Facts } from '../../run/facts.ts'
import type { ClusterAct } from '../../run/ports.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Plan, Run, RunParams } from '../../run/run.ts'
import { allOk, hostStep, proofStep, provenBy, requestStep, type StepRule, type Wizard } from '../../run/step.ts'
import { configStep } from '../configStep.ts'
import { anyViewToPlanOn, planOn } from '../planning.ts'
import { stopActs } from '../removeController/removeController.ts'

function plan(params: RunParams, facts: Facts): Plan {
  const view = anyViewToPlanOn(facts)
  const { nodeId = -1 } = params
  const refusals = [brokerRegistered(facts, nodeId), brokerIsNoVoter(facts, nodeId)].filter((g) => !g.ok)
  const [first] = refusals
  if (first !== undefined) {
    const unknown = first.code === 'broker-registered' && !first.waiting
    throw new WorkflowRefusal(
      422,
      unknown ? 'unknown-node' : 'refused',
      unknown
        ? `No broker ${nodeId} is registered.`
        : `Refused; this does not hold: ${first.title} (${first.observed}).`,
      first.remedy,
      { refusals },
    )
  }
  return {
    ...planOn(view),
    stop: 'before',
    orderWhy:
      'It is stopped before it is unregistered, and proven empty once more in between: otherwise a topic created in between could be placed on it.',
  }
}

/** The host action of the wizard, and what must hold before: a broker that hosts replicas is not stopped for this. */
function stopStep(facts: Facts, nodeId: number): StepRule {
  // What this step is to bring about refuses nothing while it is awaited.
  const seen = brokerDown(facts, nodeId)
  const down = { ...seen, waiting: !seen.ok }
  const mayStop = [observationFresh(facts), brokerIsNoVoter(facts, nodeId), brokerEmpty(facts, nodeId)]
  return hostStep({
    key: 'stop',
    title: `Stop broker ${nodeId}`,
    detail: down.observed,
    gates: [...mayStop, down],
    done: provenBy([...mayStop, down], `Broker ${nodeId} is fenced and hosts nothing.`),
    reopened: !allOk([brokerEmpty(facts, nodeId), down]) && facts.log?.brokers.has(nodeId) === true,
    commands: down.ok ? [] : stopCommands(facts, { nodeId, directoryId: null }),
    withheld: !allOk(mayStop),
    lookingFor: [
      'Its registration fenced: the controller does that once its heartbeats stop.',
      'No partition of any topic with a replica on it.',
    ],
    hostActs: down.ok ? [] : stopActs(facts, nodeId),
    hostGates: mayStop,
  })
}

/**
 * A dynamic configuration outlives the registration, and Kafka changes it only while there is one: a node that became a
 * broker under this id again would be given no partition, and nobody would know why.
 */
function uncordonStep(run: Run, facts: Facts, nodeId: number): StepRule[] {
  const isCordoned = facts.log?.placement.configs.get(`broker:${nodeId}`)?.has(CORDON) === true
  if (!isCordoned && run.done.uncordon === undefined && run.acts.uncordon === undefined) return []
  return [
    configStep(
      run,
      facts,
      {
        key: 'uncordon',
        title: `Lift the cordon of broker ${nodeId}`,
        label: 'Lift it',
        does: `Takes ${CORDON} away, which would outlive its registration.`,
        doneText: 'The cordon is lifted.',
      },
      [{ type: 'broker', resource: String(nodeId), name: CORDON, value: null }],
      undefined,
      [...actGates(run, facts), brokerDown(facts, nodeId)],
    ),
  ]
}

function unregisterStep(run: Run, facts: Facts, nodeId: number): StepRule {
  const gone = brokerGone(facts, nodeId)
  const act: ClusterAct = { kind: 'unregister-broker', nodeId }
  return requestStep({
    key: 'unregister',
    title: `Unregister broker ${nodeId}`,
    detail: gone.ok ? 'gone' : 'cannot be taken back',
    gates: gone.ok
      ? [gone]
      : [
          ...actGates(run, facts),
          brokerRegistered(facts, nodeId),
          brokerIsNoVoter(facts, nodeId),
          brokerDown(facts, nodeId),
          brokerEmpty(facts, nodeId),
        ],
    done: gone.ok ? { text: `Broker ${nodeId} is no longer registered.`, candidate: null } : null,
    request: act,
    label: `Unregister broker ${nodeId}`,
    does: `Sends UnregisterBroker for ${nodeId} to the active controller.`,
    confirmation: {
      statement: `broker ${nodeId} will not come back`,
      typed: true,
      why: 'What is left on its disk belongs to no broker of the cluster afterwards. The same id registers anew if its process is started again.',
    },
    commands: actCommands(facts, act),
    lookingFor: ['An UnregisterBrokerRecord in the metadata log.'],
  })
}

function goneStep(facts: Facts, nodeId: number): StepRule {
  const needed = [observationFresh(facts), brokerGone(facts, nodeId), goneFor(facts, nodeId)]
  return proofStep({
    key: 'stays-gone',
    title: 'It stays away',
    gates: needed,
    done: provenBy(needed, 'It has not come back.'),
    lookingFor: ['No new registration with its id.'],
  })
}

export const unregisterBroker: Wizard = {
  kind: 'unregister-broker',
  title: ({ params: { nodeId } }) => `Unregister broker ${nodeId}`,
  plan,
  continued: (run) => ({ plan: run.plan, kept: Object.keys(run.done) }),
  steps: (run, facts) => {
    const { nodeId = -1 } = run.params
    return [
      stopStep(facts, nodeId),
      ...uncordonStep(run, facts, nodeId),
      unregisterStep(run, facts, nodeId),
      goneStep(facts, nodeId),
    ]
  },
}

/** Registrations without a process: they hold metadata.version back, and nobody sees them in the quorum. */
export function ghostBrokers({ log, view }: Facts): number[] {
  if (log === null || view === null) return []
  const fenced = [...log.brokers].flatMap(([id, broker]) => (broker.fenced ? [id] : []))
  // One that a young leader has not heard of may be a ghost.
  const lives = (id: number) =>
    view.replicas.some((r) => r.nodeId === id && (r.health === 'ok' || r.health === 'lagging'))
  return fenced.filter((id) => !lives(id))
}

export function ghostAudit(facts: Facts): Gate {
  const ghosts = ghostBrokers(facts)
  return gate(
    {
      code: 'no-ghost-brokers',
      title: 'No registration without a process',
      required: 'none',
      why: 'Kafka asks every registration whether it knows a new version; one whose process is gone keeps giving its last answer forever.',
      source: 'Kafka: ClusterFeatureSupportDescriber, INVALID_UPDATE_VERSION; KIP-1312',
    },
    {
      ok: facts.log !== null && facts.view !== null && ghosts.length === 0,
      observed:
        facts.log === null || facts.view === null
          ? 'the metadata log is not followed'
          : ghosts.length === 0
            ? 'none'
            : `broker ${ghosts.join(', ')}`,
      remedy: 'Start it again, or unregister it with the wizard “Unregister a broker”.',
      waiting: facts.log === null || facts.view === null,
    },
  )
}
