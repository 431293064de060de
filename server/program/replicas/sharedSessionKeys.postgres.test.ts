import { expect, test } from 'vitest'
import { openPostgres } from '../../storage/postgres/postgresDatabase.ts'
import { newPostgresUrl } from '../../testing/databasePlace.ts'
import { openSharedSessionKeys } from './sharedSessionKeys.ts'

test('servers sign with one key, what ended at one has ended at both, and other tokens draw another key', async () => {
  const url = await newPostgresUrl()
  const databases = [await openPostgres(url), await openPostgres(url)] as const
  const told: string[] = []
  const tokens = { operate: 'o'.repeat(32), watch: null }
  const open = (at: 0 | 1, operate = tokens.operate) =>
    openSharedSessionKeys({
      database: databases[at],
      tokens: [operate, null],
      nowMs: Date.now,
      onError: (error) => told.push(String(error)),
    })
  // At once: both must come to the same key.
  const [a, b] = await Promise.all([open(0), open(1)])
  a.onEnded(() => told.push('ended'))
  expect(a.key.equals(b.key)).toBe(true)
  a.end('wall-1', Date.now() / 1000 + 60)
  expect(a.isEnded('wall-1')).toBe(true)
  await expect.poll(() => told).toEqual(['ended'])
  await b.reload()
  expect(b.isEnded('wall-1')).toBe(true)
  const other = await open(1, 'p'.repeat(32))
  expect(other.key.equals(a.key)).toBe(false)
  // Read again while they run: over at once at each, and one key in the end.
  const before = a.key
  a.redraw(['q'.repeat(32), null])
  expect(a.key.equals(before)).toBe(false)
  b.redraw(['q'.repeat(32), null])
  await expect.poll(() => a.key.equals(b.key)).toBe(true)
  expect((await open(1, 'q'.repeat(32))).key.equals(a.key)).toBe(true)
  for (const database of databases) await database.close()
})
