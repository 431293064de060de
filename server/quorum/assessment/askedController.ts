/** What a controller's address answered for itself, as plain data. */
import type { ControllerAccount, ReplicaKey, Role } from '../../contract/quorumView.ts'
import type { FailureCode } from '../../kafka/failure.ts'

/** What one address answered when it was asked last. */
export interface AskedController {
  account: ControllerAccount
  /** What it leads, by its own statement: the last one, until it answers otherwise or nothing listens there any more. */
  lead: Lead | null
  /** When that statement was asked for, dashboard's wall clock. */
  leadStatedAtMs: number | null
  /** Since when it leads in this epoch, dashboard's wall clock. */
  leadsSinceMs: number | null
  /** Its own settings; `null` where it did not report them. */
  stated: Stated | null
  /** Of which cluster it says that it is; asked while that is not known, `null` else and where it does not report it. */
  clusterId: string | null
  /** Address and port of the socket that answers, or gave the lead that is kept; the same for all names of one listener. */
  remote: string | null
  /** Why it could not be asked; `null` where it answered. */
  failure: FailureCode | null
}

/** What a process reports of itself. Who it is cannot change while its connection is open. */
export interface Stated {
  /** `null` where it did not report it. */
  nodeId: number | null
  roles: Role[] | null
  /** Its own settings (`NAMES`); empty where it did not report them. */
  settings: ReadonlyMap<string, string>
  /** Settings that it has, but whose value Kafka withholds. */
  withheld: ReadonlySet<string>
  /** Whether it refuses its settings to us. */
  denied: boolean
}

/** What a controller leads, by its own statement. */
export interface Lead {
  leaderId: number
  leaderEpoch: number
  voters: ReplicaKey[]
  highWatermark: number | null
  logEndOffset: number | null
  /** Node ids of the observers that have fetched within five seconds, on the leader's clock. */
  followers: number[]
}
