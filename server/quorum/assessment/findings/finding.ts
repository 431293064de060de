/** What a finding is made of, and what the rules that make them look at. Pure. */
import type { Severity } from '../../../contract/advice.ts'
import type {
  ControllerAccount,
  Finding,
  FindingCode,
  QuorumFacts,
  ReplicaKey,
  ReplicaView,
} from '../../../contract/quorumView.ts'
import type { Observation } from '../sample.ts'

export interface Findable {
  observation: Observation
  quorum: QuorumFacts
  replicas: ReplicaView[]
  clockWasSet: boolean
  /** Elections of the last hour, oldest first. */
  elections: readonly Election[]
}

/** A change of the leader's epoch, as it was seen. */
export interface Election {
  /** Dashboard's wall clock. */
  atMs: number
  /** Epochs that passed: more than one where attempts failed. */
  epochs: number
  /** Who led before; `null` where that is not known. */
  from: number | null
}

export type Rule = (seen: Findable) => Finding[]

export function finding(
  code: FindingCode,
  severity: Severity,
  title: string,
  detail: string,
  replicas: ReplicaKey[] = [],
): Finding {
  return {
    code,
    severity,
    title,
    detail,
    replicas: replicas.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
  }
}

/** "0, 1, 2": node ids without repetition, as they come. */
export function ids(replicas: readonly { nodeId: number }[]): string {
  return [...new Set(replicas.map((r) => r.nodeId))].join(', ')
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many
}

/** "At a:1, where controller 1 is recorded, node 2 answers; at b:1, …". */
export function wrongPlacesText(
  places: readonly Pick<ControllerAccount, 'address' | 'recordedId' | 'nodeId'>[],
): string {
  const text = places.map(
    ({ address, recordedId, nodeId }) =>
      `at ${address}, where controller ${recordedId} is recorded, node ${nodeId} answers`,
  )
  return text.join('; ').replace(/^a/, 'A')
}
