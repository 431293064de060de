/** How the observer behaves where the way to the quorum is odd. */
import { afterEach, describe, expect, test } from 'vitest'
import type { QuorumMemoryStore } from '../../contract/quorumMemory.ts'
import type { Incident, QuorumView } from '../../contract/quorumView.ts'
import { SETTLE_FIRST } from '../../quorum/assessment/findings/twoQuorums.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../../sandbox/simulatedQuorum/start.ts'
import { Watching } from '../watching.ts'

let quorum: SimulatedQuorum
const watchings: Watching[] = []

afterEach(async () => {
  for (const watching of watchings.splice(0)) watching.stop()
  await quorum.close()
})

function watch(...args: ConstructorParameters<typeof Watching>): Watching {
  const watching = new Watching(...args)
  watchings.push(watching)
  return watching
}

test('a cluster made anew at the same addresses is noticed, not called leaderless', async () => {
  quorum = await startSimulatedQuorum({})
  const watching = watch({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const before = await watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
  const old = before.replicas.map((r) => r.directoryId)
  await quorum.port.act({ action: 'reset' })
  const after = await watching.view(
    'the new one',
    (v) => v.quorum.margin === 1 && !old.includes(v.replicas[0]?.directoryId ?? null),
  )
  expect(after.replicas).toHaveLength(6)
})

test('followers that name a leader which we cannot reach: said so', async () => {
  quorum = await startSimulatedQuorum({})
  const first = watch({ bootstrapControllers: quorum.bootstrapControllers })
  const { quorum: facts } = await first.view('a leader', (v) => v.quorum.margin === 1)
  await quorum.port.act({ action: 'freeze', nodeId: facts.leaderId ?? -1 })
  const watching = watch({ bootstrapControllers: quorum.bootstrapControllers })
  await watching.until('the words', () => watching.links.some((l) => l.problem?.code === 'leader-not-reached'))
  await watching.view('the next leader', (v) => v.quorum.leaderId !== facts.leaderId)
})

test('an election is no second quorum, and nothing is lost in it, however the leader went', async () => {
  quorum = await startSimulatedQuorum({})
  const watching = watch({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const contested: string[] = []
  watching.observer.subscribe({
    onView: ({ findings, incidents }) => {
      for (const { code, title } of findings)
        if (code === 'rival-quorum' || code === 'second-leader') contested.push(title)
      for (const { title } of incidents) contested.push(title)
    },
  })
  for (const action of ['stop', 'kill', 'restart'] as const) {
    const { quorum: facts } = await watching.view('a whole quorum', (v) => v.quorum.margin === 1 && !v.quorum.settling)
    const leaderId = facts.leaderId ?? -1
    await quorum.port.act({ action, nodeId: leaderId })
    await watching.view('the next leader', (v) => v.quorum.leaderId !== leaderId)
    if (action !== 'restart') await quorum.port.act({ action: 'start', nodeId: leaderId })
  }
  await watching.view('a whole quorum', (v) => v.quorum.margin === 1 && !v.quorum.settling)
  expect(contested).toEqual([])
})

describe('what was kept of a quorum that nobody leads', () => {
  const incident: Incident = {
    id: 'x',
    kind: 'metadata-missing',
    firstSeenAtMs: 1,
    title: 'Committed metadata is missing: 12,000 → 40 records',
    detail: 'Keep the disk of controller 0.',
  }
  const keeping = (read: QuorumMemoryStore['read']): QuorumMemoryStore => ({ read, keep: async () => {} })

  /** A quorum of three of which only one is left, seen by a process that has just started. */
  async function leaderless(memory: QuorumMemoryStore, expected: boolean): Promise<Watching> {
    quorum = await startSimulatedQuorum({})
    const first = watch({ bootstrapControllers: quorum.bootstrapControllers })
    const { clusterId, quorum: facts } = await first.view(
      'a leader',
      (v) => v.quorum.margin === 1 && v.clusterId !== null,
    )
    const follower = [0, 1, 2].find((id) => id !== facts.leaderId) ?? 0
    for (const nodeId of [facts.leaderId ?? 0, follower]) await quorum.port.act({ action: 'kill', nodeId })
    const id = expected && clusterId !== null ? { expectedClusterId: clusterId } : {}
    return watch({ bootstrapControllers: quorum.bootstrapControllers, memory, ...id })
  }

  test.each([
    ['the cluster id is configured', true],
    ['the controllers tell the cluster id', false],
  ])('%s: the incident is shown, and nothing is to be started', async (_what, expected) => {
    const watching = await leaderless(
      keeping(async () => ({ mark: null, incidents: [{ incident, closed: null }] })),
      expected,
    )
    const view = await watching.until('the incident', () => {
      const { view: now } = watching.observer
      return now?.quorum.leaderId === null && now.incidents.length > 0 && now
    })
    expect(view.incidentMemory).toBe('read')
    await watching.until('no advice', () => watching.observer.link.problem?.remedy === SETTLE_FIRST)
    expect(view.findings.find((f) => f.code === 'no-leader')?.detail).toContain(SETTLE_FIRST)
  })

  test('a database that does not give it is a finding, until it does', async () => {
    let fails = true
    const read = async () => {
      if (fails) throw new Error('the disk is gone')
      return null
    }
    const watching = await leaderless(keeping(read), true)
    const seen = (is: boolean) =>
      watching.until('the finding', () => {
        const { view } = watching.observer
        return view !== null && view.findings.some((f) => f.code === 'memory-unread') === is
      })
    await seen(true)
    expect(watching.errors.map(String)).toContain('Error: the disk is gone')
    fails = false
    await seen(false)
  })
})

describe('looked at while it is changed', () => {
  const RARELY_MS = 60_000
  const rarely = async () => {
    quorum = await startSimulatedQuorum({})
    const watching = watch({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: RARELY_MS })
    await watching.view('everything that is read', (v) => v.source.tailing && v.quorum.autoJoin !== null)
    return watching
  }

  test('a refresh gives a view that was asked for after it, the same to all who wait', async () => {
    const { observer } = await rarely()
    const before = observer.view?.seq ?? -1
    const [one, other] = await Promise.all([observer.refresh(), observer.refresh()])
    expect(one?.seq).toBeGreaterThan(before)
    expect(other).toBe(one)
    // Asked for when an answer has just come: that answer is not fresh any more.
    const seen: number[] = []
    const late: Promise<QuorumView | null>[] = []
    const unsubscribe = observer.subscribe({
      onView: (view) => {
        seen.push(view.seq)
        if (late.length === 0) late.push(observer.refresh())
      },
    })
    await observer.refresh()
    const [after] = await Promise.all(late)
    unsubscribe()
    expect(after?.seq).toBeGreaterThan(seen[0] ?? Number.POSITIVE_INFINITY)
  })

  test('a refresh gives nothing while the leader says nothing, and after the end', async () => {
    const watching = await rarely()
    const { observer } = watching
    const leader = observer.view?.quorum.leaderId ?? -1
    // With one more voter gone, nobody else can be elected meanwhile.
    await quorum.port.act({ action: 'kill', nodeId: (leader + 1) % 3 })
    await quorum.port.act({ action: 'freeze', nodeId: leader })
    expect(await observer.refresh()).toBeNull()
    await quorum.port.act({ action: 'resume', nodeId: leader })
    await watching.view('a leader', (v) => v.quorum.leaderId !== null)
    expect((await observer.refresh())?.quorum.leaderId).toBe(observer.view?.quorum.leaderId)
    const pending = observer.refresh()
    watching.stop()
    expect(await pending).toBeNull()
    expect(await observer.refresh()).toBeNull()
  })

  test('four times a second while active, from at once; never less often than it is configured', async () => {
    const watching = await rarely()
    const { observer } = watching
    expect(observer.intervalMs).toBe(RARELY_MS)
    const before = observer.view?.seq ?? -1
    observer.setActive(true)
    expect(observer.intervalMs).toBe(250)
    await watching.until('views without anybody asking', () => (observer.view?.seq ?? -1) > before + 3)
    observer.setActive(false)
    expect(observer.intervalMs).toBe(RARELY_MS)
    const often = watch({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
    often.observer.setActive(true)
    expect(often.observer.intervalMs).toBe(100)
  })

  test("a new controller's own listeners are known from its registration", async () => {
    const watching = await rarely()
    expect(watching.observer.controllerEndpoints(3)).toEqual([])
    const { nodes } = await quorum.port.act({ action: 'add-node', roles: ['controller'] })
    await quorum.port.act({ action: 'start', nodeId: 3 })
    const [endpoint] = await watching.until('its registration', () => {
      const found = watching.observer.controllerEndpoints(3)
      return found.length > 0 ? found : null
    })
    const address = nodes.find((n) => n.nodeId === 3)?.address
    expect([endpoint?.listener, `${endpoint?.host}:${endpoint?.port}`]).toEqual(['CONTROLLER', address])
  })
})
