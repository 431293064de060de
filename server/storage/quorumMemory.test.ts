/** What must outlive this server is there when the database opens again. */
import { expect, test } from 'vitest'
import { databasePlace } from '../testing/databasePlace.ts'
import { openQuorumMemory } from './quorumMemory.ts'

test('kept by cluster id, over a restart', async () => {
  const place = await databasePlace()
  try {
    const first = await place.open()
    const memory = openQuorumMemory(first)
    expect(await memory.read('c')).toBeNull()
    await memory.keep('c', { mark: { leaderId: 0, leaderEpoch: 1, highWatermark: 2 }, incidents: [] })
    const incident = { id: 'i', kind: 'two-leaders', firstSeenAtMs: 1, title: 't', detail: 'd' } as const
    const kept = { mark: null, incidents: [{ incident, closed: { atMs: 2, actor: 'Ann', reason: 'r' } }] }
    await memory.keep('c', kept)
    await first.close()
    const second = await place.open()
    expect(await openQuorumMemory(second).read('c')).toEqual(kept)
    expect(await openQuorumMemory(second).read('d')).toBeNull()
    await second.close()
  } finally {
    await place.remove()
  }
})

test('what several keep within a moment is one write, and the newest of each counts', async () => {
  const place = await databasePlace()
  const database = await place.open()
  const memory = openQuorumMemory(database, { togetherMs: 5 })
  const marked = (highWatermark: number) => ({ mark: { leaderId: 0, leaderEpoch: 1, highWatermark }, incidents: [] })
  await Promise.all([memory.keep('c', marked(1)), memory.keep('d', marked(2)), memory.keep('c', marked(3))])
  expect(await memory.read('c')).toEqual(marked(3))
  expect(await memory.read('d')).toEqual(marked(2))
  const last = memory.keep('c', marked(4))
  // Read before it is written, and written at once where the server ends.
  expect(await memory.read('c')).toEqual(marked(4))
  await memory.flush()
  await last
  await memory.flush()
  await database.close()
  await expect(memory.keep('c', marked(5))).rejects.toThrow()
  await place.remove()
})
