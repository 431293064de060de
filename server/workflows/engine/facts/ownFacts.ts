/** A run belongs to a Kafka cluster id, never to a name: of another cluster it gets nothing. Pure. */
import type { Facts } from '../../run/facts.ts'
import { EMPTY_TRACK } from '../../run/windows/track.ts'

/** These facts, as far as they are of the Kafka cluster with this id; without one of them where that is not proven. */
export function ownFacts(clusterId: string, facts: Facts): Facts {
  const seen = facts.view?.clusterId ?? null
  if (seen === clusterId) return facts
  if (seen !== null) return { ...nothingOf(facts), elsewhere: seen }
  // Nobody names another cluster: whether an address answers is seen all the same, and so are the hosts of a sandbox.
  return { ...nothingOf(facts), probes: facts.probes, sandbox: facts.sandbox }
}

/** What is known of a cluster that nobody watches. */
export function nothingOf(facts: Facts): Facts {
  return {
    ...facts,
    view: null,
    ageMs: null,
    track: EMPTY_TRACK,
    endpoints: new Map(),
    probes: new Map(),
    log: null,
    nodes: new Map(),
    disks: null,
    moves: null,
    movedAtMs: null,
    cruiseControl: null,
    sandbox: null,
  }
}
