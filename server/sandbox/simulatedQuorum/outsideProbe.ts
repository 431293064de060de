/**
 * ApiVersions to an address that is no node of the simulation, as Kafka's leader asks a candidate: once for the connection
 * itself, once for the change of voters. So whoever speaks the protocol can be a candidate here.
 */
import { connect } from 'node:net'
import type { ProbeResult } from './core/messages.ts'
import { FrameSplitter } from './frames.ts'
import { ByteReader } from './wire/byteReader.ts'
import { ByteWriter } from './wire/byteWriter.ts'

/** Longer than a leader waits (controller.quorum.request.timeout.ms): by then its change is given up. */
const TIMEOUT_MS = 10_000
const API_VERSIONS = 18
const VERSION = 4

function request(correlationId: number): Buffer {
  const writer = new ByteWriter(64).int32(0).int16(API_VERSIONS).int16(VERSION).int32(correlationId)
  writer.string('simulated-leader', false).noTags().string('simulated-quorum', true).string('1', true).noTags()
  const frame = Buffer.from(writer.finish())
  frame.writeInt32BE(frame.length - 4, 0)
  return frame
}

/** From the body of ApiVersions v4; its header has no tagged fields (KIP-511). */
function parse(frame: Buffer): ProbeResult {
  const reader = new ByteReader(frame)
  reader.int32()
  const error = reader.int16()
  reader.array(true, () => {
    reader.int16()
    reader.int16()
    reader.int16()
  })
  reader.int32()
  let kraft: ProbeResult['kraft'] = null
  reader.taggedFields({
    0: (field) => {
      field.array(true, () => {
        const name = field.string(true)
        const range = { min: field.int16(), max: field.int16() }
        if (name === 'kraft.version') kraft = range
      })
    },
  })
  return { error, kraft }
}

export function probeOutside(host: string, port: number): Promise<ProbeResult | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (result: ProbeResult | null) => {
      socket.destroy()
      resolve(result)
    }
    const splitter = new FrameSplitter()
    let answers = 0
    socket.setTimeout(TIMEOUT_MS, () => end(null))
    socket.on('error', () => end(null))
    socket.on('close', () => end(null))
    socket.on('connect', () => socket.write(request(0)))
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of splitter.push(chunk)) {
          const result = parse(frame)
          answers += 1
          if (answers === 2) end(result)
          else socket.write(request(answers))
        }
      } catch {
        end(null)
      }
    })
  })
}
