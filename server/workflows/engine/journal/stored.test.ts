import { expect, test } from 'vitest'
import { IN_MEMORY, openDatabase } from '../../../storage/database.ts'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { replica } from '../../../testing/examples/exampleObservation.ts'
import { foldEntry } from '../../run/fold.ts'
import type { RunEntry } from '../../run/run.ts'
import { recordOf } from '../decisions/advance.ts'
import { openJournal } from './journal.ts'
import { fromStored, runOf, toStored } from './stored.ts'

const observers = Array.from({ length: 1000 }, (_, i) => replica(100 + i, `${String(i).padStart(21, 'x')}A`))
const view = exampleView({
  sample: { observers: [...observers, replica(CANDIDATE.nodeId, CANDIDATE.directoryId)] },
})
const run = exampleRun({ kind: 'add-controller', params: { nodeId: CANDIDATE.nodeId } }, exampleFacts())
const actor = { id: 'operator', name: 'operator' }

function entry(event: Partial<RunEntry> & Pick<RunEntry, 'type'>): RunEntry {
  return { atMs: 1, actor, text: 'said', ...event } as RunEntry
}

test('an entry holds the voters and the rows that the run is about, whatever the size of the cluster', () => {
  const { text, ...stored } = toStored(
    entry({ type: 'step-done', step: 'x', how: 'observed', candidate: null, gates: [], quorum: recordOf(view) }),
    run,
  )
  const { quorum } = stored.data as { quorum: { replicas: { nodeId: number }[] } }
  expect(text).toBe('said')
  expect(quorum.replicas.map((r) => r.nodeId)).toEqual([0, 1, 2, CANDIDATE.nodeId])
  expect(quorum).toMatchObject({ observedAtMs: view.observedAtMs, quorum: view.quorum })
  expect(JSON.stringify(stored).length).toBeLessThan(5000)
})

test('an entry without a quorum is what it was', () => {
  const resumed = entry({ type: 'resumed' })
  expect(fromStored({ ...toStored(resumed, run), seq: 1 })).toEqual(resumed)
  const ended = entry({ type: 'ended', outcome: 'aborted', reason: 'x', quorum: null })
  expect(fromStored({ ...toStored(ended, run), seq: 1 })).toEqual(ended)
})

test('a run is what its entries make of it, also those of an older journal, with every row in them', async () => {
  const database = openDatabase(IN_MEMORY)
  const journal = openJournal(database)
  const { id, kind, cluster, clusterId, startedAtMs, params, plan } = run
  const quorum = recordOf(view)
  const started = entry({ type: 'started', kind, params, reason: '', plan, quorum })
  const whole = { type: 'started', atMs: 1, actor, text: 'said', data: { kind, params, reason: '', plan, quorum } }
  const begun = await journal.begin({ id, kind, cluster, clusterId, startedAtMs }, [whole], {
    command: null,
    preempts: null,
  })
  const expected = foldEntry({ id, cluster, clusterId }, null, started)
  expect(await runOf(journal, begun)).toEqual(expected)
  const folded = JSON.stringify({ ...expected, endReason: 'kept' })
  expect(await runOf(journal, { ...begun, folded })).toMatchObject({ endReason: 'kept' })
  await database.close()
})

test('the notes at hand are the newest of each step, and the revision counts them all', () => {
  const head = { id: 'run', cluster: 'test', clusterId: 'x' }
  let long = run
  const done = entry({ type: 'host-action', step: 'early', actions: [], problem: null, text: 'early' })
  long = foldEntry(head, long, done)
  for (let i = 0; i < 1000; i += 1) long = foldEntry(head, long, entry({ type: 'resumed', text: String(i) }))
  expect(long.revision).toBe(run.revision + 1001)
  expect(long.notes.filter((n) => n.step === 'early')).toHaveLength(1)
  const others = long.notes.filter((n) => n.step === null)
  expect(others).toHaveLength(100)
  expect(others.map((n) => n.text)).toEqual(Array.from({ length: 100 }, (_, i) => String(900 + i)))
})
