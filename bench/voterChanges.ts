/** Adds and removes one spare controller in turn, over the wire, and times each change from the log to a client. */
import type { QuorumView } from '../server/contract/quorumView.ts'
import { KafkaConnection, type Security } from '../server/kafka/connection.ts'
import { addRaftVoterV0, removeRaftVoterV0 } from '../server/kafka/raftVoters.ts'
import type { LiveClient } from './liveClient.ts'

const TIMEOUTS = { connectTimeoutMs: 3000, requestTimeoutMs: 10_000 }
/** A change that is refused because the one before is not yet known everywhere is asked for again. */
const ATTEMPTS = 20

function spareIn(view: QuorumView, nodeId: number) {
  const row = view.replicas.find((r) => r.nodeId === nodeId)
  return row?.directoryId == null ? null : { ...row, directoryId: row.directoryId }
}

async function leaderConnection(view: QuorumView, security: Security): Promise<KafkaConnection> {
  const endpoint = view.replicas.find((r) => r.status === 'leader')?.endpoints[0]
  if (endpoint === undefined) throw new Error('the leader names no endpoint')
  return await KafkaConnection.open(endpoint, security, TIMEOUTS)
}

export async function spareCaughtUp(client: LiveClient, nodeId: number): Promise<void> {
  await client.seeing(`node ${nodeId} caught up`, (view) => {
    const spare = spareIn(view, nodeId)
    return spare?.health === 'ok' && spare.lag !== null && spare.lag <= 5 && spare.endpoints.length > 0
  })
}

/** Changes the spare controller from voter to observer or back, as another client would. */
export class SpareChanges {
  readonly #client: LiveClient
  readonly #nodeId: number
  readonly #security: Security
  #connection: KafkaConnection | null = null

  constructor(client: LiveClient, nodeId: number, security: Security = {}) {
    this.#client = client
    this.#nodeId = nodeId
    this.#security = security
  }

  /** Resolves when the leader has said that it is done, with the wall clock of when the request that was taken was sent. */
  async change(): Promise<{ sentMs: number; becomes: 'follower' | 'observer' }> {
    const view = await this.#client.seeing(
      'no pending change',
      (v) => v.quorum.pendingVoterChange === null && v.quorum.leaderId !== null,
    )
    const spare = spareIn(view, this.#nodeId)
    const { clusterId } = view
    if (spare === null || clusterId === null) throw new Error(`node ${this.#nodeId} is not listed`)
    const { directoryId, endpoints, status } = spare
    const change = { clusterId, voterId: this.#nodeId, directoryId }
    for (let attempt = 1; ; attempt += 1) {
      // A new one for each: a connection that was left alone may be closing.
      this.#connection?.close()
      this.#connection = await leaderConnection(view, this.#security)
      const sentMs = Date.now()
      const answer = await this.#connection.send((c) =>
        status === 'observer'
          ? addRaftVoterV0.async(c, { ...change, timeoutMs: 5000, endpoints: endpoints.slice(0, 1) })
          : removeRaftVoterV0.async(c, change),
      )
      if (answer.errorCode === 0) return { sentMs, becomes: status === 'observer' ? 'follower' : 'observer' }
      if (attempt === ATTEMPTS) throw new Error(`error ${answer.errorCode}: ${answer.errorMessage}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  close(): void {
    this.#connection?.close()
  }
}

/** @returns for each change the time from the batch's timestamp to the receipt of its event, in ms */
export async function timeVoterChanges(client: LiveClient, nodeId: number, count: number): Promise<number[]> {
  const latencies: number[] = []
  const told = new Set<string>()
  const spare = new SpareChanges(client, nodeId)
  try {
    while (latencies.length < count) {
      const event = client.next('the event', ({ message, atMs }) => {
        if (message.type !== 'event' || message.event.kind !== 'voters-changed' || told.has(message.event.id))
          return null
        told.add(message.event.id)
        return { latencyMs: atMs - message.event.atMs }
      })
      const { becomes } = await spare.change()
      latencies.push((await event).latencyMs)
      await client.seeing(
        'the change',
        (v) => spareIn(v, nodeId)?.status === becomes && v.quorum.pendingVoterChange === null,
      )
    }
  } finally {
    spare.close()
  }
  return latencies
}
