/** A run belongs to a Kafka cluster id: whatever name is given to whichever cluster, it is judged on its own alone. */
import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { QuorumView } from '../../contract/quorumView.ts'
import { type Database, IN_MEMORY, openDatabase } from '../../storage/database.ts'
import { CANDIDATE, CLUSTER_ID, exampleFacts, exampleView } from '../../testing/examples/exampleFacts.ts'
import { type ChangeRules, NO_CHANGE_RULES } from '../run/permission/changeRules.ts'
import type { QuorumSource, VoterChange, WorkflowCluster } from '../run/ports.ts'
import { WorkflowRefusal } from '../run/refusal.ts'
import type { RunEntry } from '../run/run.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '../run/thresholds.ts'
import { voterKeys } from '../run/voterSet.ts'
import { createWorkflows, type WorkflowEngine } from './engine.ts'
import { type Journal, openJournal } from './journal/journal.ts'
import { runOf, toStored } from './journal/stored.ts'
import { Seats } from './seats/seats.ts'

const OTHER_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
const ADD = { kind: 'add-controller', params: { ...CANDIDATE } } as const
const { endpoints } = exampleFacts()

/** A watched cluster that shows what it is told to. */
class Shown {
  readonly #listeners = new Set<(view: QuorumView) => void>()
  view: QuorumView | null = null
  readonly cluster: WorkflowCluster & { thresholds: Thresholds }

  constructor(name: string, changeRules?: ChangeRules) {
    const of = this
    const source: QuorumSource = {
      cluster: name,
      get view() {
        return of.view
      },
      log: null,
      nodes: new Map(),
      link: { state: 'live', sinceMs: 0, problem: null, attempts: [] },
      ageMs: () => 0,
      refresh: async () => of.view,
      controllerEndpoints: (id) => endpoints.get(id) ?? [],
      setActive: () => undefined,
      subscribe: ({ onView }) => {
        if (onView !== undefined) this.#listeners.add(onView)
        return () => undefined
      },
    }
    const notSent = async () => ({ kind: 'not-sent', problem: 'x' }) as const
    this.cluster = {
      cluster: name,
      source,
      writes: { changeVoters: notSent, act: notSent, probe: async () => [] },
      reads: { disks: async () => new Map() },
      cruiseControl: null,
      hosts: null,
      bootstrapControllers: [],
      commandConfig: null,
      thresholds: { ...DEFAULT_THRESHOLDS, ...(changeRules === undefined ? {} : { changeRules }) },
    }
  }

  show(clusterId: string, view = exampleView()): void {
    const shown = { ...view, clusterId }
    this.view = shown
    for (const listener of this.#listeners) listener(shown)
  }
}

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function kept(): Journal {
  const database: Database = openDatabase(IN_MEMORY)
  closers.push(() => database.close())
  return openJournal(database)
}

async function engineOf(journal: Journal, ...names: string[]): Promise<{ engine: WorkflowEngine; shown: Shown[] }> {
  const shown = names.map((name) => new Shown(name))
  const clusters = shown.map((one) => one.cluster)
  const clock = { nowMs: () => 1000, monotonicMs: () => 1000 }
  const rehearsal = { rehearse: () => Promise.reject(new Error('not rehearsed here')) }
  const onError = (error: unknown) => {
    throw error
  }
  const engine = await createWorkflows({
    clusters,
    journal,
    rehearsal,
    seats: new Seats(clock.monotonicMs),
    clock: clock as never,
    newId: randomUUID,
    onError,
  })
  closers.push(() => engine.close())
  return { engine, shown }
}

/** A journal with one run of the example cluster, begun under the name “old”. */
async function begun(): Promise<{ journal: Journal; id: string; revision: number }> {
  const journal = kept()
  const { engine, shown } = await engineOf(journal, 'old')
  shown[0]?.show(CLUSTER_ID)
  const { id, revision } = await engine.start('old', ADD)
  await engine.close()
  return { journal, id, revision }
}

const idsOf = (runs: { id: string }[]) => runs.map((run) => run.id)
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'taken',
    (error: unknown) => (error instanceof WorkflowRefusal ? error.code : String(error)),
  )
const say = async (engine: WorkflowEngine, id: string, type: 'abort' | 'leave') => {
  const { revision, allowedCommands } = await engine.get(id)
  const confirmation = allowedCommands.find((c) => c.type === type)?.needsConfirmation?.statement
  const command = { type, reason: 'x', ...(confirmation === undefined ? {} : { confirmation }) }
  return await engine.command(id, { commandId: randomUUID(), expectedRevision: revision, command })
}

describe('a cluster that was renamed', () => {
  test('keeps its run, under the new name', async () => {
    const { journal, id } = await begun()
    const { engine, shown } = await engineOf(journal, 'new')
    // Before anything is seen it is listed all the same.
    expect(idsOf((await engine.list('new')).unwatched)).toEqual([id])
    expect(await engine.get(id)).toMatchObject({ state: 'waiting', now: expect.stringContaining(CLUSTER_ID) })
    shown[0]?.show(CLUSTER_ID)
    const { workflows, unwatched } = await engine.list('new')
    expect([idsOf(workflows), unwatched]).toEqual([[id], []])
    expect(await engine.get(id)).toMatchObject({ cluster: 'new', currentStep: 'caught-up' })
    expect(await codeOf(engine.start('new', ADD))).toBe('change-in-progress')
    expect((await say(engine, id, 'abort')).state).toBe('aborted')
    expect((await engine.get(id)).state).toBe('aborted')
    expect(await codeOf(engine.start('new', ADD))).toBe('taken')
  })
})

describe('another cluster under the old name', () => {
  test('judges nothing of the run, which waits and can be ended', async () => {
    const { journal, id, revision } = await begun()
    const { engine, shown } = await engineOf(journal, 'old')
    const view = exampleView()
    // What the run is for is so on the other cluster: it proves nothing.
    const voters = [...view.replicas.slice(0, view.quorum.voters), ...view.replicas.filter((r) => r.nodeId === 3)]
    const replicas = [
      ...voters.map((r) => ({ ...r, status: r.status === 'observer' ? ('follower' as const) : r.status })),
    ]
    shown[0]?.show(OTHER_ID, { ...view, replicas, quorum: { ...view.quorum, voters: voters.length } })
    const waits = await engine.get(id)
    expect(waits).toMatchObject({ state: 'waiting', margins: [], revision })
    expect(waits.now).toContain(CLUSTER_ID)
    expect(waits.allowedCommands.map((c) => c.type)).toEqual(['abort', 'take-over'])
    const { workflows, unwatched } = await engine.list('old')
    expect([idsOf(workflows), idsOf(unwatched)]).toEqual([[], [id]])
    // It does not stand in the way of the other cluster.
    shown[0]?.show(OTHER_ID)
    expect(await codeOf(engine.start('old', ADD))).toBe('taken')
    expect((await say(engine, id, 'abort')).state).toBe('aborted')
    expect((await engine.list('old')).unwatched).toEqual([])
  })

  test('does not decide what became of a request', async () => {
    const { journal, id } = await begun()
    const record = await journal.find(id)
    if (record === null) throw new Error('no run')
    const run = await runOf(journal, record)
    const before = voterKeys(exampleView())
    const change: VoterChange = { kind: 'add', ...CANDIDATE, endpoints: [] }
    const quorum = { observedAtMs: 0, quorum: exampleView().quorum, replicas: [] }
    const intent = { step: 'add', change, before, expected: [...before, CANDIDATE], epoch: 9, leaderId: 0 }
    const actor = { id: 'operator', name: 'operator' }
    const entry: RunEntry = {
      type: 'intended',
      intent,
      confirmation: null,
      gates: [],
      quorum,
      atMs: 2,
      actor,
      text: '',
    } as const
    await journal.append({
      id,
      afterSeq: run.revision,
      token: record.token,
      entries: [toStored(entry, run)],
      command: null,
      endedAtMs: null,
    })
    const { engine, shown } = await engineOf(journal, 'old')
    // Longer than any request lives, on other voters than those that it counted on.
    for (let look = 0; look < 5; look += 1)
      shown[0]?.show(OTHER_ID, { ...exampleView(), replicas: [], quorum: { ...exampleView().quorum, voters: 0 } })
    const waits = await engine.get(id)
    expect(waits).toMatchObject({ state: 'waiting', revision: run.revision + 1 })
    const [leave] = waits.allowedCommands
    expect(leave).toMatchObject({
      type: 'leave',
      needsConfirmation: { statement: 'what was sent may still be carried out' },
    })
    expect((await say(engine, id, 'leave')).state).toBe('aborted')
  })
})

test('two names of one cluster show the same runs, and begin one at a time', async () => {
  const { engine, shown } = await engineOf(kept(), 'a', 'b')
  for (const one of shown) one.show(CLUSTER_ID)
  const { id } = await engine.start('b', ADD)
  for (const name of ['a', 'b']) {
    expect(idsOf((await engine.list(name)).workflows)).toEqual([id])
    expect(idsOf(engine.active(name))).toEqual([id])
    const again = await engine.start(name, ADD).catch((error: unknown) => error)
    expect(again).toMatchObject({ code: 'change-in-progress', workflow: { id } })
  }
})

test('the rules of every name of a cluster hold, in whichever order the names came', async () => {
  const { engine, shown } = await engineOf(kept(), 'orders', 'orders-2')
  for (const one of shown) one.show(CLUSTER_ID)
  const { id, permission } = await engine.start('orders-2', ADD)
  expect(permission).toBeNull()
  await say(engine, id, 'abort')
  // As where the configuration is read again: the name that has rules now stands last.
  await engine.drop('orders')
  const ruled = new Shown('orders', { ...NO_CHANGE_RULES, approvedKinds: ['add-controller'], approvalMs: 1000 })
  await engine.add(ruled.cluster)
  const missing = async (name: string) => (await engine.start(name, { ...ADD, dryRun: true })).permission?.missing
  // Not seen yet, it is the cluster that it was.
  expect(await missing('orders-2')).toHaveLength(1)
  ruled.show(CLUSTER_ID)
  for (const name of ['orders', 'orders-2']) expect(await missing(name)).toHaveLength(1)
  const begun = await engine.start('orders', ADD)
  expect(begun.permission).toMatchObject({ needsApproval: true })
  ruled.show(OTHER_ID)
  expect(await missing('orders-2')).toBeUndefined()
})

test('a name that is added while the program runs takes its run up', async () => {
  const { journal, id } = await begun()
  const { engine } = await engineOf(journal)
  expect(await engine.get(id)).toMatchObject({ state: 'waiting' })
  const added = new Shown('anything')
  await engine.add(added.cluster)
  added.show(CLUSTER_ID)
  expect(await engine.get(id)).toMatchObject({ cluster: 'anything', currentStep: 'caught-up' })
})
