/** New addresses of all voters, and the listener of a controller that takes a broker's copy over. Pure. */
import type { DiskReport, LoggedVoter } from '../contract/diskReport.ts'
import { hostPort } from '../contract/hostPort.ts'
import type { Endpoint } from '../contract/quorumView.ts'
import { majorityOf } from '../contract/voters.ts'
import { type DiskRefusal, refusal } from './refusals.ts'
import { newestVoterSet } from './seedRules.ts'

/** By node id. */
export type NewEndpoints = ReadonlyMap<number, readonly Endpoint[]>

function listenersOf(endpoints: readonly Endpoint[]): string {
  return endpoints
    .map(({ listener }) => listener)
    .toSorted()
    .join(', ')
}

export function endpointText(endpoint: Endpoint): string {
  return `${endpoint.listener}://${hostPort(endpoint)}`
}

/** A voter that lacks the listener of its own controller.listener.names does not start (KafkaRaftClient). */
export function listenerRefusals(voter: LoggedVoter, endpoints: readonly Endpoint[]): DiskRefusal[] {
  if (listenersOf(voter.endpoints) === listenersOf(endpoints)) return []
  return [
    refusal(
      'listeners-differ',
      `Voter ${voter.nodeId} has the listeners ${listenersOf(voter.endpoints)} in the voter set, and ${listenersOf(endpoints)} is given.`,
      'Give one address for each of these listeners, by the same names.',
    ),
  ]
}

/** @param reports of other disks */
export function endpointRefusals(
  own: DiskReport,
  reports: readonly DiskReport[],
  endpoints: NewEndpoints,
): DiskRefusal[] {
  const set = newestVoterSet(own)
  if (set === null) return []
  const found: DiskRefusal[] = []
  const { voters } = set
  const missing = voters.filter(({ nodeId }) => !endpoints.has(nodeId))
  const extra = [...endpoints.keys()].filter((id) => !voters.some(({ nodeId }) => nodeId === id))
  if (missing.length > 0 || extra.length > 0)
    found.push(
      refusal(
        'voters-not-all-named',
        `The voters are ${voters.map(({ nodeId }) => nodeId).join(', ')} (offset ${set.offset}); ${missing.length > 0 ? `no address is given for ${missing.map(({ nodeId }) => nodeId).join(', ')}` : `${extra.join(', ')} does not vote`}.`,
        'Give --voter once for each of them, with the address it has from now on, changed or not.',
      ),
    )
  for (const voter of voters) {
    const given = endpoints.get(voter.nodeId)
    if (given !== undefined) found.push(...listenerRefusals(voter, given))
  }
  const unchanged = voters.every((voter) => {
    const given = endpoints.get(voter.nodeId)
    const texts = (list: readonly Endpoint[]) => list.map(endpointText).toSorted().join()
    return given !== undefined && texts(given) === texts(voter.endpoints)
  })
  if (unchanged)
    found.push(
      refusal(
        'endpoints-unchanged',
        `The voter set (offset ${set.offset}) has these very addresses.`,
        'Nothing is to be written. Start the voters; if none leads, look for another cause.',
      ),
    )
  const keys = [own, ...reports].map(({ meta }) => `${meta?.nodeId}/${meta?.directoryId}`)
  const reported = voters.filter(({ nodeId, directoryId }) => keys.includes(`${nodeId}/${directoryId}`)).length
  if (reported < majorityOf(voters.length))
    found.push(
      refusal(
        'too-few-reports',
        `Copies of ${reported} of ${voters.length} voters are known, this one included; ${majorityOf(voters.length)} are a majority.`,
        'Run disk inspect --json on the hosts of the others and give their reports: only a majority holds everything that was committed.',
      ),
    )
  return found
}

/** The set with its new addresses, in its own order. */
export function movedVoters(voters: readonly LoggedVoter[], endpoints: NewEndpoints): LoggedVoter[] {
  return voters.map((voter) => ({ ...voter, endpoints: [...(endpoints.get(voter.nodeId) ?? voter.endpoints)] }))
}
