/**
 * The active controller of a large cluster, as a program of its own: `node bench/largeLeader.ts`. It serves the log of
 * largeCluster.ts, prints its ports, and is told at the second how many records a second to append, in batches of how many:
 * `5000 100`.
 */

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { ClientRequest, ClientResponse } from '../server/sandbox/simulatedQuorum/core/api/rpc.ts'
import { profileOf } from '../server/sandbox/simulatedQuorum/core/profiles.ts'
import { FrameSplitter } from '../server/sandbox/simulatedQuorum/frames.ts'
import { ByteWriter } from '../server/sandbox/simulatedQuorum/wire/byteWriter.ts'
import { METADATA_TOPIC_ID } from '../server/sandbox/simulatedQuorum/wire/call.ts'
import { parseRequest } from '../server/sandbox/simulatedQuorum/wire/dispatch.ts'
import {
  BROKERS,
  batchOf,
  changeRecord,
  EPOCH,
  endOf,
  FIRST_BROKER,
  formation,
  METADATA_LEVEL,
  topicBatches,
  uuidOf,
  VOTERS,
} from './largeCluster.ts'

const CLUSTER_ID = uuidOf(900_000)
const RELEASE = '4.3.1'
const TICK_MS = 20

class Log {
  readonly #batches: Buffer[] = []
  #waiting: (() => void)[] = []

  get end(): number {
    const last = this.#batches.at(-1)
    return last === undefined ? 0 : endOf(last)
  }

  append(batch: Buffer): void {
    this.#batches.push(batch)
  }

  wake(): void {
    for (const go of this.#waiting.splice(0)) go()
  }

  /** Resolves when something is appended, or after this time. */
  async grown(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#waiting.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Whole batches from the one that holds this offset. */
  from(offset: number, maxBytes: number): Buffer {
    let [low, high] = [0, this.#batches.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const batch = this.#batches[middle]
      if (batch !== undefined && endOf(batch) <= offset) low = middle + 1
      else high = middle
    }
    const found: Buffer[] = []
    let bytes = 0
    for (let i = low; i < this.#batches.length; i += 1) {
      const batch = this.#batches[i]
      if (batch === undefined || (found.length > 0 && bytes + batch.length > maxBytes)) break
      found.push(batch)
      bytes += batch.length
    }
    return Buffer.concat(found)
  }
}

const log = new Log()

function quorumNow() {
  const nowMs = Date.now()
  const row = (id: number, directory: number) => ({
    key: { id, directoryId: uuidOf(directory) },
    logEndOffset: log.end,
    lastFetchMs: nowMs,
    lastCaughtUpMs: nowMs,
  })
  return {
    leaderId: 0,
    epoch: EPOCH,
    highWatermark: log.end,
    voters: VOTERS.map((id) => row(id, 500_000 + id)),
    observers: Array.from({ length: BROKERS }, (_, i) => row(FIRST_BROKER + i, 800_000 + i)),
    nodes: VOTERS.map((id) => ({ id, listeners: [{ name: 'CONTROLLER', host: '127.0.0.1', port: controllerPort }] })),
  }
}

function answerTo(request: ClientRequest, listener: 'controller' | 'broker'): ClientResponse | null {
  const good = { error: 0, message: null }
  switch (request.api) {
    case 'apiVersions': {
      const supported = [{ name: 'metadata.version', min: 7, max: METADATA_LEVEL }]
      const finalized = [
        { name: 'metadata.version', level: METADATA_LEVEL },
        { name: 'kraft.version', level: 1 },
      ]
      return { api: 'apiVersions', listener, supported, finalized, finalizedEpoch: 10 }
    }
    case 'describeQuorum':
      return { api: 'describeQuorum', quorum: quorumNow(), atPartition: true, ...good }
    case 'describeCluster': {
      const nodes = VOTERS.map((id) => ({
        id,
        listener: { name: 'CONTROLLER', host: '127.0.0.1', port: controllerPort },
        fenced: false,
      }))
      const { endpointType } = request
      return { api: 'describeCluster', endpointType, clusterId: CLUSTER_ID, controllerId: 0, nodes, ...good }
    }
    case 'describeConfigs': {
      const configs = [
        ['process.roles', 'broker,controller'],
        ['min.insync.replicas', '2'],
        ['controller.quorum.auto.join.enable', 'false'],
      ].map(([name = '', value = '']) => ({ name, value, isDefault: false }))
      return { api: 'describeConfigs', results: request.resources.map((r) => ({ ...r, configs, ...good })) }
    }
    default:
      return null
  }
}

/** Fetch v17: what fetch.ts of the simulation writes, with the bytes as they are. */
function fetched(correlationId: number, records: Buffer): Buffer {
  const writer = new ByteWriter(records.length + 256).int32(0).int32(correlationId).noTags()
  writer.int32(0).int16(0).int32(0).arrayLength(1, true).uuid(METADATA_TOPIC_ID).arrayLength(1, true)
  writer.int32(0).int16(0).int64(log.end).int64(-1).int64(0).arrayLength(-1, true).int32(-1)
  writer.unsignedVarint(records.length + 1).bytes(records)
  writer.noTags().noTags().noTags()
  const frame = Buffer.from(writer.finish())
  frame.writeInt32BE(frame.length - 4, 0)
  return frame
}

async function handle(frame: Buffer, socket: Socket, listener: 'controller' | 'broker'): Promise<void> {
  const parsed = parseRequest(frame, listener, profileOf(RELEASE))
  if (parsed.kind === 'frame') return void socket.write(parsed.frame)
  const { request } = parsed
  if (request.api === 'fetch') {
    if (request.offset >= log.end) await log.grown(request.maxWaitMs)
    socket.write(fetched(frame.readInt32BE(4), log.from(request.offset, 1024 * 1024)))
    return
  }
  const answer = answerTo(request, listener)
  if (answer === null) socket.destroy()
  else socket.write(parsed.answer(answer))
}

async function listen(listener: 'controller' | 'broker'): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    const splitter = new FrameSplitter()
    let turn = Promise.resolve()
    socket.on('data', (chunk: Buffer) => {
      for (const frame of splitter.push(chunk)) {
        turn = turn.then(() => handle(frame, socket, listener)).catch(() => void socket.destroy())
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const controllerPort = await listen('controller')
const brokerPort = await listen('broker')
// One listener stands for all of them.
for (const batch of formation(controllerPort, brokerPort, () => '127.0.0.1')) log.append(batch)
for (const batch of topicBatches(log.end)) log.append(batch)

let [perSecond, perBatch, owed, step] = [0, 1, 0, 0]
let atMs = performance.now()
setInterval(() => {
  const nowMs = performance.now()
  owed += ((nowMs - atMs) * perSecond) / 1000
  atMs = nowMs
  while (owed >= perBatch) {
    const values = Array.from({ length: perBatch }, () => changeRecord(step++))
    log.append(batchOf(log.end, values))
    owed -= perBatch
  }
  log.wake()
}, TICK_MS)

const told = createServer((socket) => {
  socket.on('data', (line: Buffer) => {
    const [rate = 0, batch = 1] = line.toString().split(' ').map(Number)
    perSecond = rate
    perBatch = Math.max(1, batch)
    owed = 0
  })
  socket.on('error', () => socket.destroy())
})
told.listen(0, '127.0.0.1')
await once(told, 'listening')
const toldAt = told.address()
console.log(
  `leads at 127.0.0.1:${controllerPort}, told at ${typeof toldAt === 'object' && toldAt !== null ? toldAt.port : 0}`,
)
