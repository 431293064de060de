/** What must outlive this server is there when the database opens again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { openQuorumMemory } from './quorumMemory.ts'

test('kept by cluster id, over a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-memory-'))
  try {
    const first = openDatabase(dataDir)
    const memory = openQuorumMemory(first)
    expect(await memory.read('c')).toBeNull()
    await memory.keep('c', { mark: { leaderId: 0, leaderEpoch: 1, highWatermark: 2 }, incidents: [] })
    const incident = { id: 'i', kind: 'two-leaders', firstSeenAtMs: 1, title: 't', detail: 'd' } as const
    const kept = { mark: null, incidents: [{ incident, closed: { atMs: 2, actor: 'Ann', reason: 'r' } }] }
    await memory.keep('c', kept)
    await first.close()
    const second = openDatabase(dataDir)
    expect(await openQuorumMemory(second).read('c')).toEqual(kept)
    expect(await openQuorumMemory(second).read('d')).toBeNull()
    await second.close()
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})
