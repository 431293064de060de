import { expect, test } from 'vitest'
import type { QuorumView } from '../contract/quorumView.ts'
import { majorityOf } from '../quorum/margin.ts'
import type { Facts } from '../workflows/facts.ts'
import { explore, replay, violationText } from './explore.ts'
import { exploreEverything, reached } from './exploreEverything.ts'
import { START_STATES } from './startStates.ts'
import { wayOut } from './wayOut.ts'

test('no interleaving of two actions, from any state of any wizard, breaks an invariant', async () => {
  const explored = await exploreEverything({ seconds: 75, maxDepth: 2, workers: 2 })
  const violations = explored.flatMap((one) => one.violations.map(violationText))
  for (const row of reached(explored)) {
    console.log(`${row.wizard}, ${row.voters} voters: ${row.states} states, depth ${row.depth}`)
  }
  expect(violations).toEqual([])
  expect(explored.map((one) => one.start)).toEqual(START_STATES.map((one) => one.name))
  for (const one of explored) {
    expect(one.states, one.start).toBeGreaterThan(50)
    expect(one.wayOuts.none).toBe(0)
  }
})

/** Everybody looks well, whatever is true. */
function blind(facts: Facts): Facts {
  const { view } = facts
  if (view === null) return facts
  const replicas = view.replicas.map((row): QuorumView['replicas'][number] => ({
    ...row,
    health: 'ok',
    lastFetchAgeMs: 0,
    lastCaughtUpAgeMs: 0,
  }))
  const { voters } = view.quorum
  const quorum = { ...view.quorum, healthyVoters: voters, margin: voters - majorityOf(voters), settling: false }
  const probes = new Map(
    [...facts.probes].map(([key, { atMs, probe }]) => {
      return [key, { atMs, probe: { ...probe, outcome: 'answers' as const, isNode: true } }] as const
    }),
  )
  return { ...facts, view: { ...view, replicas, quorum }, probes }
}

test('the check can fail: with gates that see nobody dead it finds a short schedule that loses the quorum', () => {
  const start = START_STATES.find((one) => one.name.startsWith('remove-controller, 3 voters'))
  if (start === undefined) throw new Error('no such start')
  const { violations } = explore(start, { isOver: () => false, maxDepth: 2, wayOutEvery: 1e9 }, { distort: blind })
  const violation = violations.find(({ what }) => what.startsWith('P1'))
  expect(violation?.what).toMatch(/without a living majority/)
  expect(violation?.actions.length).toBeLessThanOrEqual(2)
  // The schedule shows it again, and with the rules as they are it shows nothing.
  if (violation === undefined) return
  expect(replay(violation, { distort: blind }).broken).toContain(violation.what)
  expect(replay(violation).broken).toEqual([])
})

test('a removed leader that leads on, because its removal was committed late, does not hold the run up for ever', () => {
  const world = replay({
    start: 'remove-controller, 3 voters, 1 spare, leader',
    waypoint: 1,
    actions: [
      { kind: 'host', action: 'freeze', nodeId: 1 },
      { kind: 'pass', ms: 2500 },
      { kind: 'host', action: 'freeze', nodeId: 2 },
      { kind: 'host', action: 'start', nodeId: 3 },
    ],
  })
  expect(world.dashboard.run?.intent?.change).toMatchObject({ kind: 'remove', nodeId: 0 })
  expect(wayOut(world)).toBe('done')
})
