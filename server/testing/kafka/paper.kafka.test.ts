/**
 * The walk on paper, on real Apache Kafka: every kind of runbook is written once and then followed by hand, by its own
 * commands and its own checks, while nobody of ours looks. The end is told by Kafka's own tool.
 */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QuorumView } from '../../contract/quorumView.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { votersByTool } from '../../sandbox/apacheKafka/tools.ts'
import { paperOf, Walk } from '../paper/paperWalk.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')
/** Where versions are asked for, every kind; else the one that is done most. */
const isWhole = process.env.KAFKA_VERSIONS !== undefined

const votersOf = (view: QuorumView) => view.replicas.filter((r) => r.status !== 'observer')

/** A voter that does not lead, the lowest. */
function followerOf(view: QuorumView): { nodeId: number; directoryId: string } {
  const [one] = votersOf(view)
    .filter((v) => v.status === 'follower')
    .sort((a, b) => a.nodeId - b.nodeId)
  if (one?.directoryId == null) throw new Error('no follower')
  return { nodeId: one.nodeId, directoryId: one.directoryId }
}

async function createTopic(kafka: ApacheKafka, assignment: string): Promise<void> {
  const create = ['--create', '--topic', 'orders', '--replica-assignment', assignment]
  // Until the brokers serve, the tool is told so.
  for (let made = false; !made; ) {
    made = await kafka.tool(TOPICS, ['--bootstrap-server', kafka.bootstrapServers.join(','), ...create]).then(
      () => true,
      (error: Error) => error.message.includes('already exists'),
    )
  }
}

/** Ids with their directories, as Kafka's own tool tells them. */
const voters = (kafka: ApacheKafka) =>
  votersByTool((program, args) => kafka.tool(program, args), kafka.bootstrapControllers)

describe.each(VERSIONS)('on paper, Apache Kafka %s', (version) => {
  let kafka: ApacheKafka

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 2 })
    await createTopic(kafka, '7:8')
  })
  afterAll(async () => kafka?.close())

  /** Follows the paper of a change, and gives the voters before and after it. */
  async function walked(change: (view: QuorumView) => StartWorkflow): Promise<[before: string[], after: string[]]> {
    const paper = await paperOf(kafka, change)
    const before = await voters(kafka)
    await Walk.through(kafka, paper)
    return [before, await voters(kafka)]
  }
  const ids = (keys: string[]) => keys.map((key) => Number(key.split(':')[0]))

  test('the disk of a controller is replaced', async () => {
    let nodeId = -1
    const [before, after] = await walked((view) => {
      nodeId = followerOf(view).nodeId
      return { kind: 'replace-disk', params: { nodeId } }
    })
    expect(ids(after)).toEqual(ids(before))
    expect(after.filter((key) => !before.includes(key)).map((key) => Number(key.split(':')[0]))).toEqual([nodeId])
  })

  if (isWhole) {
    test('a follower, a broker and the active controller are restarted', async () => {
      const [before, after] = await walked((view) => ({
        kind: 'rolling-restart',
        params: { nodeIds: [followerOf(view).nodeId, 8, view.quorum.leaderId ?? -1] },
      }))
      expect(after).toEqual(before)
    })

    test('a fourth controller is added, and removed', async () => {
      const [before, after] = await walked(() => ({ kind: 'add-controller', params: {} }))
      expect(ids(after)).toEqual([...ids(before), 3])
      const [, then] = await walked((view) => {
        const { directoryId } = votersOf(view).find((v) => v.nodeId === 3) ?? {}
        if (directoryId == null) throw new Error('no fourth voter')
        return { kind: 'remove-controller', params: { nodeId: 3, directoryId } }
      })
      expect(then).toEqual(before)
    })

    test('a controller is replaced by another node', async () => {
      let oldNodeId = -1
      const [before, after] = await walked((view) => {
        oldNodeId = followerOf(view).nodeId
        return { kind: 'replace-controller', params: { oldNodeId } }
      })
      expect(ids(after)).toHaveLength(before.length)
      expect(ids(after)).not.toContain(oldNodeId)
    })

    test('a broker is unregistered', async () => {
      const brokers = kafka.bootstrapServers.join(',')
      const move = ['--bootstrap-server', brokers, '--delete', '--topic', 'orders']
      await kafka.tool(TOPICS, move)
      const [before, after] = await walked(() => ({ kind: 'unregister-broker', params: { nodeId: 8 } }))
      expect(after).toEqual(before)
    })

    test('scaled down to one', async () => {
      const [before, after] = await walked(() => ({ kind: 'scale', params: { controllers: 1 } }))
      expect(before).toHaveLength(3)
      expect(after).toHaveLength(1)
    })
  }
})

/** Runs of minutes, on a quorum of their own. Kafka 3.9 cannot make a static quorum dynamic. */
describe.each(isWhole ? VERSIONS : [])('on paper, from static to combined and back, Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  const canUpgrade = !version.startsWith('3.')

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 1, staticQuorum: canUpgrade })
  })
  afterAll(async () => kafka?.close())

  const ask = (program: string, ...args: string[]) =>
    kafka.tool(program, ['--bootstrap-controller', kafka.bootstrapControllers.join(','), ...args])

  if (canUpgrade) {
    test('a static quorum becomes dynamic', async () => {
      await Walk.through(kafka, await paperOf(kafka, () => ({ kind: 'static-to-dynamic', params: {} })))
      expect(await ask('org.apache.kafka.tools.FeatureCommand', 'describe')).toMatch(
        /^Feature: kraft\.version\b.*FinalizedVersionLevel: 1\b/m,
      )
      for (const nodeId of [0, 1, 2, 7]) {
        expect(await readFile(kafka.node(nodeId).configFile, 'utf8')).not.toContain('controller.quorum.voters')
      }
    })
  }

  test('controllers become combined, and one of them dedicated again', async () => {
    // On the broker that leaves alone: it could not be restarted with them.
    await createTopic(kafka, '7,7,7')
    const before = await voters(kafka)
    const combining = await paperOf(kafka, () => ({
      kind: 'migrate-combined',
      params: { nodeIds: [0, 1, 2], retireBrokerIds: [7], throttleBytesPerSecond: 50_000_000 },
    }))
    await Walk.through(kafka, combining)
    expect(await voters(kafka)).toEqual(before)
    let back = -1
    const dedicating = await paperOf(kafka, (view) => {
      back = followerOf(view).nodeId
      return { kind: 'migrate-dedicated', params: { nodeIds: [back] } }
    })
    await Walk.through(kafka, dedicating)
    expect(await voters(kafka)).toEqual(before)
    expect(await readFile(kafka.node(back).configFile, 'utf8')).toMatch(/^process\.roles=controller$/m)
  })
})
