/** The wizards on real Apache Kafka, driven by what is offered; the outcome is checked with Kafka's own tool. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { KafkaConnection } from '../../kafka/connection.ts'
import { removeRaftVoterV0 } from '../../kafka/raftVoters.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { votersByTool } from '../../sandbox/apacheKafka/tools.ts'
import { Driving, QUICK, refused, words } from '../driving.ts'
import { healthy, rowOf } from '../watching.ts'

const TOPICS = 'org.apache.kafka.tools.TopicCommand'
const VERSIONS = (process.env.KAFKA_VERSIONS ?? '3.9.2,4.1.2,4.3.1').split(',')

/** The disk replacement and the refusals on each version; the rest on the newest, or on those that are asked for. */
const whole = (version: string) => process.env.KAFKA_VERSIONS !== undefined || version === VERSIONS.at(-1)

describe.each(VERSIONS)('wizards on Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let driving: Driving

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 1 })
  })
  afterEach(async () => {
    // What was observed and concluded on real Kafka could have happened by the rules of the model.
    expect(await driving?.rejections()).toEqual([])
    await driving?.close()
  })
  afterAll(async () => kafka?.close())

  async function open(): Promise<void> {
    driving = await Driving.open({ bootstrapControllers: kafka.bootstrapControllers, hosts: kafka.port })
    await driving.watching.view(
      'facts read',
      (v) => v.source.tailing && v.quorum.autoJoin !== null && v.quorum.margin !== null,
    )
  }
  const view = () => {
    const seen = driving.watching.observer.view
    if (seen === null) throw new Error('nothing observed')
    return seen
  }
  const voters = () => view().replicas.filter((r) => r.status !== 'observer')
  const key = (nodeId: number) => {
    const directoryId = voters().find((v) => v.nodeId === nodeId)?.directoryId
    if (directoryId == null) throw new Error(`no voter ${nodeId}`)
    return { nodeId, directoryId }
  }
  const follower = () => voters().find((v) => v.status === 'follower')?.nodeId ?? -1
  const byTool = () => votersByTool((mainClass, args) => kafka.tool(mainClass, args), kafka.bootstrapControllers)
  /** What is said to a command that is given for the run as it stands. */
  const told = async (id: string, step: string) => {
    for (;;) {
      const run = await driving.get(id)
      const answer = await refused(driving.workflows.command(id, words(run, { type: 'execute', step })))
      if (answer.code !== 'stale-revision') return answer
    }
  }
  const agrees = async () => {
    expect(await byTool()).toEqual(
      voters()
        .map((v) => `${v.nodeId}:${v.directoryId}`)
        .sort(),
    )
  }

  test('a disk fails and is replaced, in the order of the article', async () => {
    await open()
    await driving.watching.view(
      'a whole quorum',
      (v) => healthy(v) && v.quorum.voters === 3 && v.replicas.every((r) => r.registered),
    )
    const target = follower()
    const old = key(target)
    await kafka.port.act({ action: 'wipe', nodeId: target })
    await driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    // A healthy voter beside a dead one: Kafka would accept it and lose the quorum.
    const other = voters().find((v) => v.health === 'ok' && v.status === 'follower')?.nodeId ?? -1
    expect(await refused(driving.start({ kind: 'remove-controller', params: key(other) }))).toMatchObject({
      status: 422,
      gates: expect.arrayContaining(['margin-after']),
    })
    expect(await refused(driving.start({ kind: 'add-controller', params: { nodeId: target } }))).toMatchObject({
      code: 'id-is-voter',
    })
    expect(await refused(driving.start({ kind: 'add-controller', params: { nodeId: 7 } }))).toMatchObject({
      code: 'broker-only',
    })
    const wrong = { nodeId: target, directoryId: 'AAAAAAAAAAAAAAAAAAAAAQ' }
    expect(await refused(driving.start({ kind: 'remove-controller', params: wrong }))).toMatchObject({
      code: 'unknown-directory',
    })
    const run = await driving.start({ kind: 'replace-disk', params: { nodeId: target }, reason: 'disk dead' })
    expect(await refused(driving.start({ kind: 'remove-controller', params: old }))).toMatchObject({
      code: 'change-in-progress',
    })
    expect(await told(run.id, 'add-new')).toMatchObject({ status: 422, code: 'not-possible-now' })
    const older = { ...(await driving.get(run.id)), revision: 1 }
    expect(
      await refused(driving.workflows.command(run.id, words(older, { type: 'execute', step: 'remove-old' }))),
    ).toMatchObject({ status: 409, code: 'stale-revision' })
    const done = await driving.drive(run.id)
    expect(done.state).toBe('done')
    expect(view().quorum).toMatchObject({ voters: 3, margin: 1 })
    expect(key(target).directoryId).not.toBe(old.directoryId)
    await agrees()
  })

  if (!whole(version)) return

  test('a fourth and a fifth controller are added; one that was never seen, lags or is frozen is not', async () => {
    await open()
    const never = { nodeId: 42, directoryId: 'AAAAAAAAAAAAAAAAAAAAAQ' }
    expect(await refused(driving.start({ kind: 'add-controller', params: never }))).toMatchObject({
      code: 'unknown-directory',
    })
    const first = await driving.start({ kind: 'add-controller', params: {} })
    expect(await told(first.id, 'add')).toMatchObject({ status: 422 })
    await driving.drive(first.id, (w) => w.allowedCommands[0]?.type === 'execute')
    const candidate = (await driving.get(first.id)).catchUp?.nodeId ?? -1
    await kafka.port.act({ action: 'freeze', nodeId: candidate })
    // A frozen node on a log that grows: it lags, and it does not fetch.
    const create = ['--create', '--topic', 'growing', '--partitions', '100']
    await kafka.tool(TOPICS, ['--bootstrap-server', kafka.bootstrapServers.join(','), ...create])
    await driving.until(first.id, 'the lag and the silence', (w) => {
      const gates = w.steps.find((s) => s.key === 'add')?.gates.filter((g) => !g.ok) ?? []
      const lag = gates.find((g) => g.code === 'lag-near-zero')?.observed ?? ''
      return Number(/lag (\d+)/.exec(lag)?.[1]) > 100 && gates.some((g) => g.code === 'candidate-fetches')
    })
    expect(await told(first.id, 'add')).toMatchObject({
      status: 422,
      gates: expect.arrayContaining(['lag-near-zero', 'candidate-fetches']),
    })
    await kafka.port.act({ action: 'resume', nodeId: candidate })
    expect((await driving.drive(first.id)).state).toBe('done')
    const second = await driving.start({ kind: 'add-controller', params: {} })
    expect((await driving.drive(second.id)).state).toBe('done')
    expect(view().quorum).toMatchObject({ voters: 5, margin: 2 })
    await agrees()
  })

  test('nothing is sent on an observation that is older than 5 s', async () => {
    await open()
    await driving.watching.view('five voters', (v) => v.quorum.voters === 5 && v.quorum.margin === 2)
    const run = await driving.start({ kind: 'remove-controller', params: key(follower()) })
    const before = voters().map((v) => v.nodeId)
    const first = run.currentStep ?? ''
    for (const nodeId of before) await kafka.port.act({ action: 'freeze', nodeId })
    await driving.watching.until('five seconds of silence', () => (driving.watching.observer.ageMs() ?? 0) > 5000)
    expect(await told(run.id, 'remove')).toMatchObject({ status: 422 })
    const gates = (await driving.get(run.id)).steps.find((s) => s.key === first)?.gates.filter((g) => !g.ok)
    expect(gates?.map((g) => g.code)).toContain('observation-fresh')
    for (const nodeId of before) await kafka.port.act({ action: 'resume', nodeId })
    await driving.watching.view('the quorum again', (v) => v.quorum.voters === 5 && v.quorum.margin === 2)
    expect((await driving.say(run.id, 'abort')).state).toBe('aborted')
    await agrees()
  })

  test('a follower and then the active controller are removed', async () => {
    await open()
    await driving.watching.view('five voters', (v) => v.quorum.voters === 5 && v.quorum.margin === 2)
    const target = follower()
    const one = await driving.start({ kind: 'remove-controller', params: key(target) })
    expect((await driving.drive(one.id)).state).toBe('done')
    const leader = view().quorum.leaderId ?? -1
    const two = await driving.start({ kind: 'remove-controller', params: key(leader) })
    expect((await driving.drive(two.id)).state).toBe('done')
    expect(view().quorum).toMatchObject({ voters: 3, margin: 1 })
    expect(view().quorum.leaderId).not.toBe(leader)
    await agrees()
  })

  test("a change by Kafka's own protocol in the middle of a run is adopted", async () => {
    await open()
    await driving.watching.view('three voters', (v) => v.quorum.voters === 3 && v.quorum.margin === 1)
    // A new disk knows the quorum by the addresses of the first three alone; two of them may have been removed above.
    for (const { nodeId, state } of (await kafka.port.describe()).nodes) {
      if (state === 'stopped') await kafka.port.act({ action: 'start', nodeId })
    }
    const target = follower()
    const old = key(target)
    await kafka.port.act({ action: 'wipe', nodeId: target })
    await driving.watching.view('the failure', (v) => rowOf(v, target)?.health === 'silent')
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: target } })
    await driving.until(id, 'the disk awaited', (w) => w.currentStep === 'new-disk')
    const at = voters().find((v) => v.status === 'leader')?.endpoints[0]
    const [address] = parseAddresses('test', `${at?.host}:${at?.port}`)
    if (address === undefined) throw new Error('the leader has no address')
    const leader = await KafkaConnection.open(address, {}, { connectTimeoutMs: 5000, requestTimeoutMs: 15_000 })
    const { directoryId, nodeId: voterId } = old
    await leader.send((c) => removeRaftVoterV0.async(c, { clusterId: kafka.clusterId, voterId, directoryId }))
    leader.close()
    await driving.until(id, 'adopted', (w) => w.steps.find((s) => s.key === 'remove-old')?.state === 'done')
    expect((await driving.drive(id)).state).toBe('done')
    expect(view().quorum).toMatchObject({ voters: 3, margin: 1 })
    await agrees()
  })
})

describe('refusals on a static quorum', () => {
  test('kraft.version 0 is refused', async () => {
    const kafka = await startApacheKafka({ version: VERSIONS.at(-1) ?? '4.3.1', brokers: 0, staticQuorum: true })
    const driving = await Driving.open({ bootstrapControllers: kafka.bootstrapControllers, thresholds: QUICK })
    try {
      await driving.watching.view('a static quorum', (v) => v.quorum.mode === 'static' && v.clusterId !== null)
      expect(await refused(driving.start({ kind: 'replace-disk', params: { nodeId: 1 } }))).toMatchObject({
        status: 422,
        code: 'static-quorum',
      })
    } finally {
      await driving.close()
      await kafka.close()
    }
  })
})
