/** Voter sets as Kafka's VoterSet treats them: at most one incarnation of an id, order of appearance kept. */
import type { ReplicaKey, VoterNode } from './records.ts'

export type VoterSet = readonly VoterNode[]

/** Whether `key` is the voter `voter`: a voter without directory id (static quorum) is matched by id alone. */
export function matchesVoter(voter: ReplicaKey, key: ReplicaKey): boolean {
  return voter.id === key.id && (voter.directoryId === null || voter.directoryId === key.directoryId)
}

export function isVoter(voters: VoterSet, key: ReplicaKey): boolean {
  return voters.some((voter) => matchesVoter(voter.key, key))
}

export function voterById(voters: VoterSet, id: number): VoterNode | null {
  return voters.find((voter) => voter.key.id === id) ?? null
}

export function withVoter(voters: VoterSet, added: VoterNode): VoterSet {
  return [...voters, added]
}

/** `null` where the exact incarnation is no voter or is the only one (VoterSet.removeVoter). */
export function withoutVoter(voters: VoterSet, key: ReplicaKey): VoterSet | null {
  const rest = voters.filter((voter) => !(voter.key.id === key.id && voter.key.directoryId === key.directoryId))
  return rest.length === voters.length || rest.length === 0 ? null : rest
}

/** `null` where the incarnation is no voter (VoterSet.updateVoter). */
export function withUpdatedVoter(voters: VoterSet, updated: VoterNode): VoterSet | null {
  if (!isVoter(voters, updated.key)) return null
  return voters.map((voter) => (voter.key.id === updated.key.id ? updated : voter))
}
