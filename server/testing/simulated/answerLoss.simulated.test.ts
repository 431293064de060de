import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KafkaConnection } from '../../kafka/connection.ts'
import { describeQuorum } from '../../kafka/describeQuorum.ts'
import { KafkaFailure } from '../../kafka/failure.ts'
import { removeRaftVoterV0 } from '../../kafka/raftVoters.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../../sandbox/simulatedQuorum/start.ts'
import { type LossyProxy, lossyProxy } from '../faults/answerLoss.ts'
import { Watching } from '../watching.ts'

const REMOVE_RAFT_VOTER = 81
/** Longer than any test: an answer that is lost must not end a connection here by being late. */
const TIMEOUTS = { connectTimeoutMs: 60_000, requestTimeoutMs: 120_000 }

let quorum: SimulatedQuorum
let watching: Watching
let proxy: LossyProxy
let connection: KafkaConnection
let request: { clusterId: string; voterId: number; directoryId: string }

beforeEach(async () => {
  quorum = await startSimulatedQuorum({})
  watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 50 })
  const view = await watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.clusterId !== null)
  const [leader] = parseAddresses('test', quorum.bootstrapControllers[view.quorum.leaderId ?? -1] ?? '')
  const follower = view.replicas.find((r) => r.status === 'follower')
  if (leader === undefined || follower?.directoryId == null) throw new Error('no leader, or no follower')
  request = { clusterId: view.clusterId ?? '', voterId: follower.nodeId, directoryId: follower.directoryId }
  proxy = await lossyProxy(leader)
  connection = await KafkaConnection.open(proxy, {}, TIMEOUTS)
})
afterEach(async () => {
  connection.close()
  await proxy.close()
  watching.stop()
  await quorum.close()
})

/** Sends the removal; the outcome is what was answered, or the failure. */
const remove = (on = connection) =>
  on.send((c) => removeRaftVoterV0.async(c, request)).catch((error: unknown) => error as KafkaFailure)

const removed = () => watching.view('the voter removed', (v) => v.quorum.voters === 2)
const voters = async () => {
  const answer = await describeQuorum(connection)
  return answer.ok ? answer.quorum.voters.length : null
}

test('without a rule everything passes', async () => {
  expect(await voters()).toBe(3)
  expect(await remove()).toEqual({ errorCode: 0, errorMessage: null })
  await removed()
  expect(proxy.dropped()).toBe(0)
})

test('a dropped answer: the request is carried out, and the connection goes on', async () => {
  proxy.dropAnswersTo([REMOVE_RAFT_VOTER])
  let outcome: unknown = 'open'
  const sent = remove().then((value) => {
    outcome = value
  })
  await watching.until('the lost answer', () => proxy.dropped() === 1)
  await removed()
  expect(await voters()).toBe(2)
  expect(outcome).toBe('open')
  expect(connection.isOpen).toBe(true)

  // The rule ends; the leader says that the voter is gone (127 VOTER_NOT_FOUND).
  proxy.dropAnswersTo([])
  expect(await remove()).toMatchObject({ errorCode: 127 })
  expect(proxy.dropped()).toBe(1)
  connection.close()
  await sent
  expect(outcome).toBeInstanceOf(KafkaFailure)
})

test('a cut connection: the request is carried out, the client hears nothing', async () => {
  proxy.cutAfterRequest([REMOVE_RAFT_VOTER])
  expect(await voters()).toBe(3)
  expect(await remove()).toBeInstanceOf(KafkaFailure)
  expect(connection.isOpen).toBe(false)
  await removed()
  await watching.until('the lost answer', () => proxy.dropped() === 1)

  proxy.cutAfterRequest([])
  connection = await KafkaConnection.open(proxy, {}, TIMEOUTS)
  expect(await voters()).toBe(2)
})

test('a held request lands when it is released, long after its client has gone', async () => {
  proxy.holdRequests([REMOVE_RAFT_VOTER])
  const sent = remove()
  await watching.until('the held request', () => proxy.held() === 1)
  connection.close()
  expect(await sent).toBeInstanceOf(KafkaFailure)
  connection = await KafkaConnection.open(proxy, {}, TIMEOUTS)
  expect(await voters()).toBe(3)

  proxy.releaseHeld()
  await removed()
  await watching.until('the unheard answer', () => proxy.dropped() === 1)
  expect(proxy.held()).toBe(0)
})

test('what follows a held request stays behind it', async () => {
  proxy.holdRequests([REMOVE_RAFT_VOTER])
  const order: string[] = []
  const sent = remove().then(() => order.push('removed'))
  const counted = voters().then((count) => order.push(`${count} voters`))
  await watching.until('the held request', () => proxy.held() === 1)
  proxy.releaseHeld()
  await Promise.all([sent, counted])
  expect(order).toEqual(['removed', '2 voters'])
})

/** ApiVersions v0 without a client id: size, API key 18, version 0, correlation id, null string. */
function apiVersions(correlationId: number): Buffer {
  const frame = Buffer.alloc(14)
  frame.writeInt32BE(10, 0)
  frame.writeInt16BE(18, 4)
  frame.writeInt32BE(correlationId, 8)
  frame.writeInt16BE(-1, 12)
  return frame
}

test('frames are read however the bytes are cut', async () => {
  proxy.dropAnswersTo([18])
  const socket = connect(proxy)
  socket.setNoDelay(true)
  try {
    const whole = Buffer.concat([apiVersions(1), apiVersions(2), apiVersions(3)])
    for (const byte of whole.subarray(0, 20)) await new Promise((sent) => socket.write(Buffer.of(byte), sent))
    socket.write(whole.subarray(20))
    await watching.until('three lost answers', () => proxy.dropped() === 3)
    expect(socket.bytesRead).toBe(0)
  } finally {
    socket.destroy()
  }
})

test('bytes that are no frames, and a node that is not there, end the connection', async () => {
  const socket = connect(proxy)
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(Buffer.alloc(16))
  await closed
  const nowhere = await lossyProxy({ host: '127.0.0.1', port: 1 })
  try {
    expect(await KafkaConnection.open(nowhere, {}, TIMEOUTS).catch((error: unknown) => error)).toBeInstanceOf(
      KafkaFailure,
    )
  } finally {
    await nowhere.close()
  }
})
