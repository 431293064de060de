/** What the journal has acknowledged is there after the process was killed, and the lock and its token with it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../../storage/database.ts'
import { openJournal } from './journal.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-journal-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const ROUNDS = 3

const here = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, path)).href)

/** Takes the run up where it is, or begins it, appends for ever, and says each seq after the append has resolved. */
const PROGRAM = `
  import { writeSync } from 'node:fs'
  import { openDatabase } from ${here('../../../storage/database.ts')}
  import { openJournal } from ${here('./journal.ts')}
  process.stdin.resume().on('end', () => process.exit())
  const journal = openJournal(openDatabase(process.argv[1]))
  const entries = [{ atMs: 1, actor: { id: 'a', name: 'A' }, type: 'step', text: 'a step', data: { x: 'y'.repeat(500) } }]
  const identity = { id: 'r1', kind: 'replace-disk', cluster: 'test', clusterId: 'K1', startedAtMs: 1 }
  const run = (await journal.find('r1')) ?? (await journal.begin(identity, entries, { command: null, preempts: null }))
  for (let afterSeq = run.lastSeq; ; afterSeq += 1) {
    const command = { scope: 'r1', commandId: String(afterSeq + 1), hash: 'h' }
    await journal.append({ id: 'r1', afterSeq, token: run.token, entries, command, endedAtMs: null })
    writeSync(1, afterSeq + 1 + '\\n')
  }`

/** Kills the program in the middle of its work. @returns the newest acknowledged seq */
async function appendUntilKilled(acknowledged: number): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let newest = 0
  let heard = 0
  for await (const line of createInterface(child.stdout)) {
    newest = Number(line)
    heard += 1
    if (heard === acknowledged) child.kill('SIGKILL')
  }
  expect(await ended).toEqual([null, 'SIGKILL'])
  return newest
}

test('kill -9 loses nothing that was acknowledged, and frees the data directory', async () => {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const acknowledged = await appendUntilKilled(20 * round)
    const database = openDatabase(dataDir)
    try {
      const journal = openJournal(database)
      const run = await journal.read('r1')
      const seqs = run?.entries.map((entry) => entry.seq) ?? []
      expect(seqs.length).toBeGreaterThanOrEqual(acknowledged)
      // At most the one append that was under way has landed without being acknowledged.
      expect(seqs.length).toBeLessThanOrEqual(acknowledged + 1)
      expect(seqs).toEqual(seqs.map((_, index) => index + 1))
      expect(run).toMatchObject({ token: 1, endedAtMs: null })
      // A mark is there with its entries or not at all.
      expect(await journal.command('r1', String(seqs.length))).toMatchObject({ status: 0 })
      expect(await journal.command('r1', String(seqs.length + 1))).toBeNull()
    } finally {
      await database.close()
    }
  }
})
