/** Gates on handing the moves to Cruise Control. Pure. */
import type { HandOver } from '../../../contract/cruiseControl.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { reassigning } from '../../../quorum/log/placement.ts'
import { countsOfNow, dryRunOfNow, isBusy, lookOfNow } from '../../moves/handOver.ts'
import type { Facts } from '../../run/facts.ts'
import type { Run } from '../../run/run.ts'
import { idListText } from '../../run/voterSet.ts'
import { gate, UNKNOWN } from '../gate.ts'

const API = 'Cruise Control: REST API'

export function cruiseControlAnswers(facts: Facts, { problem }: HandOver): Gate {
  return gate(
    {
      code: 'cruise-control-answers',
      title: 'The address answers as Cruise Control',
      required: 'within the last 30 seconds',
      why: 'Without an answer it is unknown what it is doing. Quorumdeck’s own plan does not need it.',
      source: `${API}, state`,
    },
    {
      ok: lookOfNow(facts) !== null,
      observed: lookOfNow(facts) !== null ? 'it answers' : (problem ?? 'its last answer is old'),
      remedy: 'Look at its address, its log and its user; or move them by Quorumdeck’s own plan.',
      waiting: true,
    },
  )
}

/** Kafka's id of the cluster is not among what it reports: what it counts on each broker stands for it. */
export function cruiseControlSameCluster(facts: Facts): Gate {
  const seen = countsOfNow(facts)
  const own = new Map(
    [...(facts.log?.brokers ?? [])].flatMap(([id, b]) =>
      b.fenced ? [] : [[id, facts.log?.placement.replicasOn(id) ?? 0] as [number, number]],
    ),
  )
  const other = seen === null ? [] : [...own].filter(([id, count]) => (seen.get(id) ?? 0) !== count)
  const strange = seen === null ? [] : [...seen.keys()].filter((id) => facts.log?.brokers.has(id) !== true)
  const isSame = seen !== null && facts.log !== null && own.size > 0 && other.length === 0 && strange.length === 0
  return gate(
    {
      code: 'cruise-control-same-cluster',
      title: 'Cruise Control manages this cluster',
      required: 'the same brokers with as many replicas',
      why: 'It would move the replicas of whatever cluster it manages.',
      source: `${API}, kafka_cluster_state; metadata log`,
    },
    {
      ok: isSame,
      observed:
        seen === null || facts.log === null
          ? UNKNOWN
          : strange.length > 0
            ? `it knows broker ${idListText(strange)}, this cluster does not`
            : other.length > 0
              ? `other counts on broker ${idListText(other.map(([id]) => id))}`
              : 'the same',
      remedy:
        'Give the address of the Cruise Control of this cluster. If topics were just created, wait until it has seen them.',
      waiting: true,
    },
  )
}

export function cruiseControlIdle(facts: Facts): Gate {
  const executor = lookOfNow(facts)?.executor ?? null
  const busy = executor !== null && isBusy(executor)
  return gate(
    {
      code: 'cruise-control-idle',
      title: 'Cruise Control is executing nothing else',
      required: 'NO_TASK_IN_PROGRESS',
      why: 'Two plans at once undo each other; what somebody else began is not stopped from here.',
      source: `${API}, state: ExecutorState`,
    },
    {
      ok: executor !== null && !busy,
      observed:
        executor === null ? UNKNOWN : busy ? `${executor.state}: ${executor.reason ?? 'no reason given'}` : 'idle',
      remedy: 'Wait until it is done, or let whoever began it stop it.',
      waiting: true,
    },
  )
}

/** Before it begins: its executor refuses beside moves that it has not begun itself. */
export function nothingMoves({ log }: Facts): Gate {
  const moving = log === null ? [] : reassigning(log.placement)
  return gate(
    {
      code: 'nothing-moves',
      title: 'No partition is being moved',
      required: 'none',
      why: 'Cruise Control refuses to start while other moves go on, including those of Quorumdeck’s own plan.',
      source: 'Cruise Control: KafkaCruiseControl.sanityCheckDryRun',
    },
    {
      ok: log !== null && moving.length === 0,
      observed: log === null ? UNKNOWN : moving.length === 0 ? 'none' : `${moving.length} of them`,
      remedy: 'Wait until they are done, or cancel them.',
      waiting: true,
    },
  )
}

export function cruiseControlDryRun(run: Run, facts: Facts): Gate {
  const dryRun = dryRunOfNow(run, facts)
  const answer = dryRun?.answer ?? null
  return gate(
    {
      code: 'cruise-control-dry-run',
      title: 'The dry run can be carried out',
      required: 'of these brokers, at most half an hour ago',
      why: 'It shows what Cruise Control would do, and whether its goals can be kept, before anything moves.',
      source: `${API}, remove_broker with dryrun=true`,
    },
    {
      ok: answer?.ok === true,
      observed:
        answer === null
          ? 'it is being made'
          : answer.ok
            ? `${answer.told.replicas} replicas, ${answer.told.megabytes ?? 'unknown'} MB, ${answer.told.leaders} leaders`
            : answer.says,
      remedy: 'Fix what it reports, or move them by Quorumdeck’s own plan.',
      waiting: answer === null,
    },
  )
}

/** While it executes, or may: the step waits for it, and proves by itself that nothing is left. */
export function cruiseControlAtWork({ state, says }: HandOver): Gate {
  return gate(
    {
      code: 'cruise-control-at-work',
      title: 'What Cruise Control was asked for has ended',
      required: 'its task over, its executor idle',
      why: 'Whatever it still does would interfere.',
      source: `${API}, user_tasks and state`,
    },
    {
      ok: false,
      observed: says,
      remedy:
        state === 'unknown'
          ? 'Wait, or look at Cruise Control; taking the moves back is possible, with a statement.'
          : 'Wait, or stop it.',
      waiting: true,
    },
  )
}
