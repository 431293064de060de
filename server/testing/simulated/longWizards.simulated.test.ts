/** The wizards that change several things, end to end on the simulated quorum, over TCP. */
import { afterEach, describe, expect, test } from 'vitest'
import type { SimulatedQuorumOptions } from '../../sandbox/simulatedQuorum/start.ts'
import type { Plan } from '../../workflows/run/run.ts'
import { type Driving, type DrivingOptions, refused } from '../driving.ts'
import { type Closers, closeAll, openSimulated, viewOf as view, votersSeen } from '../simulatedPlace.ts'
import { healthy } from '../watching.ts'

const closers: Closers = []

afterEach(() => closeAll(closers))

const open = (options: SimulatedQuorumOptions = {}, more: Partial<DrivingOptions> = {}) =>
  openSimulated(closers, { brokers: 1, ...options }, more)

const leader = (driving: Driving) => view(driving).quorum.leaderId ?? -1
const voters = (driving: Driving) => votersSeen(driving).map((r) => r.nodeId)
const follower = (driving: Driving) => voters(driving).find((id) => id !== leader(driving)) ?? -1

/** In the order in which they were sent. */
async function sent(driving: Driving, id: string): Promise<string[]> {
  const { entries } = await driving.workflows.evidence(id)
  return entries.filter((e) => e.type === 'intended' || e.type === 'acting').map((e) => e.text.replace(/ \(.*/, ''))
}

describe('replace a controller by another node', () => {
  test('all healthy: the new one is added before the old one is removed', async () => {
    const { driving } = await open()
    const oldNodeId = follower(driving)
    const { id, notices } = await driving.start({ kind: 'replace-controller', params: { oldNodeId } })
    expect(notices.map((n) => n.text).join()).toMatch(/is added before \d is removed. The margin falls to 0 at worst/)
    const done = await driving.driveStating(id)
    expect(done.state).toBe('done')
    expect(await sent(driving, id)).toEqual(['Adds controller 3', `Removes controller ${oldNodeId}`])
    expect(voters(driving)).not.toContain(oldNodeId)
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
    expect(driving.errors).toEqual([])
  })

  test('the old one is dead: it is removed first, because it counts towards every majority', async () => {
    const { quorum, driving } = await open()
    const oldNodeId = follower(driving)
    await quorum.port.act({ action: 'wipe', nodeId: oldNodeId })
    await driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await driving.start({ kind: 'replace-controller', params: { oldNodeId } })
    expect((await driving.driveStating(id)).state).toBe('done')
    expect(await sent(driving, id)).toEqual([`Removes controller ${oldNodeId}`, 'Adds controller 3'])
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
  })

  test('refused where neither order is safe, for a voter as the new one, and for the same id', async () => {
    const { quorum, driving } = await open()
    const [dead = -1, other = -1] = voters(driving).filter((v) => v !== leader(driving))
    const replace = (oldNodeId: number, newNodeId?: number) =>
      driving.start({
        kind: 'replace-controller',
        params: { oldNodeId, ...(newNodeId === undefined ? {} : { newNodeId }) },
      })
    expect(await refused(replace(dead, other))).toMatchObject({ code: 'id-is-voter' })
    expect(await refused(replace(dead, dead))).toMatchObject({ code: 'same-node' })
    expect(await refused(replace(99))).toMatchObject({ code: 'unknown-node' })
    await quorum.port.act({ action: 'kill', nodeId: dead })
    await driving.watching.view('the failure', (v) => v.quorum.margin === 0)
    expect(await refused(replace(other))).toMatchObject({ code: 'refused', gates: ['an-order-is-safe'] })
  })
})

describe('scale', () => {
  test('3 to 5 and back to 3, one change at a time', async () => {
    const { driving } = await open()
    const up = await driving.start({ kind: 'scale', params: { controllers: 5 } })
    expect(up.margins.at(-1)?.voters).toHaveLength(5)
    expect((await driving.driveStating(up.id)).state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ voters: 5, margin: 2 })
    expect(await sent(driving, up.id)).toEqual(['Adds controller 3', 'Adds controller 4'])
    const down = await driving.start({ kind: 'scale', params: { controllers: 3 } })
    expect((await driving.driveStating(down.id)).state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
    expect(voters(driving)).toContain(leader(driving))
    expect(await refused(driving.start({ kind: 'scale', params: { controllers: 3 } }))).toMatchObject({
      code: 'nothing-to-do',
    })
  })

  test('1 to 3: the step from one to two needs its typed statement', async () => {
    const { driving } = await open({ controllers: 1 })
    const { id } = await driving.start({ kind: 'scale', params: { controllers: 3 } })
    await driving.say(id, 'do-it-for-me')
    await driving.say(id, 'choose')
    await driving.until(id, 'the statement', (w) => w.allowedCommands.some((c) => c.key === 'one-to-two'))
    expect((await driving.driveStating(id)).state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
  })

  test('a dead voter goes first, also where the quorum is to grow', async () => {
    const { quorum, driving } = await open()
    const dead = follower(driving)
    await quorum.port.act({ action: 'wipe', nodeId: dead })
    await driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await driving.start({ kind: 'scale', params: { controllers: 3 } })
    expect((await driving.driveStating(id)).state).toBe('done')
    expect((await sent(driving, id))[0]).toBe(`Removes controller ${dead}`)
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
  })
})

describe('rolling restart', () => {
  test('every node once, the active controller last, whoever that is by then', async () => {
    const { quorum, driving } = await open()
    const { id } = await driving.start({ kind: 'rolling-restart', params: {} })
    await driving.driveStating(id, (w) => w.currentStep === '1.restart')
    await driving.until(id, 'the hosts at rest', (w) => w.state === 'waiting')
    // The leader changes in the middle of the run.
    const old = leader(driving)
    await quorum.port.act({ action: 'restart', nodeId: old })
    await driving.watching.view('another leader', (v) => v.quorum.leaderId !== null && v.quorum.leaderId !== old)
    await driving.watching.view('a whole quorum again', healthy)
    const done = await driving.driveStating(id)
    expect(done.state).toBe('done')
    const restarted = done.steps.filter((s) => /\.restart$/.test(s.key)).map((s) => s.title)
    expect(restarted).toHaveLength(4)
    expect(new Set(restarted).size).toBe(4)
    // Nobody who leads when its turn comes goes before one that does not.
    const { entries } = await driving.workflows.evidence(id)
    const left = new Set([0, 1, 2, 7])
    for (const { type, data } of entries) {
      if (type !== 'part-begun' && type !== 'started') continue
      const { plan, quorum } = data as { plan: Plan; quorum: { quorum: { leaderId: number } } }
      const target = (plan.parts?.[0]?.plan ?? plan).target?.nodeId ?? -1
      expect(target === quorum.quorum.leaderId && left.size > 1).toBe(false)
      expect(left.delete(target)).toBe(true)
    }
    expect(left.size).toBe(0)
  })

  test('waits while another voter is down, and refuses an unknown node', async () => {
    const { quorum, driving } = await open()
    const [first = -1, other = -1] = voters(driving).filter((v) => v !== leader(driving))
    expect(await refused(driving.start({ kind: 'rolling-restart', params: { nodeIds: [99] } }))).toMatchObject({
      code: 'unknown-node',
    })
    const { id } = await driving.start({ kind: 'rolling-restart', params: { nodeIds: [first] } })
    await quorum.port.act({ action: 'kill', nodeId: other })
    const blocked = await driving.until(
      id,
      'blocked',
      (w) => w.steps[0]?.gates.some((g) => g.code === 'others-caught-up' && !g.ok) === true,
    )
    expect(blocked.allowedCommands.some((c) => c.type === 'do-it-for-me')).toBe(false)
    expect(blocked.steps[0]?.commands).toEqual([])
    await quorum.port.act({ action: 'start', nodeId: other })
    expect((await driving.driveStating(id)).state).toBe('done')
  })

  test('a single controller only after the outage is stated', async () => {
    const { driving } = await open({ controllers: 1 })
    const { id } = await driving.start({ kind: 'rolling-restart', params: { nodeIds: [0] } })
    const asked = await driving.until(id, 'asked', (w) => w.allowedCommands.some((c) => c.key === 'outage'))
    expect(asked.allowedCommands.some((c) => c.type === 'do-it-for-me')).toBe(false)
    expect((await driving.driveStating(id)).state).toBe('done')
  })
})

describe('unregister a broker', () => {
  test('stopped, proven empty, unregistered, and it stays away', async () => {
    const { driving } = await open()
    const { id } = await driving.start({ kind: 'unregister-broker', params: { nodeId: 7 } })
    const live = await driving.until(id, 'seen', (w) => w.currentStep === 'stop')
    expect(live.steps[0]?.gates.find((g) => g.code === 'broker-down')?.ok).toBe(false)
    expect(live.allowedCommands.some((c) => c.type === 'execute')).toBe(false)
    const done = await driving.driveStating(id)
    expect(done.state).toBe('done')
    expect(done.steps.map((s) => s.key)).toEqual(['stop', 'unregister', 'stays-gone'])
    expect(driving.watching.observer.log?.brokers.has(7)).toBe(false)
    expect(await refused(driving.start({ kind: 'unregister-broker', params: { nodeId: 7 } }))).toMatchObject({
      code: 'unknown-node',
    })
  })

  test('a broker that is started again before the word is given is not unregistered', async () => {
    const { quorum, driving } = await open()
    const { id } = await driving.start({ kind: 'unregister-broker', params: { nodeId: 7 } })
    await driving.driveStating(id, (w) => w.currentStep === 'unregister')
    await quorum.port.act({ action: 'start', nodeId: 7 })
    const back = await driving.until(id, 'back at the stop', (w) => w.currentStep === 'stop')
    expect(back.allowedCommands.some((c) => c.type === 'execute')).toBe(false)
    expect(driving.watching.observer.log?.brokers.has(7)).toBe(true)
  })
})

describe('static to dynamic', () => {
  test('asked first, upgraded, proven, every node converted by a gated restart', async () => {
    const { driving } = await open({ static: true })
    const { id } = await driving.start({ kind: 'static-to-dynamic', params: {} })
    const done = await driving.driveStating(id)
    expect(done.state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ kraftVersion: 1, mode: 'dynamic', voters: 3, margin: 1 })
    expect(await sent(driving, id)).toEqual([
      expect.stringMatching(/^Ask, without changing anything/),
      expect.stringMatching(/^Make the quorum dynamic/),
    ])
    expect(view(driving).findings.map((f) => f.code)).not.toContain('static-voters-left')
  })

  test('Kafka 3.9 cannot, and a dynamic quorum need not', async () => {
    const { driving } = await open({ static: true, profile: '3.9.2' })
    const answer = await refused(driving.start({ kind: 'static-to-dynamic', params: {} }))
    expect(answer).toMatchObject({ code: 'refused', gates: ['features-supported'] })
    const { driving: dynamic } = await open()
    expect(await refused(dynamic.start({ kind: 'static-to-dynamic', params: {} }))).toMatchObject({
      code: 'nothing-to-do',
    })
  })
})

describe('what a run has set on brokers', () => {
  test('is told by the cluster itself, and taken back by the clean-up', async () => {
    const { driving } = await open()
    const { id } = await driving.start({
      kind: 'migrate-combined',
      params: { nodeIds: [0, 1, 2], retireBrokerIds: [7], throttleBytesPerSecond: 1_000_000 },
    })
    const throttled = await driving.driveStating(id, (w) =>
      w.steps.some((s) => s.key.endsWith('.throttle') && s.state === 'done'),
    )
    expect(throttled.notices.map((n) => n.title)).toContain('Set by this run, to be taken back')
    await driving.watching.view('the cordon', (v) => v.findings.some((f) => f.code === 'broker-cordoned'))
    await driving.say(id, 'clean-up')
    const ended = await driving.drive(id)
    expect(ended.state).toBe('aborted')
    expect(ended.steps.filter((s) => s.key.startsWith('clean-')).map((s) => s.state)).toEqual(['done', 'done'])
    const left = await driving.watching.view('nothing left', (v) =>
      v.findings.every((f) => f.code !== 'broker-cordoned' && f.code !== 'throttle-stands'),
    )
    expect(left.quorum.margin).toBe(1)
  })

  test('can be taken back by the run that was left, once no other change goes on', async () => {
    const { driving } = await open()
    const { id } = await driving.start({
      kind: 'migrate-combined',
      params: { nodeIds: [0, 1, 2], retireBrokerIds: [7], throttleBytesPerSecond: 1_000_000 },
    })
    await driving.driveStating(id, (w) => w.steps.some((s) => s.key.endsWith('.throttle') && s.state === 'done'))
    await driving.watching.view('the cordon', (v) => v.findings.some((f) => f.code === 'broker-cordoned'))
    expect(await driving.say(id, 'leave')).toMatchObject({ state: 'aborted' })
    const owing = await driving.until(id, 'what is left', (w) => w.allowedCommands.length > 0)
    expect(owing.notices.map((n) => n.title)).toEqual(['Set by this run, and not taken back'])
    expect(owing.allowedCommands.map((c) => c.type)).toEqual(['clean-up'])
    const other = await driving.start({ kind: 'rolling-restart', params: { nodeIds: [follower(driving)] } })
    expect(await refused(driving.say(id, 'clean-up'))).toMatchObject({ code: 'change-in-progress' })
    await driving.say(other.id, 'abort')
    // Two people press at once: one of them is told that the run has moved on.
    const seen = await driving.until(id, 'the clean-up', (w) => w.allowedCommands.length > 0)
    const [cleanUp] = seen.allowedCommands
    if (cleanUp === undefined) throw new Error('nothing offered')
    const both = await Promise.allSettled([driving.send(seen, cleanUp), driving.send(seen, cleanUp)])
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')?.reason).toMatchObject({ code: 'stale-revision' })
    expect((await driving.workflows.list(driving.watching.observer.cluster)).workflows[0]).toMatchObject({
      id,
      endedAtMs: null,
    })
    expect((await driving.drive(id)).state).toBe('aborted')
    await driving.watching.view('nothing left', (v) =>
      v.findings.every((f) => f.code !== 'broker-cordoned' && f.code !== 'throttle-stands'),
    )
    expect((await driving.get(id)).allowedCommands).toEqual([])
  })
})

describe('a run that was left while a request was under way, and taken up to clean up', () => {
  test('is not disturbed by the answer that comes late', async () => {
    let release = () => {}
    const late = new Promise<void>((resolve) => {
      release = resolve
    })
    const { driving } = await open(
      {},
      {
        writes: (real) => ({
          changeVoters: (...args) => real.changeVoters(...args),
          probe: (...args) => real.probe(...args),
          act: async (act, options) => {
            const answer = await real.act(act, options)
            if (act.kind === 'configure' && act.configs.some((c) => c.value !== null)) await late
            return answer
          },
        }),
      },
    )
    const { id } = await driving.start({
      kind: 'migrate-combined',
      params: { nodeIds: [0, 1, 2], retireBrokerIds: [7], throttleBytesPerSecond: 1_000_000 },
    })
    await driving.driveStating(id, (w) => w.steps.some((s) => s.key.endsWith('.throttle') && s.state === 'done'))
    await driving.say(id, 'leave')
    await driving.say(id, 'clean-up')
    release()
    expect((await driving.drive(id)).state).toBe('aborted')
    expect(driving.errors).toEqual([])
    expect((await driving.workflows.list(driving.watching.observer.cluster)).unavailable).toBeNull()
  })
})

describe('migrate to combined nodes, and back', () => {
  test('roles, cordon, brokers gone; then controllers alone again once a broker is there to serve', async () => {
    const { quorum, driving } = await open()
    const { id } = await driving.start({
      kind: 'migrate-combined',
      params: { nodeIds: [0, 1, 2], retireBrokerIds: [7], throttleBytesPerSecond: 1_000_000 },
    })
    expect((await driving.driveStating(id)).state).toBe('done')
    const serving = () => [
      ...new Set(
        view(driving)
          .replicas.filter((r) => r.roles.includes('broker'))
          .map((r) => r.nodeId),
      ),
    ]
    expect(serving().toSorted()).toEqual([0, 1, 2])
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
    const back = { kind: 'migrate-dedicated' as const, params: { nodeIds: [0, 1, 2] } }
    expect(await refused(driving.start(back))).toMatchObject({ code: 'refused' })
    const { nodes } = await quorum.port.act({ action: 'add-node', roles: ['broker'] })
    const added = nodes.at(-1)?.nodeId ?? -1
    await quorum.port.act({ action: 'start', nodeId: added })
    await driving.watching.view('the new broker', (v) =>
      v.replicas.some((r) => r.nodeId === added && r.fenced === false),
    )
    const { id: backId } = await driving.start(back)
    expect((await driving.driveStating(backId)).state).toBe('done')
    expect(serving()).toEqual([added])
    expect(driving.errors).toEqual([])
  })
})
