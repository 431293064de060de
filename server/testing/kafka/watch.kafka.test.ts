/** The observer on real Apache Kafka. One cluster a version, reused by all scenarios, each of which leaves it whole. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { QuorumView } from '../../contract/quorumView.ts'
import { KafkaConnection } from '../../kafka/connection.ts'
import { addRaftVoterV0, addRaftVoterV1, removeRaftVoterV0, updateRaftVoterV0 } from '../../kafka/raftVoters.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { METADATA_QUORUM } from '../../sandbox/apacheKafka/tools.ts'
import { healthy, rowOf, shape, Watching, type WatchTarget } from '../watching.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')

const TIMEOUTS = { connectTimeoutMs: 5000, requestTimeoutMs: 15_000 }

/** A port that refuses. */
const NOBODY = 'localhost:1'

describe.each(VERSIONS)('watching Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  const open: Watching[] = []

  function watch(target: WatchTarget = { bootstrapControllers: kafka.bootstrapControllers }): Watching {
    const watching = new Watching(target)
    open.push(watching)
    return watching
  }

  const tool = (...args: string[]) =>
    kafka.tool(METADATA_QUORUM, ['--bootstrap-controller', kafka.bootstrapControllers.join(','), ...args])

  const address = (nodeId: number | null) => {
    const [found] = parseAddresses('test', kafka.bootstrapControllers[nodeId ?? -1] ?? '')
    if (found === undefined) throw new Error(`controller ${nodeId} has no address`)
    return found
  }

  const whole = (view: QuorumView) => healthy(view) && view.quorum.voters === 3 && view.replicas.length === 4

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 1 })
    await watch().view('a formed quorum', whole)
  })
  afterEach(() => {
    for (const watching of open.splice(0)) watching.stop()
  })
  afterAll(async () => kafka?.close())

  test('the view equals what kafka-metadata-quorum prints', async () => {
    const watching = watch()
    await watching.view('facts read', (v) => whole(v) && v.source.tailing && v.quorum.fetchTimeoutSource === 'cluster')
    const before = await watching.view('a view before', whole)
    const status = await tool('describe', '--status')
    const replication = await tool('describe', '--replication')
    const seq = watching.observer.view?.seq ?? 0
    const after = await watching.view('a view after', (v) => v.seq > seq)

    const field = (name: string) => new RegExp(`^${name}:\\s+(.+)$`, 'm').exec(status)?.[1]?.trim()
    expect(field('ClusterId')).toBe(after.clusterId)
    expect(Number(field('LeaderId'))).toBe(after.quorum.leaderId)
    expect(Number(field('LeaderEpoch'))).toBe(after.quorum.leaderEpoch)
    expect(Number(field('HighWatermark'))).toBeGreaterThanOrEqual(before.quorum.highWatermark ?? Number.NaN)
    expect(Number(field('HighWatermark'))).toBeLessThanOrEqual(after.quorum.highWatermark ?? Number.NaN)
    const voters = JSON.parse(field('CurrentVoters') ?? '[]') as {
      id: number
      directoryId: string
      endpoints: string[]
    }[]
    expect(voters.map((v) => [v.id, v.directoryId]).sort()).toEqual(
      after.replicas.slice(0, 3).map((r) => [r.nodeId, r.directoryId]),
    )
    for (const { id, endpoints } of voters) {
      const row = rowOf(after, id)
      expect(endpoints).toEqual(row?.endpoints.map((e) => `${e.listener}://${e.host}:${e.port}`))
    }

    const rows = replication
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([id]) => /^\d+$/.test(id ?? ''))
    expect(rows).toHaveLength(after.replicas.length)
    const toolEnd = Math.max(...rows.map(([, , logEndOffset]) => Number(logEndOffset)))
    for (const [id, directoryId, logEndOffset, lag, , , statusWord] of rows) {
      const at = (view: QuorumView) =>
        view.replicas.find((r) => r.nodeId === Number(id) && r.directoryId === directoryId)
      expect(statusWord?.toLowerCase()).toBe(at(after)?.status)
      // The log moves between our look and the tool's.
      expect(Number(logEndOffset)).toBeGreaterThanOrEqual(at(before)?.logEndOffset ?? Number.NaN)
      expect(Number(logEndOffset)).toBeLessThanOrEqual(at(after)?.logEndOffset ?? Number.NaN)
      // Its lag is that of one moment, whatever the log has grown since.
      expect(Number(lag)).toBe(toolEnd - Number(logEndOffset))
    }
  })

  test('facts beyond the tool: roles, registrations, versions, no findings', async () => {
    // A broker that starts beside its first election may register only at its second start.
    const view = await watch().view(
      'facts',
      (v) => whole(v) && v.source.tailing && v.quorum.autoJoin !== null && v.findings.length === 0,
    )
    expect(view.replicas.map((r) => [r.nodeId, r.roles.join(), r.registered, r.fenced])).toEqual([
      [0, 'controller', true, null],
      [1, 'controller', true, null],
      [2, 'controller', true, null],
      [7, 'broker', true, false],
    ])
    const release = version.split('.').slice(0, 2).join('.')
    expect(view.quorum).toMatchObject({
      mode: 'dynamic',
      kraftVersion: 1,
      kafkaRelease: release,
      fetchTimeoutMs: 2000,
      autoJoin: false,
      margin: 1,
    })
    expect(view.quorum.metadataVersion).toMatch(new RegExp(`^${release}-IV`))
    expect(view.quorum.leaderSinceMs).not.toBeNull()
    expect(view.findings).toEqual([])
  })

  test('a broker is enough to begin with; the controllers are found through it', async () => {
    const watching = watch({ bootstrapServers: kafka.bootstrapServers })
    const view = await watching.view('the controllers', (v) => v.source.via === 'controller' && v.source.tailing)
    expect(view.clusterId).toBe(kafka.clusterId)
  })

  test('a broker named as controller works too, and every seed but one may be down', async () => {
    const broker = kafka.bootstrapServers[0] ?? ''
    await watch({ bootstrapControllers: [NOBODY, broker] }).view('a view', whole)
    const { quorum } = await watch().view('who leads', whole)
    const follower = kafka.bootstrapControllers[((quorum.leaderId ?? 0) + 1) % 3] ?? ''
    await watch({ bootstrapControllers: [NOBODY, follower, 'no-such-host.invalid:8000'] }).view('a view', whole)
  })

  test('another cluster than the expected one is refused', async () => {
    const watching = watch({
      bootstrapControllers: kafka.bootstrapControllers,
      expectedClusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
    })
    const link = await watching.until(
      'a refusal',
      () => watching.observer.link.state === 'unsupported' && watching.observer.link,
    )
    expect(link.problem).toMatchObject({ code: 'wrong-cluster', detail: expect.stringContaining(kafka.clusterId) })
    expect(watching.observer.view).toBeNull()
  })

  test('a killed leader: a new one is seen, the dead one turns silent and comes back', async () => {
    const watching = watch()
    const { quorum } = await watching.view('a whole quorum', (v) => whole(v) && v.source.tailing)
    const dead = quorum.leaderId ?? -1
    await kafka.node(dead).end('SIGKILL')
    const next = await watching.view('a new leader', (v) => v.quorum.leaderId !== dead)
    expect(next.quorum.leaderEpoch).toBeGreaterThan(quorum.leaderEpoch ?? 0)
    const silent = await watching.view(
      'the dead one silent',
      (v) => rowOf(v, dead)?.health === 'silent' && v.quorum.margin === 0,
    )
    expect(silent.findings.map((f) => f.code)).toEqual(expect.arrayContaining(['margin-zero', 'voter-silent']))
    await watching.until('the election in the log', () =>
      watching.events.some(
        (e) => e.kind === 'leader-elected' && e.committed && e.title.includes(`${dead} → ${next.quorum.leaderId}`),
      ),
    )
    await kafka.node(dead).start()
    const back = await watching.view('it is back', whole)
    expect(rowOf(back, dead)?.status).toBe('follower')
    await watching.until('a young observation', () => (watching.observer.ageMs() ?? Infinity) < 5000)
  })

  test('a frozen leader: the connection stays open, yet the next leader is found', async () => {
    const watching = watch()
    const { quorum } = await watching.view('a whole quorum', whole)
    const frozen = quorum.leaderId ?? -1
    await kafka.node(frozen).act('freeze', kafka.clusterId)
    await watching.view(
      'a new leader, the frozen one silent',
      (v) => v.quorum.leaderId !== frozen && rowOf(v, frozen)?.health === 'silent',
    )
    await kafka.node(frozen).act('resume', kafka.clusterId)
    await watching.view('a whole quorum again', whole)
  })

  test('a new disk: both incarnations are shown; the replacement is told as it is appended', async () => {
    const watching = watch()
    const { quorum, replicas } = await watching.view('a whole quorum', (v) => whole(v) && v.source.tailing)
    const target = replicas.find((r) => r.status === 'follower')?.nodeId ?? -1
    const old = rowOf(await watching.view('whole', whole), target)?.directoryId ?? ''
    for (const action of ['wipe', 'format', 'start'] as const) await kafka.node(target).act(action, kafka.clusterId)
    const fresh = (await kafka.node(target).directoryId()) ?? ''
    const twins = await watching.view('both incarnations', (v) => {
      const rows = v.replicas.filter((r) => r.nodeId === target)
      const caughtUp = rows.some((r) => r.directoryId === fresh && r.health === 'ok' && r.lag === 0)
      return rows.length === 2 && caughtUp && rows.some((r) => r.directoryId === old && r.health === 'silent')
    })
    expect(twins.replicas.filter((r) => r.nodeId === target).map((r) => [r.directoryId, r.status, r.health])).toEqual([
      [old, 'follower', 'silent'],
      [fresh, 'observer', 'ok'],
    ])
    expect(twins.findings.map((f) => f.code)).toContain('two-incarnations')

    // Kafka's own weakness and strength, through our own codecs: it refuses what cannot be, and does what it is told.
    const leader = await KafkaConnection.open(address(twins.quorum.leaderId), {}, TIMEOUTS)
    const endpoints = rowOf(twins, target)?.endpoints ?? []
    const voter = { clusterId: kafka.clusterId, voterId: target }
    const add = { ...voter, directoryId: fresh, timeoutMs: 5000, endpoints }
    const addApi = leader.version(80, { min: 0, max: 1 }) === 1 ? addRaftVoterV1 : addRaftVoterV0
    expect(await leader.send((c) => addApi.async(c, add))).toMatchObject({ errorCode: 126 })
    expect(await leader.send((c) => removeRaftVoterV0.async(c, { ...voter, directoryId: fresh }))).toMatchObject({
      errorCode: 127,
    })
    expect(await leader.send((c) => removeRaftVoterV0.async(c, { ...voter, directoryId: old }))).toMatchObject({
      errorCode: 0,
    })
    const two = await watching.view('two voters', (v) => v.quorum.voters === 2)
    expect(two.quorum.margin).toBe(0)
    // 7: the leader has no connection to the candidate yet, or the removal is not committed. The voters tell, not the code.
    let added = await leader.send((c) => addApi.async(c, add))
    while (added.errorCode === 7 && watching.observer.view?.quorum.voters === 2) {
      added = await leader.send((c) => addApi.async(c, add))
    }
    expect([0, 7]).toContain(added.errorCode)
    // Only controllers send this one, about themselves; an old epoch keeps it from changing anything.
    const update = { ...add, currentLeaderEpoch: 0, kraftVersions: { min: 0, max: 1 } }
    expect(await leader.send((c) => updateRaftVoterV0.async(c, update))).toMatchObject({ errorCode: 74 })
    leader.close()
    const restored = await watching.view('three voters', (v) => v.quorum.voters === 3 && v.quorum.margin === 1)
    expect(rowOf(restored, target, 'follower')?.directoryId).toBe(fresh)
    const told = (what: RegExp) =>
      watching.events.some((e) => e.kind === 'voters-changed' && e.committed && what.test(e.title))
    await watching.until('both changes committed', () =>
      [`^Voter ${target} \\(.+ removed$`, `^Voter ${target} \\(.+ added$`].every((title) => told(new RegExp(title))),
    )
    expect(quorum.pendingVoterChange).toBeNull()
    // The old incarnation stays listed as an observer until 5 minutes after its last fetch; a restart of all ends that.
  })

  test('all controllers down: said so; back: watched again', async () => {
    const watching = watch()
    await watching.view('a quorum', (v) => v.quorum.voters === 3)
    await Promise.all([0, 1, 2].map((id) => kafka.node(id).end('SIGKILL')))
    await watching.until('nobody leads or answers', () =>
      ['no-leader', 'unreachable'].includes(watching.observer.link.state),
    )
    await Promise.all([0, 1, 2].map((id) => kafka.node(id).start()))
    const view = await watching.view('a whole quorum', whole)
    expect(shape(view).filter((s) => s.endsWith(':ok'))).toHaveLength(4)
  })
})
