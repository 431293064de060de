/** Journals of an earlier release, with a run in every phase: each is read as it was left, taken up on its quorum, and brought to its end. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { CommandType } from '../../contract/workflows.ts'
import { openDatabase } from '../../storage/database.ts'
import { openJournal } from '../../workflows/engine/journal/journal.ts'
import { runOf } from '../../workflows/engine/journal/stored.ts'
import { type Phase, phaseOf } from '../../workflows/run/phase.ts'
import { type Closers, closeAll, openSimulated, votersSeen } from '../simulatedPlace.ts'

const fixture = (name: string) => new URL(`../../storage/fixtures/1527cff-${name}.sqlite.gz`, import.meta.url)

const closers: Closers = []
afterEach(() => closeAll(closers))

async function oldDataDir(name: string): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-old-'))
  closers.push(() => rm(dataDir, { recursive: true, force: true }))
  await writeFile(join(dataDir, 'quorumdeck.sqlite'), gunzipSync(await readFile(fixture(name))))
  return dataDir
}

interface OldRun {
  /** Of the quorum that it was recorded on. */
  seed: number
  id: string
  phase: Phase
  step: string | null
  /** What somebody has to say before it goes forward; the quorum is the one of its start again. */
  first: CommandType | null
  outcome: 'done' | 'aborted'
  voters: number
}

/** By the name of the fixture. `in-parts` is in the second of its parts; the change of `undoing` is found taken back. */
const RUNS: Record<string, OldRun> = {
  going: {
    seed: 1527,
    id: 'fd3ebdb1-b650-46ed-8028-9534e4b87f72',
    phase: 'going',
    step: 'remove',
    first: null,
    outcome: 'done',
    voters: 4,
  },
  'in-parts': {
    seed: 1534,
    id: '84de842d-dea8-49c8-8287-ec92b584322f',
    phase: 'going',
    step: '1.remove',
    first: 'replan',
    outcome: 'done',
    voters: 3,
  },
  sent: {
    seed: 1528,
    id: '6e6d9a95-4542-47fd-9745-700ccba52306',
    phase: 'sent',
    step: 'remove',
    first: null,
    outcome: 'done',
    voters: 4,
  },
  drifted: {
    seed: 1529,
    id: '6885aae0-3064-420a-8bc6-35f17250ec3b',
    phase: 'drifted',
    step: 'remove',
    first: 'replan',
    outcome: 'done',
    voters: 4,
  },
  parked: {
    seed: 1530,
    id: '32628402-e587-40b6-abf7-f0ea29eb2222',
    phase: 'parked',
    step: 'remove',
    first: 'resume',
    outcome: 'done',
    voters: 4,
  },
  undoing: {
    seed: 1531,
    id: '92d5adb6-8c6a-4023-a0ea-4f9ec474d005',
    phase: 'undoing',
    step: 'undo',
    first: null,
    outcome: 'aborted',
    voters: 5,
  },
  ended: {
    seed: 1532,
    id: 'e18559e4-fdc4-4b88-a357-54d596c9acef',
    phase: 'ended',
    step: null,
    first: null,
    outcome: 'aborted',
    voters: 5,
  },
  done: {
    seed: 1533,
    id: '24f7eb1b-b3d1-4def-80e4-ab994a900965',
    phase: 'ended',
    step: null,
    first: null,
    outcome: 'done',
    voters: 5,
  },
}

test('holds a run in every phase that the release had: only the clean-up came later', () => {
  const phases = new Set(Object.values(RUNS).map((run) => run.phase))
  expect([...phases].toSorted()).toEqual(['drifted', 'ended', 'going', 'parked', 'sent', 'undoing'])
})

test.each(Object.entries(RUNS))('%s', async (name, { seed, id, phase, step, first, outcome, voters }) => {
  const dataDir = await oldDataDir(name)
  const database = openDatabase(dataDir)
  const journal = openJournal(database)
  const record = await journal.read(id)
  if (record === null) throw new Error(`no run ${id}`)
  expect(phaseOf(await runOf(journal, record))).toBe(phase)
  await database.close()

  const { driving } = await openSimulated(closers, { controllers: 5, brokers: 0, seed }, { dataDir })
  const found = await driving.get(id)
  expect(found.clusterId).toBe(driving.watching.observer.view?.clusterId)
  if (step === null) expect(found.currentStep).toBeNull()
  else expect(found.steps.map((s) => s.key)).toContain(step)
  if (first !== null) await driving.say(id, first)
  const ended = phase === 'ended' ? found : await driving.driveStating(id)
  expect(ended.state).toBe(outcome)
  expect(votersSeen(driving)).toHaveLength(voters)
  const { entries } = await driving.workflows.evidence(id)
  expect(entries.at(-1)?.type).toBe('ended')
  expect(driving.errors).toEqual([])
})
