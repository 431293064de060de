import { expect, test } from 'vitest'
import { openSessions } from '../storage/access/sessions.ts'
import { IN_MEMORY, openDatabase } from '../storage/database.ts'
import { type Beginning, Sessions } from './sessions.ts'

const FROM = { address: '10.0.0.1', agent: 'test' }

async function opened() {
  let nowMs = 1_700_000_000_000
  const sessions = await Sessions.open({
    store: openSessions(openDatabase(IN_MEMORY)),
    nowMs: () => {
      nowMs += 1
      return nowMs
    },
    lifetimeOf: () => ({ absoluteMs: 3600_000, idleMs: 3600_000 }),
    tokenOf: (role) => `${role}-token-0123456789`,
    onEnded: () => {},
    onError: (error) => {
      throw error
    },
  })
  const begin = async (as: { role: string } | { personId: string }) => {
    const beginning: Beginning =
      'role' in as
        ? { via: 'token', role: as.role, token: `${as.role}-token-0123456789`, ...FROM }
        : { via: 'password', personId: as.personId, ...FROM }
    return (await sessions.begin(beginning)).session.id
  }
  const ids = () => new Set(sessions.list().map(({ id }) => id))
  const times = (count: number, as: Parameters<typeof begin>[0]) =>
    Promise.all(Array.from({ length: count }, () => begin(as)))
  return { begin, ids, times }
}

test('whoever signs in again and again with one shared token ends sessions of that token alone, the oldest first', async () => {
  const { begin, ids, times } = await opened()
  const others = [await begin({ personId: 'user.ann' }), await begin({ role: 'operate' })]
  const first = await begin({ role: 'watch' })
  const last = await times(1000, { role: 'watch' })
  expect(ids().size).toBe(others.length + 1000)
  for (const id of [...others, last.at(-1) ?? '']) expect(ids()).toContain(id)
  expect(ids()).not.toContain(first)
  // However many come at once.
  await times(2000, { role: 'watch' })
  expect(ids().size).toBe(others.length + 1000)
  for (const id of others) expect(ids()).toContain(id)
})

test('a person has fifty, also where many begin at once', async () => {
  const { begin, ids, times } = await opened()
  const other = await begin({ personId: 'user.ben' })
  await times(120, { personId: 'user.ann' })
  expect(ids().size).toBe(51)
  expect(ids()).toContain(other)
})
