/**
 * Changes the voters of one quorum, and looks who stands behind an address. A change goes to the leader's controller
 * listener, on a connection of its own, once: a broker would forward it and repeat it for 60 s, and a repeated change may
 * be carried out long after somebody has decided otherwise.
 */
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import { cannotTake, type KafkaAct, requestAct, requestCordon } from '../../kafka/clusterActs.ts'
import { type Address, KafkaConnection, type Security } from '../../kafka/connection.ts'
import { asFailure, kafkaErrorName } from '../../kafka/failure.ts'
import {
  addRaftVoterV0,
  addRaftVoterV1,
  addVoterRequest,
  removeRaftVoterV0,
  removeVoterRequest,
  type VoterChangeAnswer,
} from '../../kafka/raftVoters.ts'
import { type EndpointProbe, probeEndpoint } from './endpointProbe.ts'

export type { KafkaAct }

/** A change of the voter set by one member. `endpoints` of an addition: all controller listeners of the candidate. */
export type VoterChange =
  | { kind: 'add'; nodeId: number; directoryId: string; endpoints: Endpoint[] }
  | { kind: 'remove'; nodeId: number; directoryId: string }

/**
 * `answered`: what the leader said; its code is no proof of anything. `not-sent`: no byte of the request left, so it
 * cannot land. `unanswered`: it may have been done, may still be done, or not.
 */
export type LeaderOutcome =
  | { kind: 'answered'; errorCode: number; errorName: string; errorMessage: string | null }
  | { kind: 'not-sent'; problem: string }
  | { kind: 'unanswered'; problem: string }

export interface ChangeOptions {
  /**
   * Asked when the way to the leader is open and nothing lies between the answer and the request any more: `null` lets it
   * go, anything else is why it must not. A check that was made before the connection was is as old as the connecting took.
   */
  mayStillSend(): Promise<string | null>
  /** Longest wait for the answer, in ms; longer than the leader works on it. */
  answerTimeoutMs: number
}

/** The observer, as far as it is asked: who leads now. */
interface LeaderSource {
  /** Its controller listener; `null` while nobody leads, or where it is only reached through a broker. */
  readonly leaderAddress: Address | null
}

export interface LeaderWritesOptions {
  leader: LeaderSource
  security: Security
  /** Opens a connection; a test puts something between. */
  open?: typeof KafkaConnection.open
}

const ADD_RAFT_VOTER = 80
const REMOVE_RAFT_VOTER = 81
/** Only brokers offer Metadata. */
const METADATA = 3
const CONNECT_TIMEOUT_MS = 1500
const BROKER_ANSWERS = 'a broker answers where the leader was'

/** What is sent once nothing can keep it back any more. */
type Send = (connection: KafkaConnection) => Promise<VoterChangeAnswer>

export class LeaderWrites {
  readonly #leader: LeaderSource
  readonly #security: Security
  readonly #open: typeof KafkaConnection.open

  constructor({ leader, security, open }: LeaderWritesOptions) {
    this.#leader = leader
    this.#security = security
    this.#open = open ?? ((target, options, timeouts) => KafkaConnection.open(target, options, timeouts))
  }

  /** Never rejects. */
  async changeVoters(clusterId: string, change: VoterChange, options: ChangeOptions): Promise<LeaderOutcome> {
    return await this.#once(options, (connection) => prepared(connection, clusterId, change, options.answerTimeoutMs))
  }

  /** Any other request; never rejects. Kafka takes no cluster id with it: the address is one of this cluster's leader. */
  async act(act: KafkaAct, options: ChangeOptions): Promise<LeaderOutcome> {
    if (act.kind === 'cordon') return await this.#cordon(act.brokers, options)
    return await this.#once(options, (connection) => {
      if (connection.negotiated.apis.has(METADATA)) return BROKER_ANSWERS
      return cannotTake(connection, act) ?? ((to) => requestAct(to, act, options.answerTimeoutMs))
    })
  }

  /** One after the other; the first that does not say yes is the outcome. */
  async #cordon(brokers: readonly { nodeId: number; endpoint: Endpoint }[], options: ChangeOptions) {
    let outcome: LeaderOutcome = notSent('No broker was named.')
    for (const { nodeId, endpoint } of brokers) {
      outcome = await this.#at(endpoint, options, () => (to) => requestCordon(to, nodeId))
      if (outcome.kind !== 'answered' || outcome.errorCode !== 0) break
    }
    return outcome
  }

  /** On a connection of its own to the leader, once. */
  async #once(options: ChangeOptions, prepare: (connection: KafkaConnection) => Send | string): Promise<LeaderOutcome> {
    const address = this.#leader.leaderAddress
    return address === null
      ? notSent('No controller is known to lead, or it is only reached through a broker.')
      : await this.#at(address, options, prepare)
  }

  async #at(
    address: Address,
    options: ChangeOptions,
    prepare: (connection: KafkaConnection) => Send | string,
  ): Promise<LeaderOutcome> {
    let connection: KafkaConnection
    try {
      connection = await this.#open(address, this.#security, {
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
        requestTimeoutMs: options.answerTimeoutMs,
      })
    } catch (error) {
      return notSent(`${hostPort(address)}: ${asFailure(hostPort(address), error).message}.`)
    }
    try {
      return await send(connection, options, prepare)
    } finally {
      connection.close()
    }
  }

  /** One answer for every endpoint, in their order. Never rejects. */
  async probe(nodeId: number, endpoints: Endpoint[]): Promise<EndpointProbe[]> {
    return await Promise.all(
      endpoints.map((endpoint) =>
        probeEndpoint(nodeId, endpoint, (timeouts) => this.#open(endpoint, this.#security, timeouts)),
      ),
    )
  }
}

async function send(
  connection: KafkaConnection,
  { mayStillSend }: ChangeOptions,
  prepare: (connection: KafkaConnection) => Send | string,
): Promise<LeaderOutcome> {
  const { address } = connection
  let request: Send | string
  try {
    request = prepare(connection)
  } catch (error) {
    return notSent(`The request cannot be written: ${error instanceof Error ? error.message : String(error)}.`)
  }
  if (typeof request === 'string') return notSent(`${address}: ${request}.`)
  const objection = await mayStillSend()
  if (objection !== null) return notSent(objection)
  if (!connection.isOpen) return notSent(`${address}: the connection was closed before the request was written.`)
  try {
    const { errorCode, errorMessage } = await request(connection)
    return { kind: 'answered', errorCode, errorName: kafkaErrorName(errorCode), errorMessage }
  } catch (error) {
    return { kind: 'unanswered', problem: `${address}: ${asFailure(address, error).message}.` }
  }
}

/** The request, or why this node cannot take it. @throws for ids and endpoints that fit no request */
function prepared(
  connection: KafkaConnection,
  clusterId: string,
  change: VoterChange,
  timeoutMs: number,
): Send | string {
  if (connection.negotiated.apis.has(METADATA)) return BROKER_ANSWERS
  const voter = { clusterId, voterId: change.nodeId, directoryId: change.directoryId }
  // Written here too, for its errors: from the connection, they could not be told from those of the way there.
  switch (change.kind) {
    case 'add': {
      const version = connection.version(ADD_RAFT_VOTER, { min: 0, max: 1 })
      if (version === null) return 'the leader does not offer AddRaftVoter'
      const request = { ...voter, timeoutMs, endpoints: change.endpoints }
      addVoterRequest(version === 1 ? 1 : 0, request)
      const api = version === 1 ? addRaftVoterV1 : addRaftVoterV0
      return (to) => to.send((c) => api.async(c, request))
    }
    case 'remove':
      if (connection.version(REMOVE_RAFT_VOTER, { min: 0, max: 0 }) === null) {
        return 'the leader does not offer RemoveRaftVoter'
      }
      removeVoterRequest(voter)
      return (to) => to.send((c) => removeRaftVoterV0.async(c, voter))
    default:
      return change satisfies never
  }
}

function notSent(problem: string): LeaderOutcome {
  return { kind: 'not-sent', problem: `${problem} Nothing was sent.` }
}
