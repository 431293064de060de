/** Voter changes and probes over TCP: what is sent, what is not, and what nobody can know. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { QuorumView } from '../../contract/quorumView.ts'
import { type Address, KafkaConnection } from '../../kafka/connection.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { LeaderWrites } from '../../quorum/reading/leaderWrites.ts'
import {
  type SimulatedQuorum,
  type SimulatedQuorumOptions,
  startSimulatedQuorum,
} from '../../sandbox/simulatedQuorum/start.ts'
import { ANYHOW } from '../driving.ts'
import { rowOf, Watching } from '../watching.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Place {
  quorum: SimulatedQuorum
  watching: Watching
  before: QuorumView
  clusterId: string
}

async function place(options: SimulatedQuorumOptions = {}): Promise<Place> {
  const quorum = await startSimulatedQuorum(options)
  closers.push(() => quorum.close())
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  closers.push(() => watching.stop())
  const before = await watching.view(
    'a whole quorum',
    (v) => v.quorum.margin === 1 && v.source.tailing && v.clusterId !== null,
  )
  return { quorum, watching, before, clusterId: before.clusterId ?? '' }
}

function writesOf({ watching }: Place, open?: typeof KafkaConnection.open): LeaderWrites {
  return new LeaderWrites({ leader: watching.observer, security: {}, ...(open === undefined ? {} : { open }) })
}

function follower(view: QuorumView): { nodeId: number; directoryId: string } {
  const row = view.replicas.find((r) => r.status === 'follower')
  if (row?.directoryId == null) throw new Error('no follower')
  return { nodeId: row.nodeId, directoryId: row.directoryId }
}

const voterIds = (view: QuorumView) => view.replicas.filter((r) => r.status !== 'observer').map((r) => r.nodeId)

/** A new controller, caught up, with the endpoints of its registration. */
async function candidate({ quorum, watching }: Place): Promise<{ nodeId: number; directoryId: string }> {
  await quorum.port.act({ action: 'add-node', roles: ['controller'] })
  await quorum.port.act({ action: 'start', nodeId: 3 })
  const view = await watching.view(
    'the candidate',
    (v) => rowOf(v, 3)?.health === 'ok' && watching.observer.controllerEndpoints(3).length > 0,
  )
  return { nodeId: 3, directoryId: rowOf(view, 3)?.directoryId ?? '' }
}

/** Between us and the leader: passes everything on, until a request of this API came; then nothing comes back. */
async function muteAfter(apiKey: number, target: Address): Promise<Address> {
  const sockets = new Set<Socket>()
  const proxy: Server = createServer((client) => {
    const upstream = connect(target.port, target.host)
    let isMute = false
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
    }
    client.on('data', (chunk: Buffer) => {
      // A request of ours comes in one piece: four bytes of length, then the API key.
      if (chunk.readInt16BE(4) === apiKey) isMute = true
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (isMute) client.destroy()
      else client.write(chunk)
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  return { host: '127.0.0.1', port: (proxy.address() as AddressInfo).port }
}

/** Nothing listens there. */
async function closedPort(): Promise<Address> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return { host: '127.0.0.1', port }
}

test.each(['3.9.2', '4.3.1'] as const)('a voter is removed and another one added (Kafka %s)', async (profile) => {
  const here = await place({ profile })
  const { watching, before, clusterId } = here
  const writes = writesOf(here)
  const gone = follower(before)
  const added = await candidate(here)
  expect(await writes.changeVoters(clusterId, { kind: 'remove', ...gone }, ANYHOW)).toEqual({
    kind: 'answered',
    errorCode: 0,
    errorName: 'NONE',
    errorMessage: profile === '3.9.2' ? 'NONE' : null,
  })
  await watching.view('two voters', (v) => v.quorum.voters === 2 && v.quorum.pendingVoterChange === null)
  const endpoints = watching.observer.controllerEndpoints(added.nodeId)
  expect(endpoints).toMatchObject([{ listener: 'CONTROLLER' }])
  expect(await writes.changeVoters(clusterId, { kind: 'add', ...added, endpoints }, ANYHOW)).toMatchObject({
    kind: 'answered',
    errorName: 'NONE',
  })
  const after = await watching.view('three voters', (v) => v.quorum.voters === 3 && v.quorum.margin === 1)
  expect(voterIds(after)).toEqual([...voterIds(before).filter((id) => id !== gone.nodeId), 3])
})

test('what Kafka refuses is an answer, with its own words', async () => {
  const here = await place()
  const { before, clusterId } = here
  const writes = writesOf(here)
  const { nodeId, directoryId } = follower(before)
  const unknown = { kind: 'remove', nodeId: nodeId + 50, directoryId } as const
  const refused = await writes.changeVoters(clusterId, unknown, ANYHOW)
  expect(refused).toMatchObject({ kind: 'answered', errorCode: 127, errorName: 'VOTER_NOT_FOUND' })
  const elsewhere = await writes.changeVoters('AAAAAAAAAAAAAAAAAAAAAQ', { kind: 'remove', nodeId, directoryId }, ANYHOW)
  expect(elsewhere).toMatchObject({ kind: 'answered', errorName: 'INCONSISTENT_CLUSTER_ID' })
})

test('an answer that is lost leaves the outcome open, although the change is made', async () => {
  const here = await place()
  const { watching, before, clusterId } = here
  const gone = follower(before)
  const writes = writesOf(here, async (target, security, options) =>
    KafkaConnection.open(await muteAfter(81, target), security, options),
  )
  const outcome = await writes.changeVoters(clusterId, { kind: 'remove', ...gone }, ANYHOW)
  expect(outcome).toMatchObject({ kind: 'unanswered', problem: expect.stringContaining('the connection was closed') })
  await watching.view('it was made', (v) => v.quorum.voters === 2)
})

test('a leader that freezes with the request in its socket leaves the outcome open', async () => {
  const here = await place()
  const { quorum, before, clusterId } = here
  const gone = follower(before)
  const writes = writesOf(here, async (target, security, options) => {
    const connection = await KafkaConnection.open(target, security, { ...options, requestTimeoutMs: 300 })
    await quorum.port.act({ action: 'freeze', nodeId: before.quorum.leaderId ?? -1 })
    return connection
  })
  const outcome = await writes.changeVoters(clusterId, { kind: 'remove', ...gone }, ANYHOW)
  expect(outcome).toMatchObject({ kind: 'unanswered', problem: expect.stringContaining('no answer in time') })
})

test('nothing is sent where nobody leads', async () => {
  const here = await place()
  const { quorum, watching, before, clusterId } = here
  const change = { kind: 'remove', ...follower(before) } as const
  for (const nodeId of [0, 1]) await quorum.port.act({ action: 'kill', nodeId })
  await watching.until('nobody leads', () => watching.observer.link.state === 'no-leader')
  expect(await writesOf(here).changeVoters(clusterId, change, ANYHOW)).toMatchObject({ kind: 'not-sent' })
  expect(await watching.observer.refresh()).toBeNull()
})

test('nothing is sent where the leader is just gone, or a broker has its port', async () => {
  const here = await place()
  const { quorum, watching, before, clusterId } = here
  const sendTo = (address: Address) =>
    writesOf(here, (_target, security, options) => KafkaConnection.open(address, security, options)).changeVoters(
      clusterId,
      { kind: 'remove', ...follower(before) },
      ANYHOW,
    )
  const gone = await sendTo(await closedPort())
  expect(gone).toMatchObject({ kind: 'not-sent', problem: expect.stringContaining('nothing listens there') })
  const [broker = await closedPort()] = parseAddresses('test', quorum.bootstrapServers)
  const forwarded = await sendTo(broker)
  expect(forwarded).toMatchObject({ kind: 'not-sent', problem: expect.stringContaining('a broker answers') })
  expect((await watching.observer.refresh())?.quorum.voters).toBe(3)
})

test('nothing is sent to a leader that knows no voter changes, or of what fits no request', async () => {
  const here = await place()
  const { watching, before, clusterId } = here
  const gone = follower(before)
  const old = writesOf(here, async (...args) => {
    const connection = await KafkaConnection.open(...args)
    for (const apiKey of [80, 81]) connection.negotiated.apis.delete(apiKey)
    return connection
  })
  const endpoints = watching.observer.controllerEndpoints(gone.nodeId)
  for (const change of [{ kind: 'remove', ...gone } as const, { kind: 'add', ...gone, endpoints } as const]) {
    const outcome = await old.changeVoters(clusterId, change, ANYHOW)
    expect(outcome).toMatchObject({ kind: 'not-sent', problem: expect.stringContaining('does not offer') })
  }
  const odd = await writesOf(here).changeVoters(clusterId, { kind: 'remove', nodeId: 1, directoryId: 'no id' }, ANYHOW)
  expect(odd).toMatchObject({ kind: 'not-sent', problem: expect.stringContaining('no id is no directory id') })
  expect((await watching.observer.refresh())?.quorum.voters).toBe(3)
})

test('who stands behind an address', async () => {
  const here = await place()
  const { quorum, watching } = here
  const writes = writesOf(here)
  const [zero = [], one = [], two = []] = [0, 1, 2].map((id) => watching.observer.controllerEndpoints(id))
  const nowhere = { listener: 'CONTROLLER', host: 'nowhere.invalid', port: 9 }
  await quorum.port.act({ action: 'freeze', nodeId: 1 })
  await quorum.port.act({ action: 'kill', nodeId: 2 })
  const probes = await writes.probe(0, [...zero, ...one, ...two, nowhere])
  expect(probes.map((p) => [p.outcome, p.isNode])).toEqual([
    ['answers', true],
    ['silent', null],
    ['refused', null],
    ['silent', null],
  ])
  expect(probes.map((p) => p.endpoint)).toEqual([...zero, ...one, ...two, nowhere])
  expect(await writes.probe(5, zero)).toMatchObject([
    { outcome: 'answers', isNode: false, detail: expect.stringContaining('Another node than 5') },
  ])
})
