/** What a person must state before a command is given, what a statement counts for, and what proves the new leader. */
import { describe, expect, test } from 'vitest'
import { exampleDisk } from '../../../testing/examples/exampleDisks.ts'
import { exampleFacts, exampleRun, exampleView, probe, probed } from '../../../testing/examples/exampleFacts.ts'
import { LEADER, replica } from '../../../testing/examples/exampleObservation.ts'
import { exampleRecovery } from '../../../testing/examples/exampleRecovery.ts'
import { advance } from '../../engine/decisions/advance.ts'
import { allowedCommands } from '../../engine/decisions/allowed.ts'
import { standingOf } from '../../engine/decisions/progress.ts'
import { seedLeadsAlone } from '../../gates/quorum/recoveryGates.ts'
import type { Facts } from '../../run/facts.ts'
import { foldEntry } from '../../run/fold.ts'
import type { Run, RunEntry } from '../../run/run.ts'
import { planText } from './offlineSteps.ts'
import { recoverQuorum } from './recoverQuorum.ts'

const silent = (nodeId: number) => probe(nodeId, { outcome: 'refused', isNode: null, detail: 'refused' })
/** Nobody leads, and no controller answers: only the last view is known. */
const lost: Facts = exampleFacts(exampleView(), {
  link: 'no-leader',
  probes: probed(exampleFacts().monotonicMs, silent(0), silent(1), silent(2)),
})
const REPORTS = [exampleDisk(0), exampleDisk(7, { endOffset: 530 })]
const run = () => exampleRun({ kind: 'recover-quorum', params: { reports: REPORTS, lost: [1, 2] } }, lost)

function stated(run: Run, step: string, key: string, about: string): Run {
  const actor = { id: 'operator', name: 'operator' }
  const entry: RunEntry = { type: 'stated', step, key, statement: 'x', about, atMs: 1, actor, text: 'x' }
  return foldEntry(run, run, entry)
}

const stepOf = (run: Run, key: string, facts: Facts = lost) =>
  recoverQuorum.steps(run, facts).find((s) => s.key === key)

test('no command before the loss is stated', () => {
  const before = run()
  expect(stepOf(before, 'write')).toMatchObject({ withheld: true, done: null })
  const { recovery } = before.plan
  if (recovery === undefined) throw new Error('no recovery')
  const accepted = stated(before, 'write', 'loss', planText(recovery))
  const step = stepOf(accepted, 'write')
  expect(step).toMatchObject({ withheld: false, done: null })
  expect(step?.commands.at(-1)?.text).toContain('quorumdeck disk recover /disks/0')
  expect(step?.statements.map((s) => s.key)).toEqual(['written'])
  expect(stepOf(stated(accepted, 'write', 'written', planText(recovery)), 'write')?.kind).toBe('host')
})

test('what was stated of another plan counts for nothing', () => {
  const accepted = stated(run(), 'write', 'loss', planText(exampleRecovery({ epoch: 4711 })))
  expect(stepOf(accepted, 'write')).toMatchObject({ withheld: true })
})

test('the loss that nobody can know is typed as such, and one that is proven as a number', () => {
  const statement = (facts: Facts) =>
    recoverQuorum
      .steps(exampleRun({ kind: 'recover-quorum', params: { reports: REPORTS, lost: [1, 2] } }, facts), facts)
      .find((s) => s.key === 'write')
      ?.statements.find((s) => s.key === 'loss')?.confirmation
  expect(statement(lost)).toMatchObject({
    statement: 'an unknown number of committed records may be lost',
    typed: true,
  })
})

describe('an old leader, another voter set and a lower epoch prove nothing', () => {
  const recovery = exampleRecovery()
  const factsOf = (leaderEpoch: number, voters: Parameters<typeof replica>[], leaderId = 0) =>
    exampleFacts(
      exampleView({
        sample: { leaderEpoch, leaderId, voters: voters.map((v) => (v[0] === 0 ? LEADER : replica(...v))) },
      }),
    )
  test.each([
    ['as planned', factsOf(1010, [[0, LEADER.directoryId]]), true],
    ['a lower epoch', factsOf(9, [[0, LEADER.directoryId]]), false],
    [
      'the old voters',
      factsOf(1010, [
        [0, LEADER.directoryId],
        [1, 'QjRpFtVDTtCa8OLXiSbmmA'],
      ]),
      false,
    ],
    ['nobody', lost, false],
  ])('%s', (_what, facts, ok) => {
    expect(seedLeadsAlone(facts, recovery).ok).toBe(ok)
  })
})

test('the voters from then on are those that the leader shows', () => {
  const facts = exampleFacts(exampleView({ sample: { leaderEpoch: 1010, voters: [LEADER] } }))
  const step = stepOf(run(), 'seed-leads', facts)
  expect(step?.kind === 'host' ? step.done : null).toMatchObject({
    voters: [{ nodeId: 0, directoryId: LEADER.directoryId }],
  })
})

test('a copy that goes its own way is taken away, and named', () => {
  const diverged = exampleDisk(7, { epoch: 8, endOffset: 700, epochs: [[8, 0]] })
  const seed = exampleDisk(0, {
    epochs: [
      [8, 0],
      [9, 400],
    ],
  })
  const params = { reports: [seed, diverged], lost: [1, 2] }
  const made = exampleRun({ kind: 'recover-quorum', params }, lost)
  expect(made.plan.recovery?.copies.map((c) => [c.nodeId, c.goesItsOwnWay])).toEqual([
    [0, false],
    [7, true],
  ])
  expect(stepOf(made, 'purge')?.title).toBe('Take the metadata log from 7')
})

test('of a static quorum no disk is written: the files name the best controller', () => {
  const staticState = { dataVersion: 0, leaderId: null, leaderEpoch: 9, voted: null, staticVoters: [0, 1, 2] }
  const bare = { kraftVersion: null, voterSets: [], quorumState: staticState }
  const params = {
    reports: [exampleDisk(0, {}, bare), exampleDisk(7, { endOffset: 530 }, { ...bare, quorumState: null })],
    lost: [1, 2],
  }
  const made = exampleRun({ kind: 'recover-quorum', params }, lost)
  const keys = recoverQuorum.steps(made, lost).map((s) => s.key)
  expect(keys).toEqual(['gone', 'fence', 'stop', 'edit', 'seed-leads', 'back', 'static-add-1', 'static-add-2', 'goal'])
  expect(stepOf(made, 'edit')?.commands[0]?.text).toBe('controller.quorum.voters=0@localhost:8000')
})

test('an old majority that led meanwhile: the chosen one is not started, and nothing says that it may be', () => {
  const other = {
    atMs: 1_700_000_000_001,
    leaderId: 1,
    leaderEpoch: 12,
    leaderEndOffset: 600,
    highWatermark: 600,
    replicas: [],
  }
  const view = exampleView()
  const leaderless = {
    ...{ code: 'majority-down' as const, title: '', detail: '', remedy: '', voters: [], sets: [] },
    lastLed: other,
  }
  const led: Facts = { ...lost, view: { ...view, quorum: { ...view.quorum, leaderId: null, leaderless } } }
  const step = stepOf(run(), 'seed-leads', led)
  expect(step?.gates.find((g) => g.code === 'no-other-led')).toMatchObject({ ok: false, observed: '1 led in epoch 12' })
  expect(step).toMatchObject({ withheld: true })
})

test('started before the receipt is stated, it leads: the record is proven, and the run goes on', () => {
  const facts = exampleFacts(exampleView({ sample: { leaderEpoch: 1010, voters: [LEADER] } }))
  expect(stepOf(run(), 'write', facts)).toMatchObject({ done: { candidate: null } })
})

test('which nodes there are was never seen: a person must state that these are all', () => {
  const blind: Facts = { ...lost, view: null }
  const { recovery } = exampleRun({ kind: 'recover-quorum', params: { reports: REPORTS, lost: [1, 2] } }, lost).plan
  if (recovery === undefined) throw new Error('no recovery')
  const made = run()
  const unseen = { ...made, plan: { ...made.plan, recovery: { ...recovery, unranked: null } } }
  const step = stepOf(unseen, 'gone', blind)
  expect(step?.gates.find((g) => g.code === 'copies-complete')).toMatchObject({ ok: false })
  expect(step?.statements.map((s) => s.confirmation.statement)).toContain('no other disk can be read')
})

test('once the commands were given, the run is left with a typed statement and never aborted', () => {
  const before = run()
  const { recovery } = before.plan
  if (recovery === undefined) throw new Error('no recovery')
  const types = (of: Run) => allowedCommands(standingOf(of, lost)).map((c) => c.type)
  expect(types(before)).toContain('abort')
  const accepted = stated(before, 'write', 'loss', planText(recovery))
  expect(types(accepted)).not.toContain('abort')
  expect(allowedCommands(standingOf(accepted, lost)).find((c) => c.type === 'leave')?.needsConfirmation).toMatchObject({
    statement: 'the disk of 0 may have other voters by now',
    typed: true,
  })
})

test('a voter that a static quorum names next is no drift', () => {
  const two = [LEADER, replica(1, 'QjRpFtVDTtCa8OLXiSbmmA')]
  const facts = exampleFacts(exampleView({ sample: { leaderEpoch: 1010, voters: two } }))
  const staticState = { dataVersion: 0, leaderId: null, leaderEpoch: 9, voted: null, staticVoters: [0, 1, 2] }
  const bare = { kraftVersion: null, voterSets: [], quorumState: staticState }
  const params = { reports: [exampleDisk(0, {}, bare), exampleDisk(7, { endOffset: 530 }, bare)], lost: [1, 2] }
  const made = exampleRun({ kind: 'recover-quorum', params }, lost)
  const done = Object.fromEntries(
    ['gone', 'fence', 'stop', 'edit', 'seed-leads', 'back'].map((key) => [
      key,
      { how: 'observed' as const, atMs: 1, text: '' },
    ]),
  )
  const expected = [{ nodeId: 0, directoryId: null }]
  const { events } = advance(standingOf({ ...made, done, expected }, facts), null)
  expect(events.map((e) => e.type)).toEqual(['step-done'])
})
