/** Rehearsals of the example quorum: leader 0, voters 1 and 2, candidate 3. */
import { expect, test } from 'vitest'
import type { QuorumView } from '../contract/quorumView.ts'
import { keyText } from '../contract/replicaKey.ts'
import { majorityOf } from '../contract/voters.ts'
import { exampleView } from '../testing/examples/exampleFacts.ts'
import type { Facts } from '../workflows/run/facts.ts'
import type { RehearsalInput } from '../workflows/run/ports.ts'
import { DEFAULT_THRESHOLDS } from '../workflows/run/thresholds.ts'
import { rehearse } from './rehearse.ts'
import { createRehearsals } from './thread/rehearsals.ts'

const thresholds = { ...DEFAULT_THRESHOLDS, windowMs: 2000, healthyMs: 2000, soakMs: 2000 }
const view = exampleView()

function directoryOf(nodeId: number): string {
  const id = view.replicas.find((r) => r.nodeId === nodeId)?.directoryId
  if (id == null) throw new Error(`no directory of ${nodeId}`)
  return id
}

function input(request: RehearsalInput['request'], of: QuorumView = view): RehearsalInput {
  return { view: of, log: null, nodes: new Map(), request, thresholds }
}

const ADD = { kind: 'add-controller', params: { nodeId: 3 } } as const
const REMOVE = { kind: 'remove-controller', params: { nodeId: 2, directoryId: directoryOf(2) } } as const

test('an addition to a healthy quorum: done as planned, and no single fault takes the majority', () => {
  const { title, cases, broken, cut } = rehearse(input(ADD))
  expect([title, broken, cut]).toEqual(['Add controller 3', [], false])
  expect(cases[0]).toMatchObject({ moment: '', fault: '', outcome: 'done', majority: 'lives' })
  expect(cases.map((c) => c.majority)).not.toContain('lost')
  expect(cases.map((c) => c.majority)).not.toContain('returns')
  const dead = cases.find((c) => c.moment === 'right before adding controller 3' && c.fault === 'voter 2 dies')
  expect(dead?.outcome).toBe('refuses')
  expect(dead?.gates.map((g) => g.code)).toContain('margin-if-bad')
  const unheard = cases.find((c) => c.fault === 'the answer is lost')
  expect(unheard?.outcome).toBe('done')
})

test('a replaced disk: without a spare controller the quorum returns with the one that failed, and is never lost', () => {
  const { cases, broken } = rehearse(input({ kind: 'replace-disk', params: { nodeId: 1 } }))
  expect(broken).toEqual([])
  expect(cases[0]).toMatchObject({ outcome: 'done', majority: 'lives' })
  expect(new Set(cases.map((c) => c.majority))).toEqual(new Set(['lives', 'returns']))
  expect(new Set(cases.map((c) => c.moment)).size).toBe(6)
})

test('a plan of several changes is played to its last change of the voters', () => {
  const { cases, broken } = rehearse(input({ kind: 'replace-controller', params: { oldNodeId: 0, newNodeId: 3 } }))
  expect(broken).toEqual([])
  expect(cases[0]).toMatchObject({ outcome: 'done', majority: 'lives' })
  const moments = new Set(cases.map((c) => c.moment))
  expect(moments).toContain('right before adding controller 3')
  expect(moments).toContain('right after the request for removing controller 0')
})

/** Everybody looks well, whatever is true. */
function blind(facts: Facts): Facts {
  const { view: seen } = facts
  if (seen === null) return facts
  const replicas = seen.replicas.map((row): QuorumView['replicas'][number] => ({
    ...row,
    health: 'ok',
    lastFetchAgeMs: 0,
    lastCaughtUpAgeMs: 0,
  }))
  const { voters } = seen.quorum
  const quorum = { ...seen.quorum, healthyVoters: voters, margin: voters - majorityOf(voters), settling: false }
  const probes = new Map(
    [...facts.probes].map(([key, { atMs, probe }]) => {
      return [key, { atMs, probe: { ...probe, outcome: 'answers' as const, isNode: true } }] as const
    }),
  )
  const window = { sinceMs: Number.NEGATIVE_INFINITY, lastMs: facts.monotonicMs, epoch: 0, leaderClockMs: 0 }
  const healthy = new Map(seen.replicas.map((row) => [keyText(row), window]))
  return { ...facts, view: { ...seen, replicas, quorum }, probes, track: { ...facts.track, healthy } }
}

test('a rehearsal can fail: beside a dead voter, rules that see nobody dead lose the quorum, and those of the product refuse', () => {
  const replicas = view.replicas.map((r) => (r.nodeId === 1 ? { ...r, health: 'silent' as const } : r))
  const beside = input(REMOVE, { ...view, replicas })
  const { cases, broken } = rehearse(beside, { distort: blind })
  expect(cases[0]?.majority).toBe('lost')
  expect(broken.join()).toMatch(/without a living majority/)
  expect(() => rehearse(beside)).toThrow(/this does not hold: a majority stays healthy without it/)
})

test('in a thread of its own: the same report, and a refusal in its own words', async () => {
  const rehearsals = createRehearsals()
  const report = await rehearsals.rehearse(input(REMOVE))
  expect(report.cases).toEqual(rehearse(input(REMOVE)).cases)
  const nobody = { kind: 'replace-disk', params: { nodeId: 99 } } as const
  await expect(rehearsals.rehearse(input(nobody))).rejects.toMatchObject({ status: 422, code: 'unknown-node' })
})
