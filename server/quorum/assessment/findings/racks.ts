/**
 * Which rack, or other failure domain, a node stands in, and what the loss of one takes away. Kafka keeps a rack of brokers
 * alone (RegisterBrokerRecord, DescribeCluster), so of controllers that are no brokers the operator says it. Pure.
 */
import type { Health, RackLoss } from '../../../contract/quorumView.ts'
import { majorityOf } from '../../../contract/voters.ts'
import type { Observation } from '../sample.ts'

/** By node id, as the operator named them. */
export type Racks = ReadonlyMap<number, string>

/** What the operator says goes before what the broker registered: it may name larger domains than Kafka places by. */
export function rackOf(nodeId: number, { racks, log, facts }: Observation): string | null {
  // An empty broker.rack is none.
  const registered = log?.brokers.get(nodeId)?.rack ?? facts.brokers?.get(nodeId)?.rack ?? ''
  return racks.get(nodeId) ?? (registered === '' ? null : registered)
}

/** A voter, as far as a rack's loss is about it. */
export interface Housed {
  nodeId: number
  rack: string | null
  health: Health
}

/** What is left of the margin when all voters of one rack fail at once, for each rack that is known; the worst one first. */
export function rackLosses(voters: readonly Housed[]): RackLoss[] {
  const majority = majorityOf(voters.length)
  const racks = [...new Set(voters.flatMap((v) => v.rack ?? []))].toSorted()
  return racks
    .map((rack): RackLoss => {
      // A voter whose rack is not known stands elsewhere: what is shown is certain, and it may be worse.
      const others = voters.filter((v) => v.rack !== rack)
      const healthy = others.filter((v) => v.health === 'ok').length
      return {
        rack,
        voters: voters.filter((v) => v.rack === rack).map((v) => v.nodeId),
        margin: others.some((v) => v.health === 'unknown') ? null : healthy - majority,
        marginAtBest: others.length - majority,
        unplaced: voters.filter((v) => v.rack === null).map((v) => v.nodeId),
      }
    })
    .toSorted((a, b) => a.marginAtBest - b.marginAtBest)
    .toSorted((a, b) => (a.margin ?? a.marginAtBest) - (b.margin ?? b.marginAtBest))
}
