/** Facts that change between a plan, a decision and its request, each once a way past the rules. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Workflow } from '../../contract/workflows.ts'
import { KafkaConnection } from '../../kafka/connection.ts'
import { LeaderWrites } from '../../quorum/reading/leaderWrites.ts'
import type { SimulatedQuorumOptions } from '../../sandbox/simulatedQuorum/start.ts'
import { ANYHOW, type DrivingOptions, QUICK, refused, words } from '../driving.ts'
import { lossyProxy } from '../faults/answerLoss.ts'
import { type Closers, closeAll, openSimulated, type SimulatedPlace as Place, viewOf } from '../simulatedPlace.ts'
import { rowOf } from '../watching.ts'

const closers: Closers = []

afterEach(() => closeAll(closers))

const open = (options: SimulatedQuorumOptions = {}, more: Partial<DrivingOptions> = {}) =>
  openSimulated(closers, { brokers: 0, ...options }, more)

const view = ({ driving }: Place) => viewOf(driving)
const voters = (place: Place) => view(place).replicas.filter((r) => r.status !== 'observer')
function twoFollowers(place: Place) {
  const [one, other] = view(place).replicas.filter((r) => r.status === 'follower')
  if (one?.directoryId == null || other?.directoryId == null) throw new Error('too few followers')
  const key = ({ nodeId }: typeof one, directoryId: string) => ({ nodeId, directoryId })
  return { one: key(one, one.directoryId), other: key(other, other.directoryId) }
}
const silent = ({ driving }: Place, nodeId: number) =>
  driving.watching.view('the silence', (v) => voterOf(v.replicas, nodeId)?.health === 'silent')
const voterOf = (replicas: ReturnType<typeof view>['replicas'], nodeId: number) =>
  replicas.find((r) => r.nodeId === nodeId && r.status !== 'observer')
const types = async ({ driving }: Place, id: string) =>
  (await driving.workflows.evidence(id)).entries.map((e) => e.type)

/** A way to the leader that opens when it is told to: the node holds its first answer back. */
function heldWay() {
  let proxy: Awaited<ReturnType<typeof lossyProxy>> | null = null
  const way: typeof KafkaConnection.open = async (address, security, options) => {
    // Probes come this way too; only changes wait this long for an answer.
    if (options.requestTimeoutMs < 5000) return await KafkaConnection.open(address, security, options)
    const held = await lossyProxy(address)
    closers.push(() => held.close())
    proxy = held
    held.holdRequests([API_VERSIONS])
    return await KafkaConnection.open({ ...address, host: held.host, port: held.port }, security, options)
  }
  return { way, isWaiting: () => (proxy?.held() ?? 0) > 0, release: () => proxy?.releaseHeld() }
}
const API_VERSIONS = 18

describe('between the decision and the request', () => {
  test('a voter dies while the way to the leader opens: nothing is sent, and the quorum lives', async () => {
    const held = heldWay()
    const place = await open({}, { open: held.way })
    const { driving, quorum } = place
    const { one, other } = twoFollowers(place)
    const { id } = await driving.start({ kind: 'remove-controller', params: one })
    await driving.say(id, 'execute')
    await driving.watching.until('the way opening', held.isWaiting)
    await quorum.port.act({ action: 'kill', nodeId: other.nodeId })
    await silent(place, other.nodeId)
    held.release()
    const back = await driving.until(id, 'the refusal', (w) => w.notices.some((n) => /not applied/.test(n.title)))
    expect(back.notices.map((n) => n.text).join()).toMatch(/Refused right before it was sent: .*majority/)
    expect(voters(place)).toHaveLength(3)
    expect(view(place).quorum.margin).toBe(0)
  })

  test('a new leader since the decision: nothing is sent', async () => {
    const held = heldWay()
    const place = await open({ controllers: 5 }, { open: held.way })
    const { driving, quorum } = place
    const { one } = twoFollowers(place)
    const before = view(place).quorum.leaderId ?? -1
    const { id } = await driving.start({ kind: 'remove-controller', params: one })
    await driving.say(id, 'execute')
    await driving.watching.until('the way opening', held.isWaiting)
    await quorum.port.act({ action: 'freeze', nodeId: before })
    await driving.watching.view('another leader', (v) => v.quorum.leaderId !== before && v.quorum.leaderId !== null)
    held.release()
    await quorum.port.act({ action: 'resume', nodeId: before })
    await driving.until(id, 'the refusal', (w) => w.notices.some((n) => /not applied/.test(n.title)))
    expect(voters(place)).toHaveLength(5)
  })

  test('while a request may still be on its way, nothing ends the run and nothing else is sent', async () => {
    const held = heldWay()
    const place = await open({ controllers: 5 }, { open: held.way })
    const { driving } = place
    const { one, other } = twoFollowers(place)
    const { id } = await driving.start({ kind: 'remove-controller', params: one })
    await driving.say(id, 'execute')
    await driving.watching.until('the way opening', held.isWaiting)
    // Somebody else changes the voters meanwhile.
    const elsewhere = new LeaderWrites({ leader: driving.watching.observer, security: {} })
    await elsewhere.changeVoters(view(place).clusterId ?? '', { kind: 'remove', ...other }, ANYHOW)
    await driving.watching.view('four voters', (v) => v.quorum.voters === 4 && v.quorum.pendingVoterChange === null)
    const open_ = await driving.get(id)
    expect(open_.allowedCommands.map((c) => c.type)).toEqual(['take-over'])
    expect(await types(place, id)).toEqual(['started', 'intended'])
    held.release()
    await driving.until(id, 'paused', (w) => w.state === 'pausedDrift')
    expect(await types(place, id)).toEqual(['started', 'intended', 'answered', 'drifted'])
    expect(voters(place)).toHaveLength(4)
  })

  test('a voter that died a moment ago is healthy by its fetch timeout, and counts as dead all the same', async () => {
    const place = await open({})
    const { driving, quorum } = place
    const { one, other } = twoFollowers(place)
    const { id } = await driving.start({ kind: 'remove-controller', params: one })
    const ready = await driving.until(id, 'ready', (w) => w.allowedCommands[0]?.type === 'execute')
    const [execute] = ready.allowedCommands
    if (execute === undefined) throw new Error('nothing offered')
    await quorum.port.act({ action: 'kill', nodeId: other.nodeId })
    expect(voterOf(view(place).replicas, other.nodeId)?.health).toBe('ok')
    expect(await refused(driving.send(ready, execute))).toMatchObject({
      status: 422,
      // On a slow machine its fetch timeout may be over by now.
      gates: expect.arrayContaining(['voters-heard']),
    })
    expect(await types(place, id)).toEqual(['started'])
  })

  test('a voter that flaps carries no removal', async () => {
    const place = await open({ controllers: 4 }, { thresholds: { ...QUICK, healthyMs: 4000 } })
    const { driving, quorum } = place
    const { one, other } = twoFollowers(place)
    const dead = voters(place).find((v) => v.status === 'follower' && ![one.nodeId, other.nodeId].includes(v.nodeId))
    if (dead === undefined) throw new Error('too few followers')
    await quorum.port.act({ action: 'kill', nodeId: dead.nodeId })
    await silent(place, dead.nodeId)
    const { id } = await driving.start({ kind: 'remove-controller', params: one })
    const healthy = () => driving.watching.view('its health', (v) => voterOf(v.replicas, other.nodeId)?.health === 'ok')
    const offers = ({ allowedCommands }: Workflow) => allowedCommands.some((c) => c.type === 'execute')
    for (let fall = 0; fall < 3; fall += 1) {
      await quorum.port.act({ action: 'freeze', nodeId: other.nodeId })
      await silent(place, other.nodeId)
      await quorum.port.act({ action: 'resume', nodeId: other.nodeId })
      await healthy()
      const run = await driving.until(id, 'the fall seen', (w) => !offers(w))
      const gate = run.steps.find((s) => s.key === 'remove')?.gates.find((g) => g.code === 'carriers-healthy')
      expect(gate).toMatchObject({ ok: false, waiting: true })
      const execute = words(run, { type: 'execute', step: 'remove', confirmation: `remove controller ${one.nodeId}` })
      expect((await refused(driving.workflows.command(id, execute))).gates).toContain('carriers-healthy')
    }
    // Well for the whole window, it carries the removal.
    await driving.until(id, 'the removal offered', offers)
    expect(await types(place, id)).toEqual(['started'])
  })

  test('where no leader answers the fresh read, nothing is taken on the old one', async () => {
    const place = await open({})
    const { driving, quorum } = place
    const { one } = twoFollowers(place)
    const { id } = await driving.start({ kind: 'remove-controller', params: one })
    const ready = await driving.until(id, 'ready', (w) => w.allowedCommands[0]?.type === 'execute')
    for (const { nodeId } of view(place).replicas) await quorum.port.act({ action: 'freeze', nodeId })
    const execute = words(ready, { type: 'execute', step: 'remove', confirmation: `remove controller ${one.nodeId}` })
    expect((await refused(driving.workflows.command(id, execute))).gates).toContain('observation-fresh')
    expect(await types(place, id)).toEqual(['started'])
  })
})

describe('between the plan and the step', () => {
  test('a silent target that comes back is stopped first again, with a typed word', async () => {
    const place = await open({ controllers: 4 })
    const { driving, quorum } = place
    const { one } = twoFollowers(place)
    await quorum.port.act({ action: 'freeze', nodeId: one.nodeId })
    await silent(place, one.nodeId)
    const { id } = await driving.start({ kind: 'remove-controller', params: one })
    await driving.until(id, 'the removal', (w) => w.currentStep === 'remove')
    await quorum.port.act({ action: 'resume', nodeId: one.nodeId })
    const back = await driving.until(id, 'the stop again', (w) => w.currentStep === 'stop')
    expect(back.allowedCommands[0]).toMatchObject({
      type: 'state',
      needsConfirmation: { typed: true, statement: `remove controller ${one.nodeId}` },
    })
    await driving.say(id, 'state')
    expect((await driving.drive(id)).state).toBe('done')
    expect(voters(place)).toHaveLength(3)
  })

  test('the disk of a controller that came back is not formatted', async () => {
    const place = await open({})
    const { driving, quorum } = place
    const { one } = twoFollowers(place)
    await quorum.port.act({ action: 'kill', nodeId: one.nodeId })
    await silent(place, one.nodeId)
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: one.nodeId } })
    const waiting = await driving.until(
      id,
      'the disk awaited',
      (w) => w.currentStep === 'new-disk' && w.allowedCommands[0]?.type === 'do-it-for-me',
    )
    expect(waiting.steps.find((s) => s.key === 'new-disk')?.commands).not.toEqual([])
    await quorum.port.act({ action: 'start', nodeId: one.nodeId })
    const back = await driving.until(id, 'its return', (w) => w.currentStep === 'old-down')
    expect(back.steps.find((s) => s.key === 'new-disk')?.commands).toEqual([])
    expect(back.allowedCommands.map((c) => c.type)).not.toContain('do-it-for-me')
    expect(back.allowedCommands[0]).toMatchObject({ type: 'state', key: 'replace-healthy' })
  })

  test('pre-empted after its removal, a replacement goes on from there', async () => {
    const place = await open({ controllers: 5 })
    const { driving, quorum } = place
    const { one, other } = twoFollowers(place)
    await quorum.port.act({ action: 'wipe', nodeId: one.nodeId })
    await silent(place, one.nodeId)
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: one.nodeId } })
    await driving.until(id, 'the disk awaited', (w) => w.currentStep === 'new-disk')
    await driving.say(id, 'state', (c) => c.key === 'no-replacement')
    await driving.say(id, 'execute', (c) => c.step === 'remove-old')
    await driving.until(id, 'removed', (w) => w.currentStep === 'new-disk')
    await quorum.port.act({ action: 'kill', nodeId: other.nodeId })
    await silent(place, other.nodeId)
    const emergency = await driving.start({
      kind: 'remove-controller',
      params: other,
      preempt: true,
      reason: 'it is dead',
    })
    expect((await driving.drive(emergency.id)).state).toBe('done')
    const parked = await driving.get(id)
    expect(parked.allowedCommands.map((c) => c.type)).toEqual(['resume', 'leave', 'take-over'])
    expect((await driving.say(id, 'resume')).currentStep).toBe('new-disk')
    expect((await driving.drive(id)).state).toBe('done')
    expect(voters(place)).toHaveLength(4)
    expect(rowOf(view(place), one.nodeId)?.directoryId).not.toBe(one.directoryId)
  })

  test.each([
    [
      'a removal',
      (one: ReturnType<typeof twoFollowers>['one']) => ({ kind: 'remove-controller', params: one }) as const,
    ],
    ['a scaling', () => ({ kind: 'scale', params: { controllers: 4 } }) as const],
  ])(
    '%s that gave way to the replacement of its own disk is not done before the controller votes no more',
    async (_what, requestOf) => {
      const place = await open({ controllers: 5 })
      const { driving, quorum } = place
      const leaving = Math.max(...voters(place).flatMap((v) => (v.status === 'leader' ? [] : [v.nodeId])))
      const one = { nodeId: leaving, directoryId: rowOf(view(place), leaving)?.directoryId ?? '' }
      const { id } = await driving.start(requestOf(one))
      await quorum.port.act({ action: 'wipe', nodeId: leaving })
      await silent(place, leaving)
      const emergency = await driving.start({
        kind: 'replace-disk',
        params: { nodeId: leaving },
        preempt: true,
        reason: 'its disk is lost',
      })
      expect((await driving.drive(emergency.id)).state).toBe('done')
      const replaced = rowOf(view(place), leaving)?.directoryId
      expect(replaced).not.toBe(one.directoryId)
      const goesOn = await driving.say(id, 'resume')
      expect(goesOn.steps.filter((s) => s.state === 'done')).toEqual([])
      expect((await driving.driveStating(id)).state).toBe('done')
      expect(voters(place).map((v) => v.nodeId)).not.toContain(leaving)
    },
  )

  test('a run between its removal and its addition does not give way', async () => {
    let frozen = -1
    const place: Place = await open(
      { controllers: 5 },
      {
        writes: (real) => ({
          probe: (nodeId, endpoints) => real.probe(nodeId, endpoints),
          act: (act, options) => real.act(act, options),
          changeVoters: async (...change) => {
            const outcome = await real.changeVoters(...change)
            // The new incarnation stops to fetch as soon as the old one is removed: the addition waits.
            if (frozen >= 0) await place.quorum.port.act({ action: 'freeze', nodeId: frozen })
            return outcome
          },
        }),
      },
    )
    const { driving, quorum } = place
    const { one, other } = twoFollowers(place)
    await quorum.port.act({ action: 'wipe', nodeId: one.nodeId })
    await silent(place, one.nodeId)
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: one.nodeId } })
    await driving.drive(id, (w) => w.currentStep === 'remove-old' && w.allowedCommands[0]?.type === 'execute')
    frozen = one.nodeId
    await driving.say(id, 'execute')
    await driving.until(id, 'removed', (w) => w.currentStep === 'add-new')
    await quorum.port.act({ action: 'kill', nodeId: other.nodeId })
    await silent(place, other.nodeId)
    const emergency = { kind: 'remove-controller', params: other, preempt: true, reason: 'it is dead' } as const
    expect(await refused(driving.start(emergency))).toMatchObject({ status: 409, code: 'not-at-rest' })
    await driving.say(id, 'park')
    expect((await driving.drive((await driving.start(emergency)).id)).state).toBe('done')
  })

  test('with auto-join a controller that joined before it was chosen is the one', async () => {
    const place = await open({ autoJoin: true })
    const { driving, quorum } = place
    const { id } = await driving.start({ kind: 'add-controller', params: {} })
    await quorum.port.act({ action: 'add-node', roles: ['controller'] })
    await quorum.port.act({ action: 'start', nodeId: 3 })
    expect((await driving.drive(id)).state).toBe('done')
    expect(voters(place).map((v) => v.nodeId)).toContain(3)
  })
})
