/**
 * Copies what real Kafka servers leave on their disks into server/kafka/fixtures/disks/<version>.json: of a dynamic quorum,
 * of a static one, and of a controller that was formatted to join later.
 *
 *   npm exec -- node server/testing/record/recordDisks.ts 3.9.2 4.3.1
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ApacheKafka, type ApacheKafkaOptions, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { METADATA_QUORUM } from '../../sandbox/apacheKafka/tools.ts'

const FOLDER = join(import.meta.dirname, '..', '..', 'kafka', 'fixtures', 'disks')
const LOG = '__cluster_metadata-0'

interface DiskFile {
  /** `dynamic/0/meta.properties`: the quorum, the node, the file. */
  what: string
  base64: string
}

async function status(kafka: ApacheKafka): Promise<string> {
  for (;;) {
    const text = await kafka
      .tool(METADATA_QUORUM, ['--bootstrap-controller', kafka.bootstrapControllers.join(','), 'describe', '--status'])
      .catch(() => '')
    if (/^LeaderId:\s+\d+$/m.test(text)) return text
  }
}

async function take(kafka: ApacheKafka, quorum: string, nodeId: number): Promise<DiskFile[]> {
  const folder = kafka.node(nodeId).logDirectory
  const names = ['meta.properties', 'bootstrap.checkpoint', join(LOG, 'quorum-state')]
  const inLog = await readdir(join(folder, LOG)).catch(() => [])
  for (const kept of [/\.checkpoint$/, /\.log$/, /^partition\.metadata$/])
    for (const name of inLog.filter((one) => kept.test(one))) names.push(join(LOG, name))
  const files: DiskFile[] = []
  for (const name of names) {
    const bytes = await readFile(join(folder, name)).catch(() => null)
    if (bytes !== null) files.push({ what: `${quorum}/${nodeId}/${name}`, base64: bytes.toString('base64') })
  }
  return files
}

async function hasSnapshot(kafka: ApacheKafka, nodeId: number): Promise<void> {
  for (;;) {
    const names = await readdir(join(kafka.node(nodeId).logDirectory, LOG))
    if (names.some((name) => name.endsWith('.checkpoint') && !/^0+-0+\./.test(name))) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function quorum(options: ApacheKafkaOptions, name: string): Promise<{ files: DiskFile[]; told: object }> {
  const extra = { 'metadata.log.max.snapshot.interval.ms': '10000' }
  const kafka = await startApacheKafka({ ...options, brokers: 1, extra, onProgress: (line) => console.log(line) })
  try {
    const text = await status(kafka)
    await hasSnapshot(kafka, 0)
    const files = await take(kafka, name, 0)
    if (name === 'dynamic') {
      await kafka.port.act({ action: 'add-node', roles: ['controller'] })
      files.push(...(await take(kafka, name, 3)), ...(await take(kafka, name, 7)).slice(0, 1))
    }
    return { files, told: { clusterId: kafka.clusterId, status: text } }
  } finally {
    await kafka.close()
  }
}

for (const version of process.argv.slice(2)) {
  const dynamic = await quorum({ version }, 'dynamic')
  const fixed = await quorum({ version, staticQuorum: true }, 'static')
  await mkdir(FOLDER, { recursive: true })
  const recorded = {
    kafka: version,
    dynamic: dynamic.told,
    static: fixed.told,
    files: [...dynamic.files, ...fixed.files],
  }
  await writeFile(join(FOLDER, `${version}.json`), `${JSON.stringify(recorded, null, 2)}\n`)
  console.log(`${version}: ${recorded.files.map((f) => f.what).join(', ')}`)
}
