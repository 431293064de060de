import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { MAX_FRAME_BYTES } from './frames.ts'
import { type SimulatedQuorum, type SimulatedQuorumOptions, startSimulatedQuorum } from './start.ts'
import { ByteReader } from './wire/byteReader.ts'
import { ByteWriter } from './wire/byteWriter.ts'
import { METADATA_TOPIC } from './wire/call.ts'

const open: { quorum: SimulatedQuorum; sockets: Socket[] }[] = []

async function start(options: SimulatedQuorumOptions = {}) {
  const quorum = await startSimulatedQuorum(options)
  const entry = { quorum, sockets: [] as Socket[] }
  open.push(entry)
  return quorum
}

afterEach(async () => {
  for (const { quorum, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    await quorum.close()
  }
})

async function dial(address: string | undefined): Promise<Socket> {
  const [host, port] = (address ?? '').split(':')
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: host ?? '', port: Number(port) }, () => resolve(socket))
    socket.on('error', reject)
    open.at(-1)?.sockets.push(socket)
  })
}

function frame(apiKey: number, version: number, correlationId: number, body: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter()
    .int32(0)
    .int16(apiKey)
    .int16(version)
    .int32(correlationId)
    .string('test', false)
    .noTags()
  body(writer)
  const bytes = Buffer.from(writer.finish())
  bytes.writeInt32BE(bytes.length - 4)
  return bytes
}

const describeQuorum = (correlationId: number) =>
  frame(55, 2, correlationId, (writer) => {
    writer.arrayLength(1, true).string(METADATA_TOPIC, true).arrayLength(1, true).int32(0).noTags().noTags().noTags()
  })

/** Frames that arrive within the time, without their size. */
async function receive(socket: Socket, count: number, withinMs = 30_000): Promise<Buffer[]> {
  const frames: Buffer[] = []
  let held = Buffer.alloc(0)
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(frames), withinMs)
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, typeof chunk === 'string' ? Buffer.from(chunk) : chunk])
      while (held.length >= 4 && held.length >= held.readInt32BE(0) + 4) {
        frames.push(held.subarray(4, held.readInt32BE(0) + 4))
        held = held.subarray(held.readInt32BE(0) + 4)
      }
      if (frames.length >= count) {
        clearTimeout(timer)
        resolve(frames)
      }
    })
  })
}

async function closed(socket: Socket): Promise<void> {
  if (socket.closed) return
  socket.resume()
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}

/** Leader and voters as DescribeQuorum v2 through a broker tells them. */
async function leaderOf(quorum: SimulatedQuorum): Promise<{ leaderId: number; voters: number[] }> {
  const socket = await dial(quorum.bootstrapServers[0])
  socket.write(describeQuorum(1))
  const [answer] = await receive(socket, 1)
  socket.destroy()
  const reader = new ByteReader(answer ?? Buffer.alloc(0))
  reader.int32()
  reader.taggedFields()
  reader.int16()
  reader.nullableString(true)
  reader.unsignedVarint()
  reader.string(true)
  reader.unsignedVarint()
  expect([reader.int32(), reader.int16(), reader.nullableString(true)]).toEqual([0, 0, null])
  const leaderId = reader.int32()
  reader.int32()
  reader.int64()
  const voters = reader.array(true, () => {
    const id = reader.int32()
    reader.uuid()
    for (let field = 0; field < 3; field += 1) reader.int64()
    return id
  })
  return { leaderId, voters }
}

describe('a simulated quorum over TCP', () => {
  it('is formed when it starts, with a past', async () => {
    const quorum = await start()
    expect(quorum.bootstrapControllers).toHaveLength(3)
    expect(quorum.bootstrapServers).toHaveLength(3)
    const { leaderId, voters } = await leaderOf(quorum)
    expect(voters.sort()).toEqual([0, 1, 2])
    expect(voters).toContain(leaderId)
    const epochs = quorum.simulation.read((state) =>
      state.nodes.map((node) => new Set(node.disk?.log.batches.map(({ epoch }) => epoch)).size),
    )
    expect(Math.min(...epochs)).toBeGreaterThan(2)
  })

  it('answers many requests of one connection in their order', async () => {
    const quorum = await start()
    const socket = await dial(quorum.bootstrapControllers[0])
    const frames = receive(socket, 50)
    socket.write(Buffer.concat(Array.from({ length: 50 }, (_, index) => describeQuorum(index))))
    expect((await frames).map((bytes) => bytes.readInt32BE(0))).toEqual(Array.from({ length: 50 }, (_, index) => index))
  })

  it('answers a follower with an error at the partition and zeroes', async () => {
    const quorum = await start()
    const { leaderId } = await leaderOf(quorum)
    const socket = await dial(quorum.bootstrapControllers[(leaderId + 1) % 3])
    socket.write(describeQuorum(5))
    const [answer] = await receive(socket, 1)
    const reader = new ByteReader(answer ?? Buffer.alloc(0))
    reader.int32()
    reader.taggedFields()
    expect([reader.int16(), reader.nullableString(true), reader.unsignedVarint(), reader.string(true)]).toEqual([
      0,
      null,
      2,
      METADATA_TOPIC,
    ])
    reader.unsignedVarint()
    const said = expect.stringMatching(/^For requests intended only for the leader/)
    expect([reader.int32(), reader.int16(), reader.nullableString(true)]).toEqual([0, 6, said])
    expect([reader.int32(), reader.int32(), reader.int64()]).toEqual([0, 0, 0])
  })
})

describe('hostile clients', () => {
  it.each([
    ['a frame too large', new ByteWriter().int32(MAX_FRAME_BYTES + 1).finish()],
    ['a negative size', new ByteWriter().int32(-1).finish()],
    ['no Kafka at all', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['an empty request', new ByteWriter().int32(0).finish()],
    ['a request cut short', new ByteWriter().int32(6).int16(55).int16(2).int16(0).finish()],
    ['a lie about an array', frame(55, 2, 1, (writer) => writer.unsignedVarint(0xffff_ffff))],
    ['random bytes', Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 7_919) % 256))],
  ])('%s closes the connection and nothing else', async (_what, bytes) => {
    const quorum = await start({ brokers: 1 })
    const socket = await dial(quorum.bootstrapControllers[0])
    socket.on('error', () => undefined)
    socket.write(bytes)
    await closed(socket)
    expect((await leaderOf(quorum)).voters).toHaveLength(3)
  })

  it('a client that goes away before its answer does no harm', async () => {
    const quorum = await start({ brokers: 1 })
    for (let round = 0; round < 20; round += 1) {
      const socket = await dial(quorum.bootstrapControllers[round % 3])
      socket.write(describeQuorum(round))
      socket.destroy()
    }
    expect((await leaderOf(quorum)).voters).toHaveLength(3)
  })
})

describe('host actions', () => {
  it('a killed node refuses connections and drops those it had; started again it has the same port', async () => {
    const quorum = await start()
    const [address] = quorum.bootstrapControllers
    const socket = await dial(address)
    const gone = closed(socket)
    await quorum.port.act({ action: 'kill', nodeId: 0 })
    await gone
    await expect(dial(address)).rejects.toThrow(/ECONNREFUSED/)
    await quorum.port.act({ action: 'start', nodeId: 0 })
    await dial(address)
  })

  it('a frozen node accepts and says nothing until it goes on', async () => {
    const quorum = await start()
    const { leaderId } = await leaderOf(quorum)
    const frozen = (leaderId + 1) % 3
    await quorum.port.act({ action: 'freeze', nodeId: frozen })
    const socket = await dial(quorum.bootstrapControllers[frozen])
    socket.write(describeQuorum(9))
    expect(await receive(socket, 1, 300)).toEqual([])
    const answer = receive(socket, 1)
    await quorum.port.act({ action: 'resume', nodeId: frozen })
    expect(await answer).toHaveLength(1)
  })

  it('a slow node answers late', async () => {
    const quorum = await start()
    const { leaderId } = await leaderOf(quorum)
    const slow = (leaderId + 1) % 3
    await quorum.port.act({ action: 'slow', nodeId: slow })
    const socket = await dial(quorum.bootstrapControllers[slow])
    socket.write(describeQuorum(9))
    const answer = receive(socket, 1)
    const startedAtMs = performance.now()
    expect(await answer).toHaveLength(1)
    expect(performance.now() - startedAtMs).toBeGreaterThan(1_000)
  })

  it('says plainly why something is not possible', async () => {
    const quorum = await start()
    const { port } = quorum
    await expect(port.act({ action: 'format', nodeId: 2 })).rejects.toThrow(
      'Node 2 has a formatted disk; wipe it first',
    )
    await expect(port.act({ action: 'start', nodeId: 2 })).rejects.toThrow('Node 2 is running already')
    await expect(port.act({ action: 'start', nodeId: 99 })).rejects.toThrow('There is no node 99 in this sandbox')
    const before = (await port.describe()).nodes.find(({ nodeId }) => nodeId === 2)
    const wiped = await port.act({ action: 'wipe', nodeId: 2 })
    expect(wiped.nodes.find(({ nodeId }) => nodeId === 2)).toMatchObject({
      state: 'wiped',
      directoryId: null,
      actions: ['format'],
    })
    await expect(port.act({ action: 'start', nodeId: 2 })).rejects.toThrow('Node 2 has an empty disk; format it first')
    const formatted = await port.act({ action: 'format', nodeId: 2 })
    const after = formatted.nodes.find(({ nodeId }) => nodeId === 2)
    expect(after).toMatchObject({ state: 'stopped', address: before?.address })
    expect(after?.directoryId).not.toBe(before?.directoryId)
    await port.act({ action: 'start', nodeId: 2 })
    await expect(port.act({ action: 'unslow', nodeId: 2 })).rejects.toThrow('Node 2 is not slow')
  })

  it('adds hosts with the next free ids, formatted and stopped', async () => {
    const { port } = await start()
    await port.act({ action: 'add-node', roles: ['controller'] })
    await port.act({ action: 'add-node', roles: ['broker'] })
    const { nodes } = await port.act({ action: 'add-node', roles: ['controller', 'broker'] })
    expect(nodes.slice(6)).toMatchObject([
      { nodeId: 3, roles: ['controller'], state: 'stopped', actions: ['start', 'wipe'] },
      { nodeId: 10, roles: ['broker'], state: 'stopped' },
      { nodeId: 4, roles: ['controller', 'broker'], state: 'stopped' },
    ])
    const started = await port.act({ action: 'start', nodeId: 3 })
    expect(started.nodes.find(({ nodeId }) => nodeId === 3)?.state).toBe('running')
  })

  it('resets to a whole quorum on the same ports', async () => {
    const quorum = await start()
    const before = await quorum.port.describe()
    await quorum.port.act({ action: 'add-node', roles: ['controller'] })
    await quorum.port.act({ action: 'wipe', nodeId: 0 })
    const after = await quorum.port.act({ action: 'reset' })
    expect(after.nodes.map(({ nodeId, address, state }) => [nodeId, address, state])).toEqual(
      before.nodes.map(({ nodeId, address }) => [nodeId, address, 'running']),
    )
    expect(after.nodes[0]?.directoryId).not.toBe(before.nodes[0]?.directoryId)
    expect((await leaderOf(quorum)).voters.sort()).toEqual([0, 1, 2])
  })

  it('closes without leaving a port open', async () => {
    const quorum = await startSimulatedQuorum({ controllers: 1, brokers: 1, combined: true })
    const addresses = [...quorum.bootstrapControllers, ...quorum.bootstrapServers]
    expect(addresses).toHaveLength(3)
    await quorum.close()
    for (const address of addresses) await expect(dial(address)).rejects.toThrow(/ECONNREFUSED/)
  })
})
