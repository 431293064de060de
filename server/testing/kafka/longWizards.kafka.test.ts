/** The wizards that change several things, on real Apache Kafka; the end is checked with Kafka's own tools. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ApacheKafka, type ApacheKafkaOptions, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { votersByTool } from '../../sandbox/apacheKafka/tools.ts'
import { Driving, refused } from '../driving.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')
const TEN_MINUTES = 600_000

interface Place {
  kafka: ApacheKafka
  driving: Driving
}

const view = ({ driving }: Place) => {
  const seen = driving.watching.observer.view
  if (seen === null) throw new Error('nothing observed')
  return seen
}
const voters = (place: Place) => view(place).replicas.filter((r) => r.status !== 'observer')
const follower = (place: Place) => voters(place).find((v) => v.status === 'follower')?.nodeId ?? -1

async function openPlace(kafka: ApacheKafka): Promise<Place> {
  const driving = await Driving.open({ bootstrapControllers: kafka.bootstrapControllers, hosts: kafka.port })
  await driving.watching.view('a whole cluster', (v) => {
    const brokers = [...(driving.watching.observer.log?.brokers.values() ?? [])]
    return v.source.tailing && (v.quorum.margin ?? -1) >= 1 && brokers.some((b) => !b.fenced)
  })
  return { kafka, driving }
}

async function byTool({ kafka, driving }: Place): Promise<string[]> {
  const alive = driving.watching.observer.view?.replicas.filter((r) => r.status !== 'observer') ?? []
  const addresses = alive.flatMap((r) => r.endpoints.slice(0, 1)).map(({ host, port }) => `${host}:${port}`)
  return await votersByTool((mainClass, args) => kafka.tool(mainClass, args), addresses)
}

async function agrees(place: Place): Promise<void> {
  const seen = voters(place)
    .map((v) => `${v.nodeId}:${v.directoryId}`)
    .sort()
  expect(await byTool(place)).toEqual(seen)
}

async function sent({ driving }: Place, id: string): Promise<string[]> {
  const { entries } = await driving.workflows.evidence(id)
  return entries.filter((e) => e.type === 'intended').map((e) => e.text.replace(/ \(.*/, ''))
}

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let place: Place

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 1 })
  })
  afterEach(async () => {
    expect(await place.driving.rejections()).toEqual([])
    expect(place.driving.errors).toEqual([])
    await place.driving.close()
  })
  afterAll(async () => kafka?.close())

  test('a healthy controller is replaced by a new node: added first', { timeout: TEN_MINUTES }, async () => {
    place = await openPlace(kafka)
    const oldNodeId = follower(place)
    const { id } = await place.driving.start({ kind: 'replace-controller', params: { oldNodeId } })
    expect((await place.driving.driveStating(id)).state).toBe('done')
    expect(await sent(place, id)).toEqual(['Adds controller 3', `Removes controller ${oldNodeId}`])
    await agrees(place)
  })

  test('a dead one is replaced: removed first', { timeout: TEN_MINUTES }, async () => {
    place = await openPlace(kafka)
    const oldNodeId = follower(place)
    await kafka.port.act({ action: 'wipe', nodeId: oldNodeId })
    await place.driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await place.driving.start({ kind: 'replace-controller', params: { oldNodeId } })
    expect((await place.driving.driveStating(id)).state).toBe('done')
    expect((await sent(place, id))[0]).toBe(`Removes controller ${oldNodeId}`)
    expect(view(place).quorum).toMatchObject({ voters: 3, margin: 1 })
    await agrees(place)
  })

  test('scaled to five and back to three', { timeout: TEN_MINUTES }, async () => {
    place = await openPlace(kafka)
    for (const controllers of [5, 3]) {
      const { id } = await place.driving.start({ kind: 'scale', params: { controllers } })
      expect((await place.driving.driveStating(id)).state).toBe('done')
      expect(view(place).quorum).toMatchObject({ voters: controllers, margin: (controllers - 1) / 2 })
      await agrees(place)
    }
  })

  test('every voter and the broker are restarted, the active controller last', { timeout: TEN_MINUTES }, async () => {
    place = await openPlace(kafka)
    const nodeIds = [...voters(place).map((v) => v.nodeId), 7]
    const before = new Map(
      nodeIds.map((id) => [id, place.driving.watching.observer.log?.controllers.get(id)?.incarnationId]),
    )
    const leaderId = view(place).quorum.leaderId
    const { id } = await place.driving.start({ kind: 'rolling-restart', params: { nodeIds } })
    const done = await place.driving.driveStating(id)
    expect(done.state).toBe('done')
    const restarted = done.steps.filter((s) => s.key.endsWith('.restart')).map((s) => s.title)
    expect(restarted).toHaveLength(4)
    expect(restarted.at(-1)).toContain(`node ${leaderId}`)
    for (const [nodeId, incarnation] of before) {
      if (nodeId !== 7)
        expect(place.driving.watching.observer.log?.controllers.get(nodeId)?.incarnationId).not.toBe(incarnation)
    }
    await agrees(place)
  })

  test('a live broker is not unregistered; stopped and empty it is', { timeout: TEN_MINUTES }, async () => {
    place = await openPlace(kafka)
    const { id } = await place.driving.start({ kind: 'unregister-broker', params: { nodeId: 7 } })
    const run = await place.driving.until(id, 'seen', (w) => w.currentStep === 'stop')
    const answer = await refused(
      place.driving.workflows.command(id, {
        commandId: 'too-early',
        expectedRevision: run.revision,
        command: { type: 'execute', step: 'unregister', confirmation: 'broker 7 will not come back' },
      }),
    )
    expect(answer).toMatchObject({ status: 422, code: 'not-possible-now' })
    expect(place.driving.watching.observer.log?.brokers.get(7)?.fenced).toBe(false)
    expect((await place.driving.driveStating(id)).state).toBe('done')
    expect(place.driving.watching.observer.log?.brokers.has(7)).toBe(false)
    await agrees(place)
  })
})

describe.each(VERSIONS)('a static quorum of Apache Kafka %s', (version) => {
  const options: ApacheKafkaOptions = { version, brokers: 1, staticQuorum: true }

  test('becomes dynamic, or is told why it cannot', { timeout: TEN_MINUTES }, async () => {
    const kafka = await startApacheKafka(options)
    const place = await openPlace(kafka)
    try {
      const start = () => place.driving.start({ kind: 'static-to-dynamic', params: {} })
      if (version.startsWith('3.')) {
        expect(await refused(start())).toMatchObject({ code: 'refused', gates: ['features-supported'] })
        return
      }
      const { id } = await start()
      expect((await place.driving.driveStating(id)).state).toBe('done')
      expect(view(place).quorum).toMatchObject({ kraftVersion: 1, mode: 'dynamic', voters: 3, margin: 1 })
      expect(view(place).findings.map((f) => f.code)).not.toContain('static-voters-left')
      await agrees(place)
    } finally {
      await place.driving.close()
      await kafka.close()
    }
  })
})
