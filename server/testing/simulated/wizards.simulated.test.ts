/** The three wizards end to end on the simulated quorum, over TCP. */
import { afterEach, describe, expect, test } from 'vitest'
import type { SimulatedQuorumOptions } from '../../sandbox/simulatedQuorum/start.ts'
import { type Driving, type DrivingOptions, QUICK, refused, words } from '../driving.ts'
import { type Closers, closeAll, openSimulated, viewOf as view, votersSeen } from '../simulatedPlace.ts'

const closers: Closers = []

afterEach(() => closeAll(closers))

const open = (options: SimulatedQuorumOptions = {}, more: Partial<DrivingOptions> = {}) =>
  openSimulated(closers, { brokers: 1, ...options }, more)

const follower = (driving: Driving) => view(driving).replicas.find((r) => r.status === 'follower')?.nodeId ?? -1
const keyOf = (driving: Driving, nodeId: number) => {
  const directoryId = view(driving).replicas.find((r) => r.nodeId === nodeId)?.directoryId
  if (directoryId == null) throw new Error(`no directory of ${nodeId}`)
  return { nodeId, directoryId }
}
const leader = (driving: Driving) => view(driving).quorum.leaderId ?? -1
const voters = (driving: Driving) => votersSeen(driving).map((r) => r.nodeId)

describe('replace a failed disk', () => {
  const ORDER = ['old-down', 'new-disk', 'caught-up', 'remove-old', 'add-new', 'restored']

  test('from the failure to the restored quorum, in the order of the article', async () => {
    const { quorum, driving } = await open()
    const target = follower(driving)
    const old = keyOf(driving, target)
    await quorum.port.act({ action: 'wipe', nodeId: target })
    await driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await driving.start({
      kind: 'replace-disk',
      params: { nodeId: target },
      reason: 'disk sdb dead',
    })
    const removing = await driving.drive(id, (w) => w.currentStep === 'remove-old')
    // The old incarnation is still a voter while the new one catches up.
    expect(voters(driving)).toHaveLength(3)
    expect(removing.steps.map((s) => s.key)).toEqual(ORDER)
    const done = await driving.drive(id)
    expect(done.state).toBe('done')
    expect(done.steps.map((s) => s.state)).toEqual(ORDER.map(() => 'done'))
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
    expect(keyOf(driving, target).directoryId).not.toBe(old.directoryId)
    const { entries, timings } = await driving.workflows.evidence(id)
    expect(entries.filter((e) => e.type === 'intended').map((e) => e.text.split(' ')[0])).toEqual(['Removes', 'Adds'])
    expect(timings.map((t) => t.step)).toEqual(ORDER)
    expect(driving.errors).toEqual([])
  })

  test('of the leader: its process is stopped first, another leads, then the same way', async () => {
    const { driving } = await open()
    const target = leader(driving)
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: target } })
    // It is healthy: a person must say that it is meant.
    await driving.say(id, 'state', (c) => c.key === 'replace-healthy')
    const done = await driving.drive(id)
    expect(done.state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
    expect(leader(driving)).not.toBe(target)
  })

  test('without a replacement the dead incarnation goes first, and the new one is added by a word', async () => {
    const { quorum, driving } = await open()
    const target = follower(driving)
    await quorum.port.act({ action: 'wipe', nodeId: target })
    await driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: target } })
    await driving.until(id, 'the disk awaited', (w) => w.currentStep === 'new-disk')
    await driving.say(id, 'state', (c) => c.key === 'no-replacement')
    await driving.say(id, 'execute', (c) => c.step === 'remove-old')
    const shrunk = await driving.until(id, 'removed', (w) => w.currentStep === 'new-disk')
    expect(shrunk.notices.map((n) => n.title).join()).toMatch(/2 voters until/)
    expect((await driving.drive(id)).state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
  })

  test('a frozen process is silent, but not proven down: a person must say so', async () => {
    const { quorum, driving } = await open()
    const target = follower(driving)
    await quorum.port.act({ action: 'freeze', nodeId: target })
    await driving.watching.view('the silence', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: target } })
    const waiting = await driving.until(id, 'asked', (w) => w.allowedCommands.some((c) => c.key === 'old-is-down'))
    const down = waiting.steps[0]?.gates.find((g) => g.code === 'old-incarnation-down')
    expect(down).toMatchObject({ ok: false })
    expect(
      await refused(driving.workflows.command(id, words(waiting, { type: 'execute', step: 'remove-old' }))),
    ).toMatchObject({
      status: 422,
      code: 'not-possible-now',
    })
    // Wrong words change nothing.
    const stated = { type: 'state', step: 'old-down', key: 'old-is-down', confirmation: 'yes' } as const
    expect(await refused(driving.workflows.command(id, words(waiting, stated)))).toMatchObject({
      code: 'confirmation-needed',
    })
    await driving.say(id, 'state', (c) => c.key === 'old-is-down')
    await driving.until(id, 'the next step', (w) => w.currentStep === 'new-disk')
  })

  test('with auto-join the new incarnation does it by itself: nothing is sent, all is verified', async () => {
    const { quorum, driving } = await open({ autoJoin: true })
    const target = follower(driving)
    await quorum.port.act({ action: 'wipe', nodeId: target })
    await driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: target } })
    const done = await driving.drive(id)
    expect(done.state).toBe('done')
    const { entries } = await driving.workflows.evidence(id)
    expect(entries.filter((e) => e.type === 'intended')).toEqual([])
    expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
  })

  test('an unknown node, an observer, and a healthy voter beside a dead one are refused', async () => {
    const { quorum, driving } = await open()
    const replace = (nodeId: number) => driving.start({ kind: 'replace-disk', params: { nodeId } })
    expect(await refused(replace(99))).toMatchObject({ status: 422, code: 'unknown-node' })
    expect(await refused(replace(7))).toMatchObject({ status: 422, code: 'not-a-voter' })
    const [one, other] = voters(driving).filter((v) => v !== leader(driving))
    await quorum.port.act({ action: 'kill', nodeId: one ?? -1 })
    await driving.watching.view('the failure', (v) => v.quorum.margin === 0)
    expect(await refused(replace(other ?? -1))).toMatchObject({
      code: 'refused',
      gates: expect.arrayContaining(['margin-if-stopped', 'margin-after']),
    })
    expect(voters(driving)).toHaveLength(3)
  })
})

describe('add a controller', () => {
  test('a fourth and a fifth: the even number must be confirmed', async () => {
    const { driving } = await open()
    for (const count of [4, 5]) {
      const { id } = await driving.start({ kind: 'add-controller', params: {} })
      await driving.say(id, 'do-it-for-me')
      await driving.say(id, 'choose')
      const ready = await driving.until(id, 'ready', (w) => w.allowedCommands[0]?.type === 'execute')
      expect(ready.allowedCommands[0]?.needsConfirmation === null).toBe(count % 2 === 1)
      expect((await driving.drive(id)).state).toBe('done')
      expect(view(driving).quorum.voters).toBe(count)
    }
    expect(view(driving).quorum.margin).toBe(2)
  })

  test('a voter, a broker, a wrong directory and a dead voter beside it are refused', async () => {
    const { quorum, driving } = await open()
    const add = (params: { nodeId?: number; directoryId?: string }) => driving.start({ kind: 'add-controller', params })
    expect(await refused(add({ nodeId: 1 }))).toMatchObject({ status: 422, code: 'id-is-voter' })
    expect(await refused(add({ nodeId: 7 }))).toMatchObject({ status: 422, code: 'broker-only' })
    expect(await refused(add({ nodeId: 7, directoryId: 'AAAAAAAAAAAAAAAAAAAAAQ' }))).toMatchObject({
      code: 'unknown-directory',
    })
    await quorum.port.act({ action: 'kill', nodeId: follower(driving) })
    await driving.watching.view('the failure', (v) => v.quorum.margin === 0)
    expect(await refused(add({}))).toMatchObject({ code: 'refused', gates: expect.arrayContaining(['margin-if-bad']) })
  })

  test('a candidate that is slow, then frozen, then silent never passes', async () => {
    const { quorum, driving } = await open()
    const { id } = await driving.start({ kind: 'add-controller', params: {} })
    await driving.say(id, 'do-it-for-me')
    await driving.say(id, 'choose')
    await driving.until(id, 'ready', (w) => w.allowedCommands[0]?.type === 'execute')
    await quorum.port.act({ action: 'freeze', nodeId: 3 })
    const shut = await driving.until(id, 'the window broken', (w) =>
      w.steps.some((s) => s.gates.some((g) => g.code === 'lag-near-zero' && !g.ok)),
    )
    const answer = await refused(
      driving.workflows.command(id, words(shut, { type: 'execute', step: shut.currentStep ?? '' })),
    )
    expect(answer).toMatchObject({ code: 'refused', gates: expect.arrayContaining(['lag-near-zero']) })
    await driving.until(id, 'silent', (w) =>
      w.steps.some((s) => s.gates.some((g) => g.code === 'candidate-fetches' && /silent/.test(g.observed))),
    )
    expect(voters(driving)).toHaveLength(3)
    await quorum.port.act({ action: 'resume', nodeId: 3 })
    expect((await driving.drive(id)).state).toBe('done')
  })

  test('from one voter to two only by a typed statement', async () => {
    const { driving } = await open({ controllers: 1 })
    const { id } = await driving.start({ kind: 'add-controller', params: {} })
    await driving.say(id, 'do-it-for-me')
    await driving.say(id, 'choose')
    const asked = await driving.until(id, 'the statement', (w) => w.allowedCommands.some((c) => c.key === 'one-to-two'))
    expect(asked.allowedCommands.some((c) => c.type === 'execute')).toBe(false)
    await driving.say(id, 'state', (c) => c.key === 'one-to-two')
    expect((await driving.drive(id)).state).toBe('done')
    expect(view(driving).quorum.voters).toBe(2)
  })

  test('taken back: the removal is a step of its own behind its gates', async () => {
    const { driving } = await open({}, { thresholds: { ...QUICK, soakMs: 600_000 } })
    const { id } = await driving.start({ kind: 'add-controller', params: {} })
    await driving.drive(id, (w) => w.currentStep === 'steady')
    expect(voters(driving)).toHaveLength(4)
    await driving.say(id, 'undo')
    const ended = await driving.drive(id)
    expect(ended.state).toBe('aborted')
    expect(voters(driving)).toHaveLength(3)
  })
})

describe('remove a controller', () => {
  test('a healthy follower: removed, then stopped, and it stays away', async () => {
    const { driving } = await open()
    const { id } = await driving.start({ kind: 'remove-controller', params: keyOf(driving, follower(driving)) })
    const done = await driving.drive(id)
    expect(done.steps.map((s) => s.key)).toEqual(['remove', 'stop', 'stays-away'])
    expect(done.state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ voters: 2, margin: 0 })
  })

  test('the leader: it resigns after the commit, and another leads', async () => {
    const { driving } = await open()
    const target = leader(driving)
    const { id } = await driving.start({ kind: 'remove-controller', params: keyOf(driving, target) })
    const done = await driving.drive(id)
    expect(done.state).toBe('done')
    expect(leader(driving)).not.toBe(target)
    expect(voters(driving)).not.toContain(target)
  })

  test('Kafka 3.9: stopped first, because it has no pre-vote', async () => {
    const { driving } = await open({ profile: '3.9.2' })
    const { id } = await driving.start({ kind: 'remove-controller', params: keyOf(driving, follower(driving)) })
    // It is healthy: a person says so before anything is stopped.
    expect((await driving.say(id, 'state')).steps[0]?.commands).not.toEqual([])
    const done = await driving.drive(id)
    expect(done.steps.map((s) => s.key)).toEqual(['stop', 'remove', 'stays-away'])
    expect(done.state).toBe('done')
  })

  test('a healthy voter beside a dead one is refused; the dead one may go', async () => {
    const { quorum, driving } = await open()
    const [dead, healthyOne] = voters(driving).filter((v) => v !== leader(driving))
    await quorum.port.act({ action: 'kill', nodeId: dead ?? -1 })
    await driving.watching.view('the failure', (v) => v.quorum.margin === 0)
    const remove = (nodeId: number) => driving.start({ kind: 'remove-controller', params: keyOf(driving, nodeId) })
    const refusal = { status: 422, code: 'refused', gates: ['margin-after'] }
    expect(await refused(remove(healthyOne ?? -1))).toMatchObject(refusal)
    // Planned only, it is refused as the start is.
    const params = keyOf(driving, healthyOne ?? -1)
    expect(await refused(driving.start({ kind: 'remove-controller', params, dryRun: true }))).toMatchObject(refusal)
    expect(
      await refused(
        driving.start({ kind: 'remove-controller', params: { nodeId: 1, directoryId: 'AAAAAAAAAAAAAAAAAAAAAQ' } }),
      ),
    ).toMatchObject({ code: 'unknown-directory' })
    const { id } = await remove(dead ?? -1)
    expect((await driving.drive(id)).state).toBe('done')
    expect(view(driving).quorum).toMatchObject({ voters: 2, margin: 0 })
  })

  test('with auto-join it is stopped first; where the margin forbids that, it is refused', async () => {
    const { driving } = await open({ autoJoin: true })
    const { id } = await driving.start({ kind: 'remove-controller', params: keyOf(driving, follower(driving)) })
    await driving.say(id, 'state')
    const done = await driving.drive(id)
    expect(done.steps.map((s) => s.key)).toEqual(['stop', 'remove', 'stays-away'])
    expect(done.state).toBe('done')
    // Two voters, both needed: neither may be stopped while it is one.
    const answer = await refused(
      driving.start({ kind: 'remove-controller', params: keyOf(driving, follower(driving)) }),
    )
    expect(answer).toMatchObject({ code: 'refused', gates: ['auto-join-safe', 'margin-if-stopped'] })
  })
})
