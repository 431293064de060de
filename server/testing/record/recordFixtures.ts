/**
 * Records what real Kafka servers answer, byte for byte, into server/kafka/fixtures/<version>.json. The decoders are
 * tested with these bytes and never with bytes that we wrote ourselves.
 *
 *   npm exec -- node server/testing/record/recordFixtures.ts 3.9.2 4.3.1
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Connection, createAPI, type Reader, Writer } from '@platformatic/kafka'
import { parseAddresses } from '../../program/options/options.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { METADATA_QUORUM } from '../../sandbox/apacheKafka/tools.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'kafka', 'fixtures')
const METADATA_TOPIC_ID = '00000000-0000-0000-0000-000000000001'
const UNKNOWN_DIRECTORY = '11111111-1111-4111-8111-111111111111'

interface Fixture {
  what: string
  apiKey: number
  version: number
  /** Body of the answer after the response header, base64. */
  body: string
}

type Recorder = (what: string, address: string, apiKey: number, version: number, request: Writer) => Promise<Buffer>

async function exchange(address: string, apiKey: number, version: number, request: Writer): Promise<Buffer> {
  const [target] = parseAddresses('fixture', address)
  if (target === undefined) throw new Error('no address')
  const connection = new Connection('quorumdeck-fixtures', { requestTimeout: 10_000 })
  connection.on('error', () => {})
  await connection.connect(target.host, target.port)
  const raw = createAPI<[], Buffer>(
    apiKey,
    version,
    () => request,
    (_id, _key, _version, reader: Reader) => Buffer.from(reader.buffer.slice(reader.position)),
    true,
    apiKey !== 18,
  )
  const body = await raw.async(connection)
  await connection.close()
  return body
}

const describeQuorum = () =>
  Writer.create()
    .appendArray([0], (w) => w.appendString('__cluster_metadata').appendArray([0], (p) => p.appendInt32(0)))
    .appendTaggedFields()

const describeCluster = (version: number, type: number) => {
  const writer = Writer.create().appendBoolean(false).appendInt8(type)
  if (version >= 2) writer.appendBoolean(true)
  return writer.appendTaggedFields()
}

const describeConfigs = (nodeId: number, names: string[]) =>
  Writer.create()
    .appendArray([0], (w) =>
      w
        .appendInt8(4)
        .appendString(String(nodeId))
        .appendArray(names, (n, name) => n.appendString(name), true, false),
    )
    .appendBoolean(false)
    .appendBoolean(false)
    .appendTaggedFields()

const fetch = (epoch: number, offset: number, lastEpoch: number) =>
  Writer.create()
    .appendInt32(500)
    .appendInt32(1)
    .appendInt32(1 << 20)
    .appendInt8(0)
    .appendInt32(0)
    .appendInt32(-1)
    .appendArray([0], (w) =>
      w.appendUUID(METADATA_TOPIC_ID).appendArray([0], (p) =>
        p
          .appendInt32(0)
          .appendInt32(epoch)
          .appendInt64(BigInt(offset))
          .appendInt32(lastEpoch)
          .appendInt64(-1n)
          .appendInt32(1 << 20),
      ),
    )
    .appendArray([], () => {})
    .appendString('')
    .appendTaggedFields()

const fetchSnapshot = (epoch: number, endOffset: bigint, snapshotEpoch: number) =>
  Writer.create()
    .appendInt32(-1)
    .appendInt32(1 << 20)
    .appendArray([0], (w) =>
      w
        .appendString('__cluster_metadata')
        .appendArray([0], (p) =>
          p
            .appendInt32(0)
            .appendInt32(epoch)
            .appendInt64(endOffset)
            .appendInt32(snapshotEpoch)
            .appendTaggedFields()
            .appendInt64(0n),
        ),
    )
    .appendTaggedFields()

const changeVoter = (clusterId: string, voterId: number, version: number | null) => {
  const writer = Writer.create().appendString(clusterId)
  if (version !== null) writer.appendInt32(1000)
  writer.appendInt32(voterId).appendUUID(UNKNOWN_DIRECTORY)
  if (version !== null) {
    writer.appendArray([0], (w) => w.appendString('CONTROLLER').appendString('localhost').appendUnsignedInt16(1))
    if (version >= 1) writer.appendBoolean(true)
  }
  return writer.appendTaggedFields()
}

const updateVoter = (clusterId: string, epoch: number) =>
  Writer.create()
    .appendString(clusterId)
    .appendInt32(epoch)
    .appendInt32(0)
    .appendUUID(UNKNOWN_DIRECTORY)
    .appendArray([0], (w) => w.appendString('CONTROLLER').appendString('localhost').appendUnsignedInt16(1))
    .appendInt16(0)
    .appendInt16(1)
    .appendTaggedFields()
    .appendTaggedFields()

async function status(kafka: ApacheKafka): Promise<{ text: string; leaderId: number; epoch: number }> {
  for (;;) {
    const text = await kafka
      .tool(METADATA_QUORUM, ['--bootstrap-controller', kafka.bootstrapControllers.join(','), 'describe', '--status'])
      .catch(() => '')
    const leaderId = Number(/^LeaderId:\s+(\d+)$/m.exec(text)?.[1] ?? -1)
    const epoch = Number(/^LeaderEpoch:\s+(\d+)$/m.exec(text)?.[1] ?? -1)
    if (leaderId >= 0 && epoch > 0) return { text, leaderId, epoch }
  }
}

/** Asks until the answer holds a snapshot id (tag 2 of the partition). */
async function snapshotId(address: string, epoch: number): Promise<{ body: Buffer; endOffset: bigint; epoch: number }> {
  for (;;) {
    const body = await exchange(address, 1, 17, fetch(epoch, 0, 0))
    // Tag 2, 13 bytes: end offset int64, epoch int32, no tags.
    const at = body.lastIndexOf(Buffer.from([2, 13]))
    if (at > 0 && body.length < 400)
      return { body, endOffset: body.readBigInt64BE(at + 2), epoch: body.readInt32BE(at + 10) }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}

async function record(version: string): Promise<void> {
  const kafka = await startApacheKafka({
    version,
    brokers: 1,
    // Snapshots within seconds instead of an hour.
    extra: { 'metadata.log.max.snapshot.interval.ms': '15000' },
    onProgress: (line) => console.log(line),
  })
  try {
    const fixtures: Fixture[] = []
    const take: Recorder = async (what, address, apiKey, apiVersion, request) => {
      const body = await exchange(address, apiKey, apiVersion, request)
      fixtures.push({ what, apiKey, version: apiVersion, body: body.toString('base64') })
      return body
    }
    const first = await status(kafka)
    const address = (nodeId: number): string => kafka.bootstrapControllers[nodeId] ?? ''
    const leader = address(first.leaderId)
    const follower = address((first.leaderId + 1) % 3)
    const broker = kafka.bootstrapServers[0] ?? ''
    const replication = await kafka.tool(METADATA_QUORUM, [
      '--bootstrap-controller',
      leader,
      'describe',
      '--replication',
    ])

    await take('fetch from the beginning', leader, 1, 17, fetch(first.epoch, 0, 0))
    const client = () => Writer.create().appendString('quorumdeck').appendString('0').appendTaggedFields()
    await take('versions of a controller', leader, 18, 4, client())
    await take('versions of a broker', broker, 18, 4, client())
    for (const v of [0, 1, 2]) await take(`quorum at the leader v${v}`, leader, 55, v, describeQuorum())
    await take('quorum at a follower', follower, 55, 2, describeQuorum())
    await take('quorum through a broker', broker, 55, 2, describeQuorum())
    await take('controllers v1', leader, 60, 1, describeCluster(1, 2))
    await take('brokers v1', broker, 60, 1, describeCluster(1, 1))
    if (!version.startsWith('3.')) {
      await take('controllers v2', leader, 60, 2, describeCluster(2, 2))
      await take('brokers v2', broker, 60, 2, describeCluster(2, 1))
    }
    await take(
      'configs of itself',
      leader,
      32,
      4,
      describeConfigs(first.leaderId, ['process.roles', 'controller.quorum.fetch.timeout.ms']),
    )
    await take('configs of another node', follower, 32, 4, describeConfigs(first.leaderId, ['process.roles']))
    await take('fetch at a follower', follower, 1, 17, fetch(first.epoch, 0, 0))
    await take('fetch with an old epoch', leader, 1, 17, fetch(Math.max(0, first.epoch - 1), 0, 0))
    await take('fetch that diverges', leader, 1, 17, fetch(first.epoch, 1_000_000, first.epoch))
    await take('add a voter twice', leader, 80, 0, changeVoter(kafka.clusterId, 0, 0))
    if (Number(version.slice(0, 3)) >= 4.2)
      await take('add a voter twice v1', leader, 80, 1, changeVoter(kafka.clusterId, 0, 1))
    await take('add a voter of another cluster', leader, 80, 0, changeVoter('another-cluster-entirel', 5, 0))
    await take('remove an unknown voter', leader, 81, 0, changeVoter(kafka.clusterId, 0, null))
    await take('remove at a follower', follower, 81, 0, changeVoter(kafka.clusterId, 0, null))
    await take('update with an old epoch', leader, 82, 0, updateVoter(kafka.clusterId, 0))

    await kafka.node(first.leaderId).end('SIGKILL')
    let second = await status(kafka)
    while (second.leaderId === first.leaderId) second = await status(kafka)
    const next = address(second.leaderId)
    await take('quorum after the leader was killed', next, 55, 2, describeQuorum())
    const { body, endOffset, epoch } = await snapshotId(next, second.epoch)
    fixtures.push({ what: 'fetch before the snapshot', apiKey: 1, version: 17, body: body.toString('base64') })
    await take('snapshot', next, 59, 0, fetchSnapshot(second.epoch, endOffset, epoch))
    await take('fetch after the snapshot', next, 1, 17, fetch(second.epoch, Number(endOffset), epoch))

    const told = { kafka: version, clusterId: kafka.clusterId, leaderId: first.leaderId, leaderEpoch: first.epoch }
    const tools = { status: first.text, replication, statusAfterKill: second.text }
    await writeFile(join(FOLDER, `${version}.json`), `${JSON.stringify({ ...told, tools, fixtures }, null, 2)}\n`)
    console.log(`${version}: ${fixtures.length} answers`)
  } finally {
    await kafka.close()
  }
}

for (const version of process.argv.slice(2)) await record(version)
