/** Gates that several steps share. Pure. */
import type { ReplicaKey } from '../../contract/quorumView.ts'
import type { Gate } from '../../contract/workflows.ts'
import type { Facts } from '../run/facts.ts'
import type { VoterChange } from '../run/ports.ts'
import type { Run } from '../run/run.ts'
import { type PlannedVoter, plannedVotersOf, votersAfter, votersWithout } from '../run/votersAfter.ts'
import {
  candidateEndpoints,
  candidateFetches,
  candidateIsController,
  candidateReachable,
  idIsNoVoter,
  lagNearZero,
  otherIncarnationsSilent,
} from './quorum/candidateGates.ts'
import {
  carriersHealthy,
  type MarginExceptions,
  marginAfter,
  marginIfBad,
  marginIfStopped,
  marginNow,
  votersHeard,
} from './quorum/marginGates.ts'
import {
  dynamicQuorum,
  leaderReachable,
  noChangeInFlight,
  observationFresh,
  quorumSettled,
  sameCluster,
  votersAsExpected,
} from './quorum/quorumGates.ts'
import { notLastVoter, targetIsVoter } from './quorum/targetGates.ts'
import { truthGates } from './quorum/truthGates.ts'

/** Of every write, whatever it changes. */
export function writeGates(run: Run, facts: Facts): Gate[] {
  return [
    observationFresh(facts),
    leaderReachable(facts),
    sameCluster(facts, run.clusterId),
    dynamicQuorum(facts),
    quorumSettled(facts),
    noChangeInFlight(facts),
    votersAsExpected(facts, run.expected),
    ...truthGates(facts),
  ]
}

/** Of every request that does not change the voters. */
export function actGates(run: Run, facts: Facts): Gate[] {
  return [
    observationFresh(facts),
    leaderReachable(facts),
    sameCluster(facts, run.clusterId),
    quorumSettled(facts),
    ...truthGates(facts),
  ]
}

/** A candidate is ready: who it is, that it is alive, and that it keeps up. */
export function candidateGates(facts: Facts, candidate: ReplicaKey | null): Gate[] {
  return [
    lagNearZero(facts, candidate),
    candidateFetches(facts, candidate),
    candidateIsController(facts, candidate),
    candidateEndpoints(facts, candidate),
    candidateReachable(facts, candidate),
    otherIncarnationsSilent(facts, candidate),
  ]
}

export function additionGates(
  run: Run,
  facts: Facts,
  candidate: ReplicaKey | null,
  exceptions: MarginExceptions = {},
): Gate[] {
  const change = additionOf(facts, candidate)
  return [
    idIsNoVoter(facts, candidate),
    ...candidateGates(facts, candidate),
    marginNow(facts, null),
    marginAfter(facts, change),
    marginIfBad(facts, change, exceptions),
    ...carriers(facts, seatsIf(facts, change, exceptions.oneToTwo === true ? 'ok' : 'silent')),
    ...writeGates(run, facts),
  ]
}

export function removalGates(
  run: Run,
  facts: Facts,
  target: ReplicaKey | null,
  exceptions: MarginExceptions = {},
): Gate[] {
  return [
    targetIsVoter(facts, target),
    notLastVoter(facts),
    marginNow(facts, target, exceptions),
    marginAfter(facts, removalOf(target)),
    ...carriers(facts, seatsIf(facts, removalOf(target))),
    ...writeGates(run, facts),
  ]
}

/** A host action that takes a living voter away for a while is judged as a voter change is. */
export function stopGates(run: Run, facts: Facts, target: ReplicaKey | null): Gate[] {
  const plannedVoters = facts.view === null || target === null ? [] : votersWithout(plannedVotersOf(facts.view), target)
  return [
    observationFresh(facts),
    quorumSettled(facts),
    noChangeInFlight(facts),
    votersAsExpected(facts, run.expected),
    marginIfStopped(facts, target),
    ...carriers(facts, plannedVoters),
    ...truthGates(facts),
  ]
}

/** Who carries the quorum afterwards is alive at this moment, and was healthy for a while. */
function carriers(facts: Facts, plannedVoters: readonly PlannedVoter[]): Gate[] {
  return [votersHeard(facts, plannedVoters), carriersHealthy(facts, plannedVoters)]
}

function seatsIf({ view }: Facts, change: VoterChange | null, added: 'ok' | 'silent' = 'ok'): PlannedVoter[] {
  return view === null || change === null ? [] : votersAfter(plannedVotersOf(view), change, added)
}

export function additionOf({ endpoints }: Facts, candidate: ReplicaKey | null): VoterChange | null {
  if (candidate === null || candidate.directoryId === null) return null
  return {
    kind: 'add',
    nodeId: candidate.nodeId,
    directoryId: candidate.directoryId,
    endpoints: endpoints.get(candidate.nodeId) ?? [],
  }
}

export function removalOf(target: ReplicaKey | null): VoterChange | null {
  if (target === null || target.directoryId === null) return null
  return { kind: 'remove', nodeId: target.nodeId, directoryId: target.directoryId }
}
