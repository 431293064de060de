/** Another client changes the voters while a run waits: what the plan wanted is taken, everything else stops it. */
import { afterEach, describe, expect, test } from 'vitest'
import { LeaderWrites } from '../../quorum/reading/leaderWrites.ts'
import type { VoterChange } from '../../workflows/run/ports.ts'
import { ANYHOW, QUICK } from '../driving.ts'
import { type Closers, closeAll, openSimulated, type SimulatedPlace as Place, viewOf } from '../simulatedPlace.ts'
import { rowOf } from '../watching.ts'

const closers: Closers = []

afterEach(() => closeAll(closers))

// Long enough that no run ends while somebody else still acts.
const open = (controllers: number): Promise<Place> =>
  openSimulated(closers, { brokers: 0, controllers }, { thresholds: { ...QUICK, windowMs: 800, soakMs: 1500 } })

const view = ({ driving }: Place) => viewOf(driving)
const followers = (place: Place) => view(place).replicas.filter((r) => r.status === 'follower')
const voters = (place: Place) => view(place).replicas.filter((r) => r.status !== 'observer')

function keyOf(place: Place, nodeId: number): { nodeId: number; directoryId: string } {
  const directoryId = rowOf(view(place), nodeId)?.directoryId
  if (directoryId == null) throw new Error(`no directory of ${nodeId}`)
  return { nodeId, directoryId }
}

/** Sends a change from another client until the leader has taken it. */
async function fromElsewhere(place: Place, change: VoterChange): Promise<void> {
  const { observer } = place.driving.watching
  const other = new LeaderWrites({ leader: observer, security: {} })
  const clusterId = view(place).clusterId ?? ''
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await other.changeVoters(clusterId, change, ANYHOW)
    if (outcome.kind === 'answered' && outcome.errorCode === 0) return
    if (attempt === 20) throw new Error(`not taken: ${JSON.stringify(outcome)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const types = async ({ driving }: Place, id: string) => {
  const { entries } = await driving.workflows.evidence(id)
  return entries.map((e) => e.type)
}

/** A run that replaces a lost disk, and waits for the new one. */
async function replacing(place: Place): Promise<{ id: string; target: number; other: number }> {
  const [target, other] = followers(place).map((r) => r.nodeId)
  if (target === undefined || other === undefined) throw new Error('too few followers')
  await place.quorum.port.act({ action: 'wipe', nodeId: target })
  await place.driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
  const { id } = await place.driving.start({ kind: 'replace-disk', params: { nodeId: target } })
  await place.driving.until(id, 'the disk awaited', (w) => w.currentStep === 'new-disk')
  return { id, target, other }
}

/** The same with another voter removed meanwhile. */
async function drifted(place: Place) {
  const run = await replacing(place)
  const removed = keyOf(place, run.other)
  await fromElsewhere(place, { kind: 'remove', ...removed })
  const paused = await place.driving.until(run.id, 'paused', (w) => w.state === 'pausedDrift')
  expect(paused.allowedCommands.map((c) => c.type)).toEqual(['replan', 'leave', 'take-over'])
  return { ...run, removed }
}

describe('a change that the plan wanted', () => {
  test('the old incarnation removed by somebody else is found applied, and only the addition is sent', async () => {
    const place = await open(3)
    const { driving, quorum } = place
    const target = followers(place)[0]?.nodeId ?? -1
    const old = keyOf(place, target)
    await quorum.port.act({ action: 'wipe', nodeId: target })
    await driving.watching.view('the failure', (v) => v.findings.some((f) => f.code === 'voter-silent'))
    const { id } = await driving.start({ kind: 'replace-disk', params: { nodeId: target } })
    await driving.drive(id, (w) => w.currentStep === 'remove-old')
    await fromElsewhere(place, { kind: 'remove', ...old })
    expect((await driving.drive(id)).state).toBe('done')
    const { entries } = await driving.workflows.evidence(id)
    expect(entries.filter((e) => e.type === 'adopted')).toHaveLength(1)
    expect(entries.filter((e) => e.type === 'intended').map((e) => e.text.split(' ')[0])).toEqual(['Adds'])
    expect(view(place).quorum).toMatchObject({ voters: 3, margin: 1 })
  })

  test('undone again by somebody else, it pauses the run', async () => {
    const place = await open(3)
    const { driving } = place
    const { id } = await driving.start({ kind: 'add-controller', params: {} })
    await driving.say(id, 'do-it-for-me')
    await driving.say(id, 'choose')
    await driving.until(id, 'ready', (w) => w.allowedCommands[0]?.type === 'execute')
    const candidate = keyOf(place, 3)
    const endpoints = driving.watching.observer.controllerEndpoints(3)
    await fromElsewhere(place, { kind: 'add', ...candidate, endpoints })
    await driving.until(id, 'found applied', (w) => w.currentStep === 'steady')
    await fromElsewhere(place, { kind: 'remove', ...candidate })
    await driving.until(id, 'paused', (w) => w.state === 'pausedDrift')
    const told = await types(place, id)
    expect(told.filter((t) => t === 'adopted' || t === 'drifted')).toEqual(['adopted', 'drifted'])
    expect(told).not.toContain('intended')
    expect(voters(place)).toHaveLength(3)
  })
})

describe('a change that no plan knows', () => {
  test('pauses the run; planned anew it goes on with the voters as they are', async () => {
    const place = await open(5)
    const { id, removed } = await drifted(place)
    expect(await types(place, id)).not.toContain('intended')
    await place.driving.say(id, 'replan')
    expect((await place.driving.drive(id)).state).toBe('done')
    expect(voters(place)).toHaveLength(4)
    expect(voters(place).map((v) => v.nodeId)).not.toContain(removed.nodeId)
  })

  test('left as it is, the run ends and nothing was sent', async () => {
    const place = await open(5)
    const { id } = await drifted(place)
    expect((await place.driving.say(id, 'leave')).state).toBe('aborted')
    expect(await types(place, id)).not.toContain('intended')
    expect(voters(place)).toHaveLength(4)
  })

  test('undone again, a person still decides, and the run then restores every voter', async () => {
    const place = await open(5)
    const { driving } = place
    const { id, removed, target } = await drifted(place)
    const endpoints = driving.watching.observer.controllerEndpoints(removed.nodeId)
    await fromElsewhere(place, { kind: 'add', ...removed, endpoints })
    await driving.watching.view('five voters', (v) => v.quorum.voters === 5 && v.quorum.pendingVoterChange === null)
    expect((await driving.get(id)).state).toBe('pausedDrift')
    await driving.say(id, 'replan')
    expect((await driving.drive(id)).state).toBe('done')
    expect(view(place).quorum).toMatchObject({ voters: 5, margin: 2 })
    expect(voters(place).map((v) => v.nodeId)).toContain(target)
  })
})
