/** The tables of the past on PostgreSQL: what a file keeps it keeps alike, and only whoever holds the lease writes. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newPostgresUrl } from '../../testing/databasePlace.ts'
import type { Database } from '../database.ts'
import { type LeaseStore, openLeases } from '../leases.ts'
import { openPostgres } from '../postgres/postgresDatabase.ts'
import type { HistoryDatabase } from './historyDatabase.ts'
import { HistoryStore, type StoredBlock } from './historyStore.ts'
import { historyFence, openPostgresHistory } from './postgresHistory.ts'

let database: Database
let leases: LeaseStore
const opened: HistoryDatabase[] = []
let url: string
beforeEach(async () => {
  url = await newPostgresUrl()
  database = await openPostgres(url)
  leases = openLeases(database)
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  await database.close()
})

async function store(holder: string, token: number): Promise<HistoryStore> {
  const history = await openPostgresHistory(url)
  opened.push(history)
  return new HistoryStore(
    history,
    historyFence(holder, () => token),
  )
}

const block = (series: number, startMs: number, byte: number): StoredBlock => ({
  series,
  stepMs: 1000,
  startMs,
  data: Uint8Array.of(byte, 0, 255),
})

test('blocks, words and events read as they were written, and what is too old goes', async () => {
  await leases.take('me', ['one'], 600_000)
  const kept = await store('me', 1)
  const series = await kept.series('one', null, 1)
  expect(await kept.series('one', 'K', 2)).toBe(series)
  await kept.write({
    // One of them twice: the last counts.
    blocks: [block(series, 1000, 1), block(series, 2000, 4), block(series, 2000, 2)],
    words: [
      { series, key: 'a', fromMs: 1, text: 'old' },
      { series, key: 'a', fromMs: 5, text: 'new' },
    ],
    events: [{ series, id: 'e', atMs: 3, kind: 'election', text: '{}' }],
  })
  await kept.write({ blocks: [block(series, 2000, 3)], words: [], events: [] })
  const read = await kept.blocks(series, 1000, 0, 9000, 10)
  expect(read.map(({ startMs, data }) => [startMs, [...data]])).toEqual([
    [1000, [1, 0, 255]],
    [2000, [3, 0, 255]],
  ])
  expect(await kept.wordsAt(series, 4)).toEqual(new Map([['a', 'old']]))
  expect(await kept.events(series, { fromMs: 0, toMs: 9, limit: 5, kinds: ['election'] })).toEqual([
    { text: '{}', atMs: 3 },
  ])
  expect([await kept.oldest(series, 1000), await kept.newestOf(1000)]).toEqual([1000, 2000])
  expect(await kept.expire({ stepMs: 1000, beforeMs: 2000 }, 10)).toBe(1)
  expect(await kept.expireWords(6, 10)).toBe(2)
  expect(await kept.oldestOf(1000)).toBe(2000)
})

test('servers that make series at once give each a number of its own', async () => {
  const stores = await Promise.all(['a', 'b', 'c'].map((holder) => store(holder, 1)))
  const made = await Promise.all(stores.map((one, at) => one.series(`cluster-${at}`, 'K', 1)))
  expect(new Set(made).size).toBe(3)
})

test('of a holder of the past nothing is written, and nothing taken away', async () => {
  await leases.take('late', ['one', 'two'], 0)
  const late = await store('late', 1)
  const [one, two] = [await late.series('one', 'K', 1), await late.series('two', 'L', 1)]
  await late.write({ blocks: [block(one, 1000, 1)], words: [], events: [] })
  await leases.take('new', ['one'], 600_000)
  await late.write({ blocks: [block(one, 1000, 9), block(two, 1000, 2)], words: [], events: [] })
  await late.forgetFrom(one, 0)
  const bytes = async (series: number) => (await late.blocks(series, 1000, 0, 9000, 9)).map(({ data }) => data[0])
  expect([await bytes(one), await bytes(two)]).toEqual([[1], [2]])
  const heir = await store('new', 2)
  await heir.write({ blocks: [block(one, 1000, 7)], words: [], events: [] })
  expect(await bytes(one)).toEqual([7])
})
