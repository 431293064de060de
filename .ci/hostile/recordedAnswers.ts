/** Real answers of all recorded versions: what hostile ones are made from. */
import { RECORDED_VERSIONS, recorded } from '../../server/kafka/fixtures/recorded.ts'

export interface RecordedAnswer {
  apiKey: number
  version: number
  /** After the response header. */
  body: Buffer
}

export function recordedAnswers(): RecordedAnswer[] {
  return RECORDED_VERSIONS.flatMap((version) =>
    recorded(version).fixtures.map((f) => ({
      apiKey: f.apiKey,
      version: f.version,
      body: Buffer.from(f.body, 'base64'),
    })),
  )
}

const HOST = Buffer.from('localhost')

/** The same answer with every endpoint at `port` of this machine; what was recorded names ports that are others' now. */
export function relocated(body: Buffer, port: number): Buffer {
  const copy = Buffer.from(body)
  for (let at = copy.indexOf(HOST); at >= 0; at = copy.indexOf(HOST, at + 1)) {
    const after = at + HOST.length
    if (after + 4 > copy.length) break
    // DescribeCluster and the tagged endpoints of Fetch carry an int32, everything else a uint16.
    if (copy.readUInt16BE(after) === 0) copy.writeInt32BE(port, after)
    else copy.writeUInt16BE(port, after)
  }
  return copy
}
