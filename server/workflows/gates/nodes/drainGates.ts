/** Gates on moving all replicas away from brokers that retire. Pure. */

import { bytesText } from '../../../contract/words/bytes.ts'
import { seconds } from '../../../contract/words/durations.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { largestReplica } from '../../../quorum/assessment/brokerDisks.ts'
import { bytesToCome } from '../../moves/assignment.ts'
import { disksOfNow, hostedByRetiring, movesUnderWay, restOf, targetsOf } from '../../moves/retiring.ts'
import type { Facts } from '../../run/facts.ts'
import { idListText } from '../../run/voterSet.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'
import { logRemedy } from '../logRemedy.ts'

/** Room that is left free on a target's disks beyond what comes, as a share of the whole. */
const RESERVE = 0.1
/** Nothing moved for this long while partitions are being moved: something is stuck, in ms. */
export const STALLED_AFTER_MS = 120_000

export function logFollowed(facts: Facts): Gate {
  const { log } = facts
  return gate(
    {
      code: 'log-followed',
      title: 'The partitions are known',
      required: 'the metadata log is followed',
      why: 'Only the log shows where every replica is, including those of internal topics.',
      source: 'docs/wizards.md: the metadata log is tailed',
    },
    {
      ok: log !== null,
      observed: log === null ? 'not followed' : 'followed',
      remedy: log === null ? logRemedy(facts) : '',
      waiting: true,
    },
  )
}

export function enoughBrokers(facts: Facts, retiring: readonly number[]): Gate {
  const { impossible } = restOf(facts, retiring)
  const [first] = impossible
  const targets = targetsOf(facts, retiring).length
  return gate(
    {
      code: 'enough-brokers',
      title: 'Enough brokers remain for every partition',
      required: 'as many brokers as the largest replication factor',
      why: 'Two replicas of one partition cannot be on the same broker, and nothing here takes replicas away.',
      source: 'Kafka: ReplicationControlManager, INVALID_REPLICA_ASSIGNMENT',
    },
    {
      ok: facts.log !== null && targets > 0 && impossible.length === 0,
      observed:
        facts.log === null
          ? UNKNOWN
          : first === undefined
            ? `${targets} remain`
            : `${first.topic}-${first.partition} has ${first.replicas} replicas, ${targets} brokers remain`,
      remedy: 'Add brokers, or lower the replication factor of those topics first.',
      waiting: facts.log === null,
    },
  )
}

export function roomOnDisks(facts: Facts, retiring: readonly number[]): Gate {
  const rule: Rule = {
    code: 'room-on-disks',
    title: 'The disks have room for what comes',
    required: `usable bytes beyond it, ${RESERVE * 100} % kept free`,
    why: 'A broker whose disk runs full stops with all its partitions.',
    source: 'DescribeLogDirs of every broker',
  }
  const disks = disksOfNow(facts)
  const { moves } = restOf(facts, retiring)
  if (facts.log === null) {
    return gate(rule, { ok: false, observed: UNKNOWN, remedy: logRemedy(facts), waiting: true })
  }
  if (moves.length === 0) return gate(rule, { ok: true, observed: 'nothing is to come', remedy: '' })
  if (disks === null) {
    return gate(rule, {
      ok: false,
      observed: 'the disks have not been read yet',
      remedy: 'Let Quorumdeck reach the brokers; it needs DESCRIBE on the cluster.',
      waiting: true,
    })
  }
  const coming = bytesToCome(moves, (topic, partition) => largestReplica(disks.brokers, topic, partition))
  const unknown = [...(coming?.keys() ?? [])].filter((id) => !disks.brokers.has(id))
  const full = [...(coming ?? [])].filter(([id, bytes]) => {
    const disk = disks.brokers.get(id)
    return disk !== undefined && disk.usableBytes - bytes < disk.totalBytes * RESERVE
  })
  const total = [...(coming?.values() ?? [])].reduce((sum, bytes) => sum + bytes, 0)
  return gate(rule, {
    ok: coming !== null && unknown.length === 0 && full.length === 0,
    observed:
      coming === null
        ? 'the size of a partition is not known'
        : unknown.length > 0
          ? `${idListText(unknown)} does not report it`
          : full.length > 0
            ? full
                .map(
                  ([id, bytes]) =>
                    `${id}: ${bytesText(bytes)} come, ${bytesText(disks.brokers.get(id)?.usableBytes ?? 0)} usable`,
                )
                .join('; ')
            : `${bytesText(total)} in all`,
    remedy: 'Add disks or brokers, or delete what is not needed.',
    waiting: full.length === 0,
  })
}

export function noForeignMoves(facts: Facts, retiring: readonly number[]): Gate {
  const { foreign } = movesUnderWay(facts, retiring)
  const [first] = foreign
  return gate(
    {
      code: 'no-foreign-moves',
      title: 'Nobody else moves partitions',
      required: 'none',
      why: 'Two plans at once undo each other, and share one throttle.',
      source: 'Cruise Control refuses during foreign reassignments',
    },
    {
      ok: facts.log !== null && foreign.length === 0,
      observed:
        facts.log === null
          ? UNKNOWN
          : first === undefined
            ? 'none'
            : `${foreign.length}, for example ${first.topic}-${first.partition}`,
      remedy: 'Wait until they are done, or cancel them with kafka-reassign-partitions.sh --cancel.',
      waiting: true,
    },
  )
}

/** Those that receive, and those that retire: a move needs both until it is done. */
export function moversAlive(facts: Facts, retiring: readonly number[]): Gate {
  const { ours } = movesUnderWay(facts, retiring)
  const concerned = new Set(ours.flatMap((p) => p.adding))
  const dead = [...concerned].filter((id) => facts.log?.brokers.get(id)?.fenced !== false)
  return gate(
    {
      code: 'targets-alive',
      title: 'The brokers that receive are alive',
      required: 'registered and unfenced',
      why: 'A move to a broker that is down waits for it, and its partition keeps the old replicas until then.',
      source: 'metadata log: broker registrations',
    },
    {
      ok: facts.log !== null && dead.length === 0,
      observed: facts.log === null ? UNKNOWN : dead.length === 0 ? 'all of them' : `${idListText(dead)} not`,
      remedy: `Start ${idListText(dead)} again, or cancel the moves and plan them anew.`,
      waiting: facts.log === null,
    },
  )
}

export function movingOn({ movedAtMs, monotonicMs }: Facts): Gate {
  const stillMs = movedAtMs === null ? null : monotonicMs - movedAtMs
  return gate(
    {
      code: 'moving-on',
      title: 'The moves go on',
      required: `something moved within ${seconds(STALLED_AFTER_MS)}`,
      why: 'A move that stands still is stuck: a throttle that is too low, a broker that is down, a full disk.',
      source: 'DescribeLogDirs, metadata log',
    },
    {
      ok: stillMs !== null && stillMs < STALLED_AFTER_MS,
      observed: stillMs === null ? 'not looked at yet' : `nothing for ${seconds(stillMs)}`,
      remedy:
        stillMs === null
          ? 'Wait for the first look at the disks: Quorumdeck must reach the brokers.'
          : 'Raise the throttle, look at the brokers, or cancel the moves.',
      waiting: stillMs === null,
    },
  )
}

/** `all`: every one of these brokers holds nothing and is not being given anything. */
export function allEmpty(facts: Facts, retiring: readonly number[]): Gate {
  const hosted = hostedByRetiring(facts, retiring)
  const [first] = hosted ?? []
  return gate(
    {
      code: 'brokers-empty',
      title: 'The retiring brokers hold no replica',
      required: '0 partitions',
      why: 'Only an empty broker can leave without a partition losing a replica.',
      source: 'metadata log: PartitionRecord, PartitionChangeRecord',
    },
    {
      ok: hosted !== null && hosted.length === 0,
      observed:
        hosted === null
          ? UNKNOWN
          : first === undefined
            ? 'none'
            : `${hosted.length}, for example ${first.topic}-${first.partition}`,
      remedy: 'Move them.',
      waiting: true,
    },
  )
}
