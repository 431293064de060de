/** What is said where something does not hold: what is missing, and nothing that does not help. */
import { describe, expect, test } from 'vitest'
import { assess } from '../../../quorum/assessment/assess.ts'
import {
  CANDIDATE,
  exampleFacts,
  exampleRun,
  exampleView,
  probe,
  probed,
} from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, observation, replica } from '../../../testing/examples/exampleObservation.ts'
import { brokerEmpty, brokerRegistered } from '../../gates/nodes/brokerGates.ts'
import { logFollowed, roomOnDisks } from '../../gates/nodes/drainGates.ts'
import { minIsrIfStopped, othersCaughtUp } from '../../gates/nodes/restartGates.ts'
import { everyVoterHealthy, votersIdentified } from '../../gates/nodes/upgradeGates.ts'
import { candidateReachable } from '../../gates/quorum/candidateGates.ts'
import {
  carriersHealthy,
  marginAfter,
  marginIfStopped,
  marginNow,
  votersHeard,
} from '../../gates/quorum/marginGates.ts'
import { votersAsExpected } from '../../gates/quorum/quorumGates.ts'
import type { Facts } from '../../run/facts.ts'
import { foldEntry } from '../../run/fold.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { Run } from '../../run/run.ts'
import { plannedVotersOf } from '../../run/votersAfter.ts'
import { decide } from './decide.ts'
import { describeRun } from './describe.ts'
import { standingOf } from './progress.ts'

const TWO = { nodeId: 2, directoryId: DIRECTORY[2] }
const quiet = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }
const actor = { id: 'operator', name: 'operator' }

test('of a dead process nobody says that it stops', () => {
  const voters = [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2], quiet)]
  const dead = exampleFacts(exampleView({ sample: { voters } }))
  expect(marginIfStopped(dead, TWO)).toMatchObject({ title: 'A majority is healthy without it', ok: true })
  expect(marginIfStopped(exampleFacts(), TWO).title).toBe('A majority stays healthy when its process stops')
})

/** As it is after the leader is lost: the voters are remembered, and nothing is known of their health. */
function leaderless(): Facts {
  const led = observation({})
  const { remembered } = assess(led, assess(led, { ...assessNothing }).remembered)
  const { source, observedAtMs } = led.sample
  const lost = {
    ...led,
    sample: { kind: 'leaderless' as const, observedAtMs, source, namedLeaderId: null, sinceMs: observedAtMs },
  }
  const view = { cluster: 'test', serverRunId: 'run', seq: 2, ...assess(lost, remembered).view }
  return exampleFacts(view)
}
const assessNothing = {
  epochStart: null,
  lastLed: null,
  lastEnds: null,
  clock: null,
  voters: { pending: null, committed: null, kraftVersion: null },
  elections: [],
}

test('where nobody leads no gate names controllers to repair or to wait for', () => {
  const facts = leaderless()
  expect(facts.view?.quorum.leaderId).toBeNull()
  const plannedVoters = facts.view === null ? [] : plannedVotersOf(facts.view)
  const gates = [
    marginNow(facts, null),
    marginAfter(facts, { kind: 'remove', ...TWO }),
    marginIfStopped(facts, TWO),
    votersHeard(facts, plannedVoters),
    carriersHealthy(facts, plannedVoters),
    othersCaughtUp(facts, 1),
    everyVoterHealthy(facts),
    votersIdentified(facts),
    votersAsExpected(facts, [TWO]),
  ]
  expect(gates.map((g) => g.ok)).toEqual(gates.map(() => false))
  for (const { code, observed, remedy } of gates) {
    expect(`${code}: ${observed}. ${remedy}`).not.toMatch(/\b[012]\b(?! healthy)/)
    expect(`${code}: ${remedy}`).toContain('Wait until a leader answers')
  }
})

describe('where only a typed word is missing', () => {
  const sole = exampleFacts(
    exampleView({ sample: { voters: [LEADER], observers: [replica(3, CANDIDATE.directoryId)] } }),
    { log: exampleLog() },
  )
  const begun = exampleRun({ kind: 'add-controller', params: { ...CANDIDATE } }, sole)
  const { observedAtMs, quorum, replicas } = sole.view as NonNullable<Facts['view']>
  const run = ['candidate', 'caught-up'].reduce<Run>(
    (before, step) =>
      foldEntry({ id: 'run', cluster: 'test', clusterId: 'x' }, before, {
        type: 'step-done',
        step,
        how: 'observed',
        candidate: null,
        gates: [],
        quorum: { observedAtMs, quorum, replicas },
        atMs: NOW,
        actor,
        text: '',
      }),
    begun,
  )

  test('the run waits for it, and is not blocked', () => {
    expect(describeRun(standingOf(run, sole))).toMatchObject({
      state: 'waiting',
      now: 'Waiting for your statement: “the metadata is saved”.',
    })
  })

  test('a second gate that no word lifts blocks it', () => {
    const auto = exampleView({
      sample: { voters: [LEADER], observers: [replica(3, CANDIDATE.directoryId)] },
      facts: { finalizedFeatures: new Map([['kraft.version', 0]]) },
      log: { kraftVersion: 0 },
    })
    expect(describeRun(standingOf(run, { ...sole, view: auto })).state).toBe('blocked')
  })
})

describe('where the metadata log is not followed', () => {
  const gatesOn = (facts: Facts) => [
    logFollowed(facts),
    roomOnDisks(facts, [7]),
    brokerRegistered(facts, 7),
    brokerEmpty(facts, 7),
    minIsrIfStopped(facts, 7, false),
  ]
  const remedies = (facts: Facts) => [...new Set(gatesOn(facts).map((g) => g.remedy))]
  const seen = exampleView({ log: null })

  test('a right is asked for where it is missing, and not where the controllers are out of reach', () => {
    const denied = exampleView({ log: null, facts: { missingAcls: ['CLUSTER_ACTION'] } })
    expect(remedies(exampleFacts(denied))).toEqual([expect.stringContaining('Grant CLUSTER_ACTION')])
    const brokers = { ...seen, source: { ...seen.source, via: 'broker' as const } }
    expect(remedies(exampleFacts(brokers))).toEqual([expect.stringContaining('reach the controller listeners')])
    const nobody = { ...seen, quorum: { ...seen.quorum, leaderId: null } }
    expect(remedies(exampleFacts(nobody))).toEqual([expect.stringContaining('Wait until a leader answers')])
    expect(remedies(exampleFacts(seen))).toEqual([expect.stringContaining('Wait some seconds')])
  })
})

test('an address is said once', () => {
  const detail = 'localhost:8003: nothing listens there.'
  const facts = exampleFacts()
  const gate = candidateReachable(
    { ...facts, probes: probed(facts.monotonicMs, probe(3, { outcome: 'refused', isNode: null, detail })) },
    CANDIDATE,
  )
  expect(gate.observed).toBe(detail)
})

test('a refused command names the step in words, and the part that it is of', () => {
  const facts = exampleFacts(undefined, { log: exampleLog() })
  const run = exampleRun({ kind: 'rolling-restart', params: { nodeIds: [1, 2] } }, facts)
  try {
    decide(standingOf(run, facts), { type: 'choose', step: '1.restart', nodeId: 1 }, actor)
    expect.unreachable()
  } catch (error) {
    expect((error as WorkflowRefusal).message).toMatch(/the run is at step “[^”]+” of “[^”]+” \(0\.restart\)/)
    expect(error).toBeInstanceOf(WorkflowRefusal)
  }
})
