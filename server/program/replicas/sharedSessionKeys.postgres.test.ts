import { expect, test } from 'vitest'
import { Access } from '../../http/access.ts'
import { openPostgres } from '../../storage/postgres/postgresDatabase.ts'
import { newPostgresUrl } from '../../testing/databasePlace.ts'
import { openSharedSessionKeys } from './sharedSessionKeys.ts'

test('a cookie of one server counts at the other, ends at both, and with the tokens', async () => {
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
  const [atA, atB] = [new Access(tokens, false, a), new Access(tokens, false, b)]
  const cookie = (atA.signIn(tokens.operate, Date.now())?.cookie ?? '').split(';')[0] ?? ''
  expect(atB.session({ cookie }, Date.now())?.role).toBe('operate')
  expect(atA.end(cookie)).toBe(true)
  expect(atA.session({ cookie }, Date.now())).toBeNull()
  await expect.poll(() => told).toEqual(['ended'])
  await b.reload()
  expect(atB.session({ cookie }, Date.now())).toBeNull()
  const other = await open(1, 'p'.repeat(32))
  expect(other.key.equals(a.key)).toBe(false)
  for (const database of databases) await database.close()
})
