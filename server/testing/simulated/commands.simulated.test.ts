/** Who may say what to a run, what comes of the same words twice, and which run may go before another. */

import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { StartWorkflow, Workflow } from '../../contract/workflows.ts'
import { Seats } from '../../workflows/engine/seats/seats.ts'
import type { ChangeOutcome } from '../../workflows/run/ports.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { type DrivingOptions, QUICK, words } from '../driving.ts'
import { type Closers, closeAll, openSimulated, type SimulatedPlace as Place } from '../simulatedPlace.ts'

const closers: Closers = []

afterEach(() => closeAll(closers))

const open = (controllers = 3, more: Partial<DrivingOptions> = {}): Promise<Place> =>
  openSimulated(closers, { brokers: 0, controllers }, { thresholds: { ...QUICK, windowMs: 800, soakMs: 800 }, ...more })

/** A follower as the removal of it asks for it. */
function removalOf({ driving }: Place, index = 0): StartWorkflow & { kind: 'remove-controller' } {
  const row = driving.watching.observer.view?.replicas.filter((r) => r.status === 'follower')[index]
  if (row?.directoryId == null) throw new Error('no follower')
  return { kind: 'remove-controller', params: { nodeId: row.nodeId, directoryId: row.directoryId } }
}

async function kill({ quorum, driving }: Place, nodeId: number): Promise<void> {
  await quorum.port.act({ action: 'kill', nodeId })
  await driving.watching.view('the silence', (v) =>
    v.findings.some((f) => f.code === 'voter-silent' && f.replicas.some((r) => r.nodeId === nodeId)),
  )
}

async function refused(asked: Promise<unknown>): Promise<{ status: number; code: string; workflow: Workflow | null }> {
  const error = await asked.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof WorkflowRefusal)) throw new Error(`not refused: ${String(error)}`)
  const { status, code, workflow } = error
  return { status, code, workflow }
}

const ADD: StartWorkflow = { kind: 'add-controller', params: {} }
const ANN = { id: 'ann', name: 'Ann' }
const BEN = { id: 'ben', name: 'Ben' }
const REST = { type: 'park', reason: 'for later' } as const

describe('an emergency', () => {
  test('goes before a run that waits, which is planned anew afterwards', async () => {
    const place = await open(5)
    const { driving } = place
    const { id } = await driving.start(ADD)
    const healthyOne = { ...removalOf(place, 1), preempt: true, reason: 'not urgent' }
    expect(await refused(driving.start(healthyOne))).toMatchObject({ status: 422, code: 'no-emergency' })
    const urgent = removalOf(place)
    await kill(place, urgent.params.nodeId)
    expect(await refused(driving.start(urgent))).toMatchObject({ status: 409, code: 'change-in-progress' })
    expect(await refused(driving.start({ ...urgent, preempt: true }))).toMatchObject({ code: 'reason-needed' })
    const emergency = await driving.start({ ...urgent, preempt: true, reason: 'its host is gone' })
    expect((await driving.get(id)).parked).toMatchObject({ reason: 'its host is gone' })
    const early = await driving.get(id)
    expect(await refused(driving.workflows.command(id, words(early, { type: 'resume' })))).toMatchObject({
      status: 409,
      code: 'change-in-progress',
    })
    expect((await driving.drive(emergency.id)).state).toBe('done')
    await driving.say(id, 'resume')
    expect((await driving.drive(id)).state).toBe('done')
    const { entries } = await driving.workflows.evidence(id)
    expect(entries.map((e) => e.type)).toContain('replanned')
    expect(driving.watching.observer.view?.quorum).toMatchObject({ voters: 5, margin: 2 })
  })

  test('waits while a voter change is not proven', async () => {
    let release = (_: ChangeOutcome): void => {}
    const held = new Promise<ChangeOutcome>((resolve) => {
      release = resolve
    })
    const place = await open(5, {
      writes: (real) => ({
        probe: (nodeId, endpoints) => real.probe(nodeId, endpoints),
        act: (act, options) => real.act(act, options),
        changeVoters: () => held,
      }),
    })
    const { driving } = place
    const first = removalOf(place)
    const second = removalOf(place, 1)
    await kill(place, first.params.nodeId)
    await kill(place, second.params.nodeId)
    const { id } = await driving.start(first)
    await driving.drive(id, (w) => w.steps.some((s) => s.state === 'executing'))
    const urgent = { ...second, preempt: true, reason: 'its host is gone' }
    expect(await refused(driving.start(urgent))).toMatchObject({ status: 409, code: 'not-at-rest' })
    release({ kind: 'not-sent', problem: 'Held back by this test.' })
    await driving.until(id, 'proven', (w) => w.steps.every((s) => s.state !== 'executing'))
  })
})

describe('who drives', () => {
  test('another is refused until it takes over with a reason', async () => {
    let nowMs = 0
    const seats = new Seats(() => nowMs, 60_000)
    const { driving } = await open(3, { seats })
    const { id } = await driving.start({ ...ADD, as: ANN })
    const say = async (as: typeof ANN, command: Parameters<typeof words>[1]) =>
      await driving.workflows.command(id, { ...words(await driving.get(id), command), as })
    expect(await refused(say(BEN, REST))).toMatchObject({ status: 409, code: 'other-driver' })
    expect(await refused(say(BEN, { type: 'take-over' }))).toMatchObject({ status: 422, code: 'reason-needed' })
    // Ann has just acted: she is asked first, or gone for a while.
    const taken = { type: 'take-over', reason: 'Ann sleeps' } as const
    expect(await refused(say(BEN, taken))).toMatchObject({ status: 409, code: 'driver-present' })
    nowMs += 60_000
    expect((await say(BEN, taken)).driver).toEqual(BEN)
    const { log } = await driving.get(id)
    expect(log[0]).toMatchObject({ actor: 'Ben', text: 'Took over from Ann: Ann sleeps (Ann was absent)' })
    expect(await refused(say(ANN, REST))).toMatchObject({ code: 'other-driver' })
    expect((await say(BEN, REST)).parked).toMatchObject({ by: 'Ben' })
  })
})

describe('the same words twice', () => {
  test('a command with the same id gives the same answer, and takes effect once', async () => {
    const { driving } = await open()
    const started = await driving.start(ADD)
    const request = words(started, REST)
    const answer = await driving.workflows.command(started.id, request)
    expect((await driving.workflows.command(started.id, request)).revision).toBe(answer.revision)
    const { entries } = await driving.workflows.evidence(started.id)
    expect(entries.filter((e) => e.type === 'parked')).toHaveLength(1)
    const other = { ...request, command: { type: 'abort', reason: 'no' } } as const
    expect(await refused(driving.workflows.command(started.id, other))).toMatchObject({ status: 409 })
    expect((await driving.get(started.id)).endedAtMs).toBeNull()
  })

  test('at the same time too', async () => {
    const { driving } = await open()
    const started = await driving.start(ADD)
    const request = words(started, REST)
    const answers = await Promise.all([1, 2, 3].map(() => driving.workflows.command(started.id, request)))
    expect(new Set(answers.map((w) => w.revision)).size).toBe(1)
    const { entries } = await driving.workflows.evidence(started.id)
    expect(entries.filter((e) => e.type === 'parked')).toHaveLength(1)
  })

  test('a start with the same id begins one run, one after the other and at the same time', async () => {
    const { driving } = await open()
    const request = { ...ADD, commandId: randomUUID() }
    const [one, ...more] = await Promise.all([1, 2, 3].map(() => driving.start(request)))
    more.push(await driving.start(request))
    expect(more.map((w) => w.id)).toEqual(more.map(() => one?.id))
    expect((await driving.workflows.list('test')).workflows).toHaveLength(1)
    expect(await refused(driving.start({ ...request, reason: 'another' }))).toMatchObject({ status: 409 })
  })
})

describe('words that come too late', () => {
  test('for an older revision: refused, with the run as it is now', async () => {
    const { driving } = await open()
    const started = await driving.start(ADD)
    const parked = await driving.workflows.command(started.id, words(started, REST))
    const late = words(started, { type: 'abort', reason: 'no' })
    const answer = await refused(driving.workflows.command(started.id, late))
    expect(answer).toMatchObject({ status: 409, code: 'stale-revision' })
    expect(answer.workflow?.revision).toBe(parked.revision)
  })

  test('for a run that has ended: refused', async () => {
    const { driving } = await open()
    const started = await driving.start(ADD)
    const ended = await driving.workflows.command(started.id, words(started, { type: 'abort', reason: 'no' }))
    expect(ended.state).toBe('aborted')
    expect(await refused(driving.workflows.command(started.id, words(ended, REST)))).toMatchObject({
      status: 409,
      code: 'run-ended',
    })
  })
})
