/** Leases, and the fence: what a holder of the past writes is refused. */
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type DatabasePlace, databasePlace } from '../testing/databasePlace.ts'
import type { Database } from './database.ts'
import { LeaseLost, mustHold } from './fence.ts'
import { fenceOf, type LeaseStore, openLeases } from './leases.ts'
import { openQuorumMemory } from './quorumMemory.ts'

let place: DatabasePlace
let database: Database
let leases: LeaseStore
beforeEach(async () => {
  place = await databasePlace()
  database = await place.open()
  leases = openLeases(database)
})
afterEach(() => place.remove())

const LONG_MS = 600_000
/** As if its time were over. */
const runOut = (cluster: string) =>
  sql`UPDATE cluster_lease SET expires_at_ms = 1 WHERE cluster = ${cluster}`.execute(database.queries)

test('one of many who ask at once gets it, and whoever takes it after that has a higher token', async () => {
  const asked = await Promise.all(['a', 'b', 'c'].map((id) => leases.take(id, ['x', 'y'], LONG_MS)))
  expect(asked.map((got) => got.get('x') ?? 0).sort()).toEqual([0, 0, 1])
  await runOut('x')
  expect(await leases.take('d', ['x', 'y'], LONG_MS)).toEqual(new Map([['x', 2]]))
  await leases.giveBack('d', ['x'])
  expect(await leases.take('e', ['x'], LONG_MS)).toEqual(new Map([['x', 3]]))
})

test('it is held on to after its time while nobody has taken it, and never after that', async () => {
  await leases.take('a', ['x', 'y'], LONG_MS)
  const held = new Map([
    ['x', 1],
    ['y', 1],
  ])
  await runOut('x')
  expect(await leases.isHeld('a', 'x', 1)).toBe(false)
  expect(await leases.renew('a', held, LONG_MS)).toEqual(new Set(['x', 'y']))
  expect(await leases.isHeld('a', 'x', 1)).toBe(true)
  await runOut('x')
  await leases.take('b', ['x'], LONG_MS)
  expect(await leases.renew('a', held, LONG_MS)).toEqual(new Set(['y']))
  expect(await leases.isHeld('a', 'x', 1)).toBe(false)
  expect((await leases.all()).find(({ cluster }) => cluster === 'x')).toMatchObject({ holder: 'b', token: 2 })
})

test('a write of a holder of the past is refused, although it believes to hold the lease', async () => {
  await leases.take('a', ['x'], LONG_MS)
  const fence = fenceOf('a', () => 1)
  const memory = openQuorumMemory(database, { togetherMs: 0, fence: (tx) => mustHold(tx, fence, 'x') })
  const marked = (highWatermark: number) => ({ mark: { leaderId: 0, leaderEpoch: 1, highWatermark }, incidents: [] })
  await memory.keep('K', marked(1))
  await runOut('x')
  await leases.take('b', ['x'], LONG_MS)
  await expect(memory.keep('K', marked(2))).rejects.toBeInstanceOf(LeaseLost)
  expect(await memory.read('K')).toEqual(marked(1))
  // What the fence is for: the same writer without it overwrites what the newest holder has written.
  await openQuorumMemory(database, { togetherMs: 0 }).keep('K', marked(2))
  expect(await memory.read('K')).toEqual(marked(2))
})

test('nobody takes a lease while a write under it is not committed', async () => {
  await leases.take('a', ['x'], 0)
  const fence = fenceOf('a', () => 1)
  const steps: string[] = []
  let taken: Promise<unknown> = Promise.resolve()
  await database.queries.transaction().execute(async (tx) => {
    await mustHold(tx, fence, 'x')
    taken = leases.take('b', ['x'], LONG_MS).then(() => steps.push('taken'))
    await sql`SELECT pg_sleep(0.1)`.execute(tx)
    steps.push('written')
  })
  await taken
  expect(steps).toEqual(['written', 'taken'])
})

test('replicas that are here are seen', async () => {
  await leases.seen({ id: 'a', name: 'host-a' }, LONG_MS)
  expect(await leases.seen({ id: 'b', name: 'host-b' }, LONG_MS)).toEqual([
    { id: 'a', name: 'host-a' },
    { id: 'b', name: 'host-b' },
  ])
  await leases.gone('a')
  expect((await leases.seen({ id: 'b', name: 'host-b' }, LONG_MS)).map(({ id }) => id)).toEqual(['b'])
})
