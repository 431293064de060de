/**
 * The voters while nobody leads: what each answers for itself, and every voter set that may hold. An appended set that is not
 * committed and the committed one are two: an election without us may have undone the change, or made it hold. Pure.
 */
import type {
  ControllerAccount,
  Leaderless,
  LeaderlessSet,
  QuorumFacts,
  ReplicaKey,
} from '../../../contract/quorumView.ts'
import { majorityOf } from '../../../contract/voters.ts'
import type { AskedController } from '../askedController.ts'

/** One voter, and what is known of its process. */
export interface Standing {
  nodeId: number
  state: 'answers' | 'unverifiable' | 'down'
  account: ControllerAccount | null
  /** What the address in the voter set answers; the others ask it for this voter's vote there and nowhere else. */
  recorded: ControllerAccount | null
}

/** Another node of the cluster answers where this one is recorded, and has no vote to give for it (INVALID_VOTER_KEY). */
export function isDisplaced({ nodeId, recorded }: Standing): boolean {
  return recorded?.reach === 'answers' && recorded.nodeId !== null && recorded.nodeId !== nodeId
}

/** The others reach it where it is recorded, as far as can be seen from here; who cannot be verified may be it. */
export function isInPlace({ nodeId, recorded }: Standing): boolean {
  return recorded?.reach === 'unverifiable' || (recorded?.reach === 'answers' && recorded.nodeId === nodeId)
}

/** It answers here, and not at the address in the voter set. */
export function isElsewhere({ account, recorded }: Standing): boolean {
  return account?.reach === 'answers' && (recorded?.reach === 'refused' || recorded?.reach === 'silent')
}

/** Whether a node of another cluster, or a broker with the id of a controller, answers there. */
function isNoController({ sameCluster, roles }: ControllerAccount): boolean {
  return sameCluster === false || roles?.includes('controller') === false
}

export function standings(voters: readonly number[], asked: readonly AskedController[]): Standing[] {
  const places = asked.map((one) => one.account).filter((account) => !isNoController(account))
  return voters.map((nodeId) => {
    const accounts = places.filter((a) => a.nodeId === nodeId || (a.nodeId === null && a.recordedId === nodeId))
    const answering = accounts.find((a) => a.reach === 'answers')
    const account = answering ?? accounts.find((a) => a.reach === 'unverifiable') ?? accounts[0] ?? null
    const state = account?.reach === 'answers' || account?.reach === 'unverifiable' ? account.reach : 'down'
    const recorded =
      accounts.find((a) => a.recordedId === nodeId) ?? places.find((a) => a.recordedId === nodeId) ?? null
    return { nodeId, state, account, recorded }
  })
}

const WHAT: Readonly<Record<LeaderlessSet['which'], string>> = {
  only: '',
  committed: 'of the committed voters',
  appended: 'of the voters that were appended, not committed',
}

/** For a sentence: which set it is; empty where there is one alone. */
export function whichText({ which }: LeaderlessSet): string {
  return WHAT[which]
}

/** Every voter set that may hold: the committed one, and one that is appended and may have won without us. */
export function idsOfSets(
  quorum: QuorumVoters,
  known: readonly number[],
): { which: LeaderlessSet['which']; nodeIds: number[] }[] {
  const idsOf = (keys: readonly ReplicaKey[]) => [...new Set(keys.map((k) => k.nodeId))].toSorted((a, b) => a - b)
  const { pendingVoterChange: pending, committedVoters } = quorum
  if (pending === null) return known.length === 0 ? [] : [{ which: 'only', nodeIds: [...known] }]
  return [
    ...(committedVoters === null ? [] : [{ which: 'committed' as const, nodeIds: idsOf(committedVoters) }]),
    { which: 'appended', nodeIds: idsOf(pending.voters) },
  ]
}

export type QuorumVoters = Pick<QuorumFacts, 'pendingVoterChange' | 'committedVoters'>

/** With how many of whom must come back. Whoever cannot be verified is not counted as down. */
export function withMissing(
  { which, nodeIds }: { which: LeaderlessSet['which']; nodeIds: number[] },
  all: readonly Standing[],
): LeaderlessSet {
  const own = all.filter(({ nodeId }) => nodeIds.includes(nodeId))
  const down = own.filter(({ state }) => state === 'down').map((s) => s.nodeId)
  const majority = majorityOf(nodeIds.length)
  return { which, nodeIds, majority, down, missing: Math.max(0, majority - (own.length - down.length)) }
}

export function leaderlessVoter({ nodeId, state, account, recorded }: Standing): Leaderless['voters'][number] {
  return {
    nodeId,
    state,
    address: (recorded ?? account)?.address ?? null,
    leaderId: account?.reach === 'answers' ? account.leaderId : null,
    leaderEpoch: account?.reach === 'answers' ? account.leaderEpoch : null,
    problem: account?.problem ?? '',
  }
}
