import { describe, expect, test } from 'vitest'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import type { ChangeOutcome } from '../../run/ports.ts'
import type { Run } from '../../run/run.ts'

const log = exampleLog()
const still = exampleFacts(exampleView({ log: { kraftVersion: 0 } }), { log })
const dynamic = exampleFacts(exampleView(), { log })
const request = { kind: 'static-to-dynamic', params: {} } as const
const run = exampleRun(request, still)
const steps = (of: Run, facts = still) => new Map(stepsOf(of, facts).map((s) => [s.key, s]))
const answered = (outcome: ChangeOutcome | null): Run => ({
  ...run,
  acts: {
    validate: {
      seq: 2,
      sentAtMs: 0,
      outcome,
      endedAtMs: outcome === null ? null : 0,
      act: { kind: 'upgrade-feature', feature: 'kraft.version', level: 1, validateOnly: true },
    },
  },
})

test('is for static quorums whose controllers can', () => {
  expect(() => exampleRun(request, dynamic)).toThrow(/dynamic already/)
  const old = { ...log, controllerMetadataVersions: new Map([0, 1, 2, 3].map((id) => [id, 25])) }
  const tooOld = exampleFacts(exampleView({ log: { kraftVersion: 0 }, facts: { nodes: new Map() } }), { log: old })
  expect(() => exampleRun(request, tooOld)).toThrow(/cannot become dynamic yet/)
  const view = exampleView()
  const unknown = exampleFacts({ ...view, quorum: { ...view.quorum, kraftVersion: null } }, { log })
  expect(exampleRun(request, unknown).plan.parts?.at(-1)?.kind).toBe('bootstrap-servers')
})

describe('asking first', () => {
  const answer = { kind: 'answered', errorCode: 0, errorName: 'NONE', errorMessage: null } as const
  test.each<[string, ChangeOutcome | null, boolean, string]>([
    ['not asked', null, false, ''],
    ['accepted', answer, true, 'Kafka answered NONE'],
    [
      'refused',
      { ...answer, errorCode: 95, errorName: 'INVALID_UPDATE_VERSION', errorMessage: 'no' },
      false,
      'Kafka answered INVALID_UPDATE_VERSION: no',
    ],
    ['without an answer', { kind: 'unanswered', problem: 'no answer in time' }, false, 'no answer in time'],
  ])('%s', (_what, outcome, accepted, detail) => {
    const step = steps(answered(outcome)).get('validate')
    expect(step?.done !== null).toBe(accepted)
    expect(step?.detail).toBe(detail)
  })

  test('what is dynamic needs no answer', () => {
    expect(steps(run, dynamic).get('validate')?.done).not.toBeNull()
  })
})

test('upgraded is what the quorum shows, settled', () => {
  expect(steps(run).get('upgrade')?.done).toBeNull()
  expect(steps(run, dynamic).get('upgrade')?.done).not.toBeNull()
  const blurred = { ...dynamic, track: { ...dynamic.track, reads: [] } }
  expect(steps(run, blurred).get('upgrade')?.done).toBeNull()
})

test('identified is every voter, in the plan too', () => {
  expect(steps(run, dynamic).get('identified')?.done).not.toBeNull()
  const [first, ...others] = run.expected
  if (first === undefined) throw new Error('no voters')
  const bare = { ...run, expected: [{ ...first, directoryId: null }, ...others] }
  expect(steps(bare, dynamic).get('identified')?.done).toBeNull()
  expect(steps(run, { ...dynamic, ageMs: 6000 }).get('identified')?.done).toBeNull()
})

test('every node is restarted with the edited file', () => {
  const [part] = run.plan.parts ?? []
  expect(part).toMatchObject({ kind: 'restart-node', params: { edit: { bootstrapServers: true } } })
})

test('no configuration is touched before the quorum is dynamic and identified', () => {
  const at = { how: 'observed', atMs: 0, text: '' } as const
  const begins = (done: Run['done']) => steps({ ...run, done }, dynamic).get('0.begin')?.begins
  expect(begins({ validate: at, upgrade: at })).toBeNull()
  expect(begins({ validate: at, upgrade: at, identified: at })).not.toBeNull()
})
