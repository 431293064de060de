import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../../storage/database.ts'
import { type DatabasePlace, databasePlace } from '../../../testing/databasePlace.ts'
import {
  type Append,
  ChangeLockHeld,
  type CommandMark,
  type Journal,
  JournalConflict,
  type NewEntry,
  openJournal,
  type Preemption,
  type RunRecord,
  type StoredRun,
} from './journal.ts'

const START = 1_700_000_000_000
const ANNA = { id: 'anna', name: 'Anna B.' }

let place: DatabasePlace
let database: Database
let journal: Journal

beforeEach(async () => {
  place = await databasePlace()
  database = await place.open()
  journal = openJournal(database)
})
afterEach(() => place.remove())

const entry = (type: string, data: unknown = null): NewEntry => ({
  atMs: START + 1,
  actor: ANNA,
  type,
  text: `what ${type} means`,
  data,
})

interface Begin {
  clusterId?: string
  startedAtMs?: number
  entries?: NewEntry[]
  command?: CommandMark | null
  preempts?: Preemption | null
}

async function begin(id: string, { clusterId = 'K1', ...more }: Begin = {}): Promise<StoredRun> {
  await journal.begin(
    { id, kind: 'replace-disk', cluster: 'test', clusterId, startedAtMs: more.startedAtMs ?? START },
    more.entries ?? [entry('planned')],
    { command: more.command ?? null, preempts: more.preempts ?? null },
  )
  return await stored(id)
}

/** The next append to a run as it was read; the test bends it. */
const next = (run: RunRecord, bent: Partial<Append> = {}): Append => ({
  id: run.id,
  afterSeq: run.lastSeq,
  token: run.token,
  entries: [entry('next')],
  command: null,
  endedAtMs: null,
  ...bent,
})

async function stored(id: string): Promise<StoredRun> {
  const run = await journal.read(id)
  if (run === null) throw new Error(`${id} is not stored`)
  return run
}

const types = async (id: string) => (await stored(id)).entries.map((e) => `${e.seq} ${e.type}`)

async function end(id: string): Promise<void> {
  await journal.append(next(await stored(id), { endedAtMs: START + 9, entries: [entry('ended')] }))
}

/** Everything the database holds, to show that a refused call wrote nothing. */
async function everything(): Promise<unknown[]> {
  const names = ['workflow_run', 'workflow_entry', 'change_lock', 'command_answer'] as const
  return await Promise.all(names.map((name) => database.queries.selectFrom(name).selectAll().execute()))
}

async function refused(call: () => Promise<unknown>): Promise<unknown> {
  const before = await everything()
  const error = await call().then(
    () => 'was not refused',
    (reason: unknown) => reason,
  )
  expect(await everything()).toEqual(before)
  return error
}

describe('what is kept', () => {
  test('a run reads back as it was begun, with its entries in order', async () => {
    const data = { gates: [{ ok: false, observed: null }], text: 'ü ✓ \u0000' }
    const begun = await begin('r1', { entries: [entry('planned', data), entry('checked', undefined)] })
    expect(begun).toEqual({
      id: 'r1',
      kind: 'replace-disk',
      cluster: 'test',
      clusterId: 'K1',
      startedAtMs: START,
      endedAtMs: null,
      lastSeq: 2,
      token: 1,
      summary: null,
      folded: null,
      entries: [
        { seq: 1, atMs: START + 1, actor: ANNA, type: 'planned', text: 'what planned means', data },
        { seq: 2, atMs: START + 1, actor: ANNA, type: 'checked', text: 'what checked means', data: null },
      ],
    })
    expect(await journal.read('r1')).toEqual(begun)
    expect(await journal.read('r2')).toBeNull()
  })

  test('appending counts on, and an append may hold several entries or none', async () => {
    const run = await begin('r1')
    await journal.append(next(run, { entries: [entry('a'), entry('b')] }))
    await journal.append(next(await stored('r1'), { entries: [] }))
    await journal.append(next(await stored('r1'), { entries: [entry('c')] }))
    expect(await types('r1')).toEqual(['1 planned', '2 a', '3 b', '4 c'])
  })

  test('active runs come oldest first, recent ones newest first, of one Kafka cluster, ended ones too', async () => {
    await begin('old', { startedAtMs: START + 1 })
    await end('old')
    await begin('new', { startedAtMs: START + 5 })
    await begin('other', { startedAtMs: START + 3, clusterId: 'K2' })
    expect((await journal.active()).map((run) => run.id)).toEqual(['other', 'new'])
    expect((await journal.recent('K1', 10)).map((run) => [run.id, run.endedAtMs])).toEqual([
      ['new', null],
      ['old', START + 9],
    ])
    expect((await journal.recent('K1', 1)).map((run) => run.id)).toEqual(['new'])
  })

  test('the entries of a long run come in pages, in their order, and none is read by a list', async () => {
    const run = await begin('r1')
    await journal.append(next(run, { entries: Array.from({ length: 99 }, (_, i) => entry(`e${i}`)) }))
    const pages: number[][] = []
    for await (const page of journal.pages('r1')) pages.push(page.map((e) => e.seq))
    expect(pages.map((page) => page.length)).toEqual([20, 20, 20, 20, 20])
    expect(pages.flat()).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
    await database.queries.updateTable('workflow_entry').set({ data: 'no JSON' }).execute()
    expect(await journal.active()).toMatchObject([{ id: 'r1', lastSeq: 100 }])
    expect(await journal.recent('K1', 10)).toMatchObject([{ id: 'r1', lastSeq: 100 }])
    expect(await journal.find('r1')).toMatchObject({ lastSeq: 100 })
  })

  test('what an ended run was is kept with its end, or later, and never of one that goes on', async () => {
    const ended = { summary: '{"id":"r1"}', folded: '{"notes":[]}' }
    const run = await begin('r1')
    await journal.keepEnded(await stored('r1'), ended)
    expect(await journal.find('r1')).toMatchObject({ summary: null, folded: null })
    await journal.append(next(run, { endedAtMs: START + 9, ended }))
    expect(await journal.recent('K1', 1)).toMatchObject([ended])
    await begin('older')
    await end('older')
    await journal.keepEnded(await stored('older'), ended)
    expect(await journal.find('older')).toMatchObject(ended)
  })

  test('the newest ended runs stay, and every one that goes on; the others go with all that is theirs', async () => {
    for (const [i, id] of ['a', 'b', 'c'].entries()) {
      const mark = { scope: id, commandId: '1', hash: 'h' }
      const run = await begin(id, { startedAtMs: START + i, command: mark })
      await journal.answer(mark, 200, '{}')
      await journal.append(next(run, { entries: Array.from({ length: 250 }, () => entry('more')) }))
      await end(id)
    }
    await begin('going on', { startedAtMs: START - 9 })
    await begin('elsewhere', { clusterId: 'K2' })
    await end('elsewhere')
    expect(await journal.retain('K1', 2)).toBe(1)
    expect(await journal.retain('K1', 2)).toBe(0)
    expect((await journal.recent('K1', 10)).map((run) => run.id)).toEqual(['c', 'b', 'going on'])
    expect(await journal.read('a')).toBeNull()
    expect(await journal.command('a', '1')).toBeNull()
    const rows = await database.queries.selectFrom('workflow_entry').select('run_id').distinct().execute()
    expect(rows.map((row) => row.run_id).sort()).toEqual(['b', 'c', 'elsewhere', 'going on'])
  })

  test('data that JSON cannot hold is refused whole', async () => {
    const run = await begin('r1')
    const error = await refused(() => journal.append(next(run, { entries: [entry('a'), entry('b', 1n)] })))
    expect(error).toBeInstanceOf(TypeError)
  })
})

describe('compare and set', () => {
  test.each([
    ['an older seq', { afterSeq: 0 }, 'stands at entry 1, not 0'],
    ['a seq that is not there yet', { afterSeq: 2 }, 'stands at entry 1, not 2'],
    ['an unknown run', { id: 'nobody' }, 'is not in the journal'],
    ['no token where the run holds the lock', { token: null }, 'holds the change lock by token 1'],
    ['a token of the future', { token: 2 }, 'counted on the change lock by token 2'],
  ] satisfies [string, Partial<Append>, string][])('%s writes nothing', async (_, bent, why) => {
    const run = await begin('r1')
    const command = { scope: 'r1', commandId: 'c1', hash: 'h' }
    const error = await refused(() => journal.append(next(run, { command, ...bent })))
    expect(error).toBeInstanceOf(JournalConflict)
    expect(error).toMatchObject({ message: expect.stringContaining(why) })
  })

  test('of two writers that saw the same entry one is refused', async () => {
    const run = await begin('r1')
    const outcomes = await Promise.allSettled([
      journal.append(next(run, { entries: [entry('one')] })),
      journal.append(next(run, { entries: [entry('two')] })),
    ])
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected'])
    expect(await types('r1')).toEqual(['1 planned', '2 one'])
  })

  test('nothing follows the end', async () => {
    await begin('r1')
    await end('r1')
    const run = await stored('r1')
    expect(run).toMatchObject({ endedAtMs: START + 9, token: null })
    expect(await refused(() => journal.append(next(run)))).toMatchObject({
      name: 'JournalConflict',
      message: expect.stringContaining('has ended'),
    })
  })

  test('but a run that has ended is taken up again under a new token, and what was kept of its end is void', async () => {
    await begin('r1')
    await end('r1')
    await journal.keepEnded(await stored('r1'), { summary: '{}', folded: '{}' })
    const ended = await stored('r1')
    const command = { scope: 'r1', commandId: 'again', hash: 'h' }
    const token = await journal.reopen({ id: 'r1', afterSeq: ended.lastSeq, entries: [entry('cleaning')], command })
    expect(token).toBe(2)
    const run = await stored('r1')
    expect(run).toMatchObject({ endedAtMs: null, token: 2, summary: null, folded: null })
    expect(await types('r1')).toEqual(['1 planned', '2 ended', '3 cleaning'])
    expect((await journal.active()).map((r) => r.id)).toEqual(['r1'])
    await journal.append(next(run, { endedAtMs: START + 20 }))
    expect((await begin('r2')).token).toBe(3)
  })

  test('not one that is being deleted, and deleting stops at one that was taken up', async () => {
    await begin('r1')
    await end('r1')
    const { lastSeq } = await stored('r1')
    await database.queries.deleteFrom('workflow_entry').where('run_id', '=', 'r1').where('seq', '=', 1).execute()
    const again = { entries: [entry('cleaning')], command: null }
    expect(await refused(() => journal.reopen({ id: 'r1', afterSeq: lastSeq, ...again }))).toBeInstanceOf(
      JournalConflict,
    )
    await begin('r2')
    await end('r2')
    const kept = await stored('r2')
    await journal.reopen({ id: 'r2', afterSeq: kept.lastSeq, ...again })
    await journal.retain('K1', 0)
    expect(await journal.find('r1')).toBeNull()
    expect(await types('r2')).toEqual(['1 planned', '2 ended', '3 cleaning'])
    // A summary of its earlier end is late.
    await journal.keepEnded(kept, { summary: 'old', folded: 'old' })
    await end('r2')
    await journal.keepEnded(kept, { summary: 'old', folded: 'old' })
    expect((await stored('r2')).summary).toBeNull()
  })

  test('not one that goes on, that has moved on, or while another run holds the lock', async () => {
    await begin('r1')
    const reopen = (id: string, afterSeq: number) =>
      refused(() => journal.reopen({ id, afterSeq, entries: [entry('cleaning')], command: null }))
    expect(await reopen('r1', 1)).toBeInstanceOf(JournalConflict)
    await end('r1')
    expect(await reopen('r1', 1)).toBeInstanceOf(JournalConflict)
    expect(await reopen('nobody', 1)).toBeInstanceOf(JournalConflict)
    await begin('r2')
    expect(await reopen('r1', 2)).toMatchObject({ name: 'ChangeLockHeld', holder: 'r2' })
  })

  test('an id begins one run', async () => {
    await begin('r1')
    await end('r1')
    expect(await refused(() => begin('r1'))).toBeInstanceOf(JournalConflict)
  })
})

describe('the change lock', () => {
  test('is held by one run of a Kafka cluster id, whatever the cluster is called', async () => {
    await begin('r1')
    const error = await refused(() => begin('r2'))
    expect(error).toBeInstanceOf(ChangeLockHeld)
    expect(error).toMatchObject({ holder: 'r1' })
    expect((await begin('r3', { clusterId: 'K2' })).token).toBe(1)
  })

  test('is free when the run has ended, and its tokens rise for ever', async () => {
    const tokens: (number | null)[] = []
    for (const id of ['r1', 'r2', 'r3']) {
      tokens.push((await begin(id)).token)
      await end(id)
    }
    expect(tokens).toEqual([1, 2, 3])
  })

  test('a run that holds it keeps its token when it asks again', async () => {
    await begin('r1')
    expect(await journal.takeLock('r1')).toBe(1)
    expect((await stored('r1')).token).toBe(1)
  })

  test('is not for a run that has ended or was never begun', async () => {
    await begin('r1')
    await end('r1')
    for (const id of ['r1', 'nobody']) expect(await refused(() => journal.takeLock(id))).toBeInstanceOf(JournalConflict)
  })
})

describe('pre-emption', () => {
  const preemptionOf = (run: StoredRun, bent: Partial<Preemption> = {}): Preemption => ({
    id: run.id,
    afterSeq: run.entries.length,
    token: run.token ?? 0,
    entries: [entry('preempted')],
    ...bent,
  })

  test('moves the lock, tells the run that gives way, and fences it', async () => {
    const resting = await begin('resting')
    const urgent = await begin('urgent', { preempts: preemptionOf(resting) })
    expect(urgent.token).toBe(2)
    expect(await stored('resting')).toMatchObject({ token: null, endedAtMs: null })
    expect(await types('resting')).toEqual(['1 planned', '2 preempted'])
    expect((await journal.active()).map((run) => run.id).sort()).toEqual(['resting', 'urgent'])

    const late = next(await stored('resting'), { token: resting.token })
    expect(await refused(() => journal.append(late))).toMatchObject({
      name: 'JournalConflict',
      message: expect.stringContaining('holds no change lock'),
    })
    await journal.append({ ...late, token: null, entries: [entry('note')] })
    expect(await types('resting')).toEqual(['1 planned', '2 preempted', '3 note'])
  })

  test('the run takes the lock again once it is free, by a higher token', async () => {
    const resting = await begin('resting')
    await begin('urgent', { preempts: preemptionOf(resting) })
    expect(await refused(() => journal.takeLock('resting'))).toMatchObject({ name: 'ChangeLockHeld', holder: 'urgent' })
    await end('urgent')
    expect(await journal.takeLock('resting')).toBe(3)
    const again = await stored('resting')
    expect(again.token).toBe(3)
    expect(await refused(() => journal.append(next(again, { token: 1 })))).toBeInstanceOf(JournalConflict)
    expect(await refused(() => journal.append(next(again, { token: null })))).toBeInstanceOf(JournalConflict)
    await journal.append(next(again))
    expect(await refused(() => begin('third'))).toMatchObject({ holder: 'resting' })
  })

  test('a pre-empted run may end without the lock, and leaves that of the other alone', async () => {
    const resting = await begin('resting')
    const urgent = await begin('urgent', { preempts: preemptionOf(resting) })
    await end('resting')
    expect((await stored('urgent')).token).toBe(urgent.token)
    await journal.append(next(urgent))
  })

  test.each([
    ['has moved on', { afterSeq: 0 }],
    ['holds the lock by another token', { token: 7 }],
    ['is unknown', { id: 'nobody' }],
  ] satisfies [string, Partial<Preemption>][])('of a run that %s is refused, and nothing begins', async (_, bent) => {
    const resting = await begin('resting')
    const command = { scope: 'start:test', commandId: 'c1', hash: 'h' }
    const error = await refused(() => begin('urgent', { command, preempts: preemptionOf(resting, bent) }))
    expect(error).toBeInstanceOf(JournalConflict)
  })

  test('of a run that no longer holds the lock, or of another Kafka cluster, is refused', async () => {
    const resting = await begin('resting')
    expect(await refused(() => begin('urgent', { clusterId: 'K2', preempts: preemptionOf(resting) }))).toMatchObject({
      name: 'JournalConflict',
      message: expect.stringContaining('K2'),
    })
    await begin('urgent', { preempts: preemptionOf(resting) })
    const late = preemptionOf(await stored('resting'), { token: 1 })
    expect(await refused(() => begin('third', { preempts: late }))).toBeInstanceOf(JournalConflict)
  })
})

describe('commands', () => {
  const mark = { scope: 'r1', commandId: 'c1', hash: 'of these words' }

  test('a mark is written with its entries, and waits for the answer', async () => {
    const run = await begin('r1')
    expect(await journal.command('r1', 'c1')).toBeNull()
    await journal.append(next(run, { command: mark }))
    expect(await journal.command('r1', 'c1')).toEqual({ hash: mark.hash, status: 0, body: '' })
    await journal.answer(mark, 200, '{"ok":true}')
    expect(await journal.command('r1', 'c1')).toEqual({ hash: mark.hash, status: 200, body: '{"ok":true}' })
    expect(await journal.command('r2', 'c1')).toBeNull()
  })

  test('a command takes effect once, in whatever words it comes again', async () => {
    await journal.append(next(await begin('r1'), { command: mark }))
    const run = await stored('r1')
    for (const command of [mark, { ...mark, hash: 'of other words' }])
      expect(await refused(() => journal.append(next(run, { command })))).toBeInstanceOf(JournalConflict)
    // The id is one of its scope.
    await journal.append(next(run, { command: { ...mark, scope: 'r2' } }))
  })

  test('a start that comes twice is told so, and not that its own run holds the lock', async () => {
    const command = { scope: 'start:test', commandId: 'c1', hash: 'h' }
    await begin('r1', { command })
    expect(await journal.command('start:test', 'c1')).toMatchObject({ status: 0 })
    expect(await refused(() => begin('r2', { command }))).toBeInstanceOf(JournalConflict)
  })

  test('a command that changed nothing is answered without a mark', async () => {
    await journal.answer(mark, 422, 'refused')
    expect(await journal.command('r1', 'c1')).toEqual({ hash: mark.hash, status: 422, body: 'refused' })
  })

  test('the first answer stands', async () => {
    await journal.answer(mark, 422, 'refused')
    await journal.answer(mark, 200, 'done')
    expect(await journal.command('r1', 'c1')).toMatchObject({ status: 422, body: 'refused' })
  })

  test('an answer to other words under the same id is refused, marked or answered', async () => {
    const other = { ...mark, hash: 'of other words' }
    await journal.append(next(await begin('r1'), { command: mark }))
    expect(await refused(() => journal.answer(other, 200, 'done'))).toBeInstanceOf(JournalConflict)
    await journal.answer(mark, 200, 'done')
    expect(await refused(() => journal.answer(other, 200, 'done'))).toBeInstanceOf(JournalConflict)
  })

  test('the newest answers are kept whole; of an older one the id of its run, and a refusal for ever', async () => {
    await begin('r1')
    const mark = (i: number): CommandMark => ({ scope: 'r1', commandId: String(i), hash: 'h' })
    await journal.answer(mark(-1), 422, '{"code":"refused"}')
    for (let i = 0; i < 30; i += 1)
      await journal.answer(mark(i), 200, JSON.stringify({ id: 'r1', long: 'x'.repeat(99) }))
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => journal.command('r1', String(i))))
    expect(answers.map((a) => a?.status)).toEqual([...Array(10).fill(0), ...Array(20).fill(200)])
    expect(answers[0]).toEqual({ hash: 'h', status: 0, body: 'r1' })
    expect(await journal.command('r1', '-1')).toMatchObject({ status: 422 })
  })
})
