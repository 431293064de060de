/** The archive on a real database: what comes back, over restarts, clock jumps, full and damaged disks. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diffViews } from '../../contract/delta.ts'
import type { QuorumEvent } from '../../contract/past/events.ts'
import { History } from '../../contract/past/history.ts'
import { type ExampleArchive, openArchive, START, viewAt } from '../../testing/examples/exampleArchive.ts'
import { DIRECTORY } from '../../testing/examples/exampleObservation.ts'
import { readEvents } from '../asking/readEvents.ts'
import { readHistory } from '../asking/readHistory.ts'
import { readMoment } from '../asking/readMoment.ts'
import { readRows } from '../asking/readRows.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let opened: ExampleArchive[] = []
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorumdeck-history-'))
})
afterEach(async () => {
  for (const one of opened) await one.close()
  opened = []
  rmSync(folder, { recursive: true, force: true })
})

function open(...options: Parameters<typeof openArchive>): ExampleArchive {
  const made = openArchive(...options)
  opened.push(made)
  return made
}

async function reopen(example: ExampleArchive, nowMs: number): Promise<ExampleArchive> {
  opened = opened.filter((one) => one !== example)
  await example.close()
  return open(folder, {}, nowMs)
}

async function read({ archive, clock }: ExampleArchive, fromMs: number, toMs: number, stepMs = 1000) {
  return History.parse(await readHistory(archive, 'c', { fromMs, toMs, stepMs, extra: [] }, clock.wallMs))
}

const lagsOf2 = (history: History) => history.series.find((one) => one.replica.nodeId === 2)?.lag

/** A view a second. */
async function watch(example: ExampleArchive, fromMs: number, seconds: number, lag: (second: number) => number) {
  for (let second = 0; second < seconds; second += 1) {
    example.show(viewAt(fromMs + second * 1000, { lag: lag(second) }))
    await example.pass(1000)
  }
}

test('a point a second; faster samples are folded by the largest lag', async () => {
  const example = open()
  for (const [ms, lag] of [
    [0, 1],
    [250, 9],
    [500, 2],
    [1000, 3],
  ] as const)
    example.show(viewAt(START + ms, { lag }))
  const history = await read(example, START, START + 1000)
  expect(history.timesMs).toEqual([START, START + 1000])
  expect(lagsOf2(history)).toEqual([9, 3])
  expect(history.margin).toEqual([1, 1])
  expect(history.leaderId).toEqual([0, 0])
})

test('two incarnations of one id are two series, and a stretch in which one was not listed is unknown', async () => {
  const example = open()
  example.show(viewAt(START, { lag: 4 }))
  example.show(viewAt(START + 1000, { lag: 5, directoryId: DIRECTORY.new2 }))
  const { series } = await read(example, START, START + 2000)
  expect(series.filter(({ replica }) => replica.nodeId === 2).map((s) => [s.replica.directoryId, s.lag])).toEqual([
    [DIRECTORY[2], [4, null]],
    [DIRECTORY.new2, [null, 5]],
  ])
})

test('wider steps keep the peak, and a stretch of ten minutes is answered from what is written and what is open', async () => {
  const example = open()
  await watch(example, START, 600, (second) => (second === 333 ? 500 : 1))
  const history = await read(example, START, START + 599_000, 10_000)
  expect(history.timesMs).toHaveLength(60)
  expect(
    lagsOf2(history)
      ?.map((lag, at) => [at, lag])
      .filter(([, lag]) => lag !== 1),
  ).toEqual([[33, 500]])
})

test('a year is answered with wide points, and an empty future with none', async () => {
  const example = open()
  await watch(example, START, 120, () => 2)
  const year = await read(example, START - 365 * DAY, START + 365 * DAY)
  expect(year.timesMs.length).toBeGreaterThan(1)
  expect(year.stepMs).toBeLessThanOrEqual(10_000)
  expect((await read(example, START + DAY, START + 2 * DAY)).timesMs).toEqual([])
})

test('a restart in the middle of a minute loses nothing of it, and a kill ten seconds at most', async () => {
  const first = open(folder)
  await watch(first, START, 30, (second) => second)
  const second = await reopen(first, START + 40_000)
  await watch(second, START + 40_000, 20, () => 7)
  const history = await read(second, START, START + 59_000)
  expect(history.timesMs).toHaveLength(50)
  expect(lagsOf2(history)?.slice(0, 3)).toEqual([0, 1, 2])
  await watch(second, START + 60_000, 25, () => 7)
  // Killed: nothing is flushed. Whoever opens the file then reads what was written while it was open.
  const written = await second.archive.store.blocks(1, 1000, START + 60_000, START + 60_000, 1)
  expect(written).toHaveLength(1)
})

test('a clock that is set back voids what it contradicts, and goes on', async () => {
  const example = open(folder)
  await watch(example, START, 300, () => 1)
  example.clock.wallMs = START + 100_000
  await watch(example, START + 100_000, 50, () => 9)
  const history = await read(example, START, START + 400_000)
  expect(history.timesMs.at(-1)).toBe(START + 149_000)
  expect(lagsOf2(history)?.slice(99, 102)).toEqual([1, 9, 9])
  const again = await reopen(example, START + 150_000)
  expect((await read(again, START, START + 400_000)).timesMs).toHaveLength(150)
})

test('a clock that jumps ahead by a year drops nothing of what was promised', async () => {
  const example = open(folder)
  await watch(example, START, 120, () => 1)
  example.clock.wallMs += 365 * DAY
  for (let minute = 0; minute < 9; minute += 1) await example.pass(60_000)
  example.clock.wallMs = START + 700_000
  await watch(example, START + 700_000, 10, () => 1)
  expect((await read(example, START, START + 710_000)).timesMs).toHaveLength(130)
})

test('fine points go after their time, coarse ones stay', async () => {
  const example = open(undefined, { secondsKeptMs: HOUR, tenSecondsKeptMs: 2 * HOUR })
  await watch(example, START, 60, (second) => second)
  for (let minute = 0; minute < 200; minute += 1) await example.pass(60_000)
  const { archive, clock } = example
  example.show(viewAt(clock.wallMs, { lag: 1 }))
  expect(await archive.store.blocks(1, 1000, 0, clock.wallMs, 10)).toEqual([])
  expect(await archive.store.blocks(1, 10_000, 0, clock.wallMs, 10)).toEqual([])
  expect(await archive.store.blocks(1, 60_000, 0, clock.wallMs, 10)).toHaveLength(1)
  expect(lagsOf2(await read(example, START, START + 60_000, 1000))).toEqual([59])
})

test('the file stays within its bound: the oldest of the finest points go first', async () => {
  const maxBytes = 80_000
  const example = open(folder, { maxBytes })
  const seconds = 3 * 3600
  for (let second = 0; second < seconds; second += 1) {
    // Figures that do not pack well.
    example.show(
      viewAt(START + second * 1000, { lag: (second * 7919) % 500, endOffset: 10_000 + ((second * 104_729) % 9999) }),
    )
    if (second % 20 === 19) await example.pass(20_000)
  }
  await example.pass(60_000)
  expect(example.archive.store.usedBytes()).toBeLessThanOrEqual(maxBytes)
  const { archive } = example
  const finest = await archive.store.blocks(1, 1000, 0, START + seconds * 1000, 1)
  expect(finest[0]?.startMs).toBeGreaterThan(START)
  expect(await archive.store.blocks(1, 60_000, START, START, 1)).toHaveLength(1)
  // The last quarter of an hour is whole.
  expect((await read(example, START + (seconds - 900) * 1000, START + seconds * 1000)).timesMs).toHaveLength(900)
  expect((await archive.state('c')).problem).toBeNull()
})

test('a moment shows the view as it was then, words and figures', async () => {
  const example = open(folder)
  const views = [
    viewAt(START, { lag: 4 }),
    viewAt(START + 1000, { lag: 5 }),
    viewAt(START + 2000, { lag: 6, directoryId: DIRECTORY.new2 }),
  ]
  for (const view of views) example.show(view)
  await example.pass(11_000)
  const moving = { serverRunId: 'past', seq: 0 }
  for (const view of views) {
    const moment = await readMoment(example.archive, 'c', view.observedAtMs + 300)
    expect(moment.view).toEqual({ ...view, ...moving, quorum: { ...view.quorum, leaderClockMs: null } })
  }
  const middle = await readMoment(example.archive, 'c', START + 1999)
  expect([middle.beforeMs, middle.afterMs]).toEqual([START, START + 2000])
  const before = await readMoment(example.archive, 'c', START - DAY)
  expect(before).toMatchObject({ view: null, beforeMs: null, afterMs: START })
  const after = await readMoment(example.archive, 'c', START + DAY)
  expect(after).toMatchObject({ view: null, beforeMs: START + 2000, afterMs: null })
})

test('deltas lead to the same as whole views; one that does not follow asks for a whole one', async () => {
  const example = open()
  let before = viewAt(START, { lag: 0 })
  example.show(before)
  for (let second = 1; second < 90; second += 1) {
    const view = { ...viewAt(START + second * 1000, { lag: second }), seq: second + 1 }
    const delta = diffViews(before, view, null)
    if (delta === null) throw new Error('the replicas are the same')
    expect(example.archive.take({ cluster: 'c', kind: 'delta', delta })).toBe(true)
    before = view
  }
  expect(lagsOf2(await read(example, START, START + 89_000))).toEqual(Array.from({ length: 90 }, (_, at) => at))
  const gap = diffViews({ ...before, seq: 400 }, { ...viewAt(START + 99_000), seq: 401 }, null)
  if (gap === null) throw new Error('the replicas are the same')
  expect(example.archive.take({ cluster: 'c', kind: 'delta', delta: gap })).toBe(false)
})

const event = (over: Partial<QuorumEvent>): QuorumEvent => ({
  id: 'e',
  revision: 1,
  cluster: 'c',
  kind: 'leader-elected',
  atMs: START,
  severity: 'info',
  title: 'Leader 0 → 1, epoch 8',
  offset: null,
  epoch: 8,
  committed: null,
  retracted: false,
  replicas: [],
  actor: null,
  ...over,
})

test('events outlive a restart; one that is settled later is one event; pages lead to the older ones', async () => {
  const first = open(folder)
  for (let i = 0; i < 30; i += 1) {
    first.archive.take({ cluster: 'c', kind: 'event', event: event({ id: `e${i}`, atMs: START + i, epoch: null }) })
  }
  await first.pass(1000)
  first.archive.take({
    cluster: 'c',
    kind: 'event',
    event: event({ id: 'e3', atMs: START + 3, committed: true, epoch: null }),
  })
  const second = await reopen(first, START + 1000)
  const all = { fromMs: 0, toMs: START + HOUR, limit: 20, kinds: null }
  const newest = await readEvents(second.archive, 'c', all)
  expect(newest.events).toHaveLength(20)
  const older = await readEvents(second.archive, 'c', { ...all, toMs: (newest.older ?? 0) - 1 })
  const ids = new Set([...older.events, ...newest.events].map(({ id }) => id))
  expect(ids.size).toBe(30)
  expect(older.events.find(({ id }) => id === 'e3')?.committed).toBe(true)
  expect(older.older).toBeUndefined()
})

test('an election is explained by what was seen of the old leader, whichever comes first', async () => {
  const example = open()
  example.show(viewAt(START))
  const view = viewAt(START + 4000)
  const elected = { ...view, quorum: { ...view.quorum, leaderId: 1, leaderEpoch: 8 } }
  example.archive.take({ cluster: 'c', kind: 'event', event: event({}) })
  example.show(elected)
  const next = { ...viewAt(START + 9000), quorum: { ...view.quorum, leaderId: 0, leaderEpoch: 9 } }
  example.show(next)
  example.archive.take({ cluster: 'c', kind: 'event', event: event({ id: 'e9', epoch: 9, atMs: START + 8000 }) })
  const { events } = await readEvents(example.archive, 'c', {
    fromMs: 0,
    toMs: START + HOUR,
    limit: 9,
    kinds: ['leader-elected'],
  })
  expect(events.map(({ why }) => why)).toEqual([
    '0 was last seen leading 4.0 s before, and was not asked since.',
    '1 was last seen leading 5.0 s before, and was not asked since.',
  ])
})

test('findings begin and end as events, and one that ended while nobody watched ends at the next start', async () => {
  const first = open(folder)
  first.show(viewAt(START))
  const calm = viewAt(START + 1000)
  const finding = {
    code: 'voter-silent',
    severity: 'warning',
    title: '2 is silent',
    detail: 'd',
    replicas: [{ nodeId: 2, directoryId: null }],
  } as const
  first.show({ ...calm, findings: [...calm.findings, { ...finding, replicas: [...finding.replicas] }] })
  const second = await reopen(first, START + 20_000)
  await second.archive.series('c')
  second.show(viewAt(START + 20_000))
  const { events } = await readEvents(second.archive, 'c', {
    fromMs: 0,
    toMs: START + HOUR,
    limit: 9,
    kinds: ['finding'],
  })
  expect(events.map(({ title, atMs }) => [title, atMs - START])).toEqual([
    ['2 is silent', 1000],
    ['No more: 2 is silent', 20_000],
  ])
})

test('behind a name that is given to another cluster another history begins', async () => {
  const example = open(folder)
  example.show(viewAt(START, { lag: 1 }))
  await example.pass(11_000)
  const again = await reopen(example, START + 20_000)
  again.show({ ...viewAt(START + 20_000, { lag: 2 }), clusterId: 'another-cluster-of-one' })
  await again.pass(11_000)
  expect((await read(again, START, START + HOUR)).timesMs).toEqual([START + 20_000])
  expect((await readMoment(again.archive, 'c', START + 20_000)).view?.clusterId).toBe('another-cluster-of-one')
})

test('a quorum that was made anew has no past', async () => {
  const example = open(folder)
  example.show(viewAt(START, { lag: 1 }))
  await example.pass(11_000)
  example.archive.take({ cluster: 'c', kind: 'anew' })
  expect((await read(example, START, START + HOUR)).timesMs).toEqual([])
  example.show(viewAt(START + 12_000, { lag: 2 }))
  await example.pass(11_000)
  expect(lagsOf2(await read(example, START, START + HOUR))).toEqual([2])
})

test('a disk that does not take it: what happens is kept in memory and written when there is room again', async () => {
  const example = open(folder)
  await watch(example, START, 20, () => 1)
  const { archive, database } = example
  const write = archive.store.write.bind(archive.store)
  const full = Object.assign(new Error('database or disk is full'), { errcode: 13 })
  const { asStorageFailure } = await import('../../storage/storageFailure.ts')
  archive.store.write = () => Promise.reject(asStorageFailure('keep', full))
  await watch(example, START + 20_000, 200, () => 2)
  expect(await archive.state('c')).toMatchObject({
    state: 'memory',
    problem: { title: 'History is not being written down' },
  })
  expect((await read(example, START, START + 300_000)).timesMs).toHaveLength(220)
  archive.store.write = write
  await example.pass(10_000)
  expect((await archive.state('c')).state).toBe('kept')
  const rows = await database.queries.selectFrom('block').select('start_ms').where('step_ms', '=', 1000).execute()
  expect(rows).toHaveLength(4)
})

test('a damaged file is set aside, said so, and a new history is begun', async () => {
  writeFileSync(join(folder, 'history.sqlite'), 'this is no database, and has never been one; it is only long enough')
  const example = open(folder)
  await watch(example, START, 15, () => 1)
  expect((await read(example, START, START + 60_000)).timesMs).toHaveLength(15)
  expect(await example.archive.state('c')).toMatchObject({
    state: 'kept',
    problem: { title: 'An earlier history was damaged' },
  })
  expect(readdirSync(folder).some((name) => name.startsWith('history.sqlite.damaged-'))).toBe(true)
})

test('rows of the export, piece by piece, as CSV and as JSON', async () => {
  const example = open()
  await watch(example, START, 130, (second) => second)
  const whole = async (format: 'csv' | 'json') => {
    let text = ''
    let afterMs: number | null = null
    let pieces = 0
    do {
      const request = { fromMs: START, toMs: START + HOUR, stepMs: 1000, format, afterMs }
      const piece = await readRows(example.archive, 'c', request, example.clock.wallMs)
      text += piece.text
      afterMs = piece.afterMs
      pieces += 1
    } while (afterMs !== null)
    return { text, pieces }
  }
  const csv = await whole('csv')
  expect(csv.pieces).toBe(4)
  const lines = csv.text.trimEnd().split('\n')
  expect(lines).toHaveLength(1 + 130 * 4)
  expect(lines[3]).toBe(`${new Date(START).toISOString()},2,${DIRECTORY[2]},follower,ok,535,0,283,283,0,9,535,1`)
  const rows = JSON.parse((await whole('json')).text)
  expect(rows).toHaveLength(520)
  expect(rows.at(-2)).toMatchObject({ node_id: 2, lag: 129 })
})
