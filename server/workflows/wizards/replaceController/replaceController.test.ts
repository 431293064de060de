import { describe, expect, test } from 'vitest'
import type { QuorumView, ReplicaView } from '../../../contract/quorumView.ts'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { RunParams } from '../../run/run.ts'
import type { PlannedVoter } from '../../run/votersAfter.ts'
import { orderOf, replaceController, worstMargins } from './replaceController.ts'

/** `dead` of `voters` are dead, the last one among them first; the one to be replaced is the last. */
function order(voters: number, dead: number, replacedIsDead = dead > 0) {
  const health = (i: number) => {
    const fromTheEnd = voters - 1 - i
    const shifted = replacedIsDead ? fromTheEnd : fromTheEnd - 1
    return shifted >= 0 && shifted < dead ? ('silent' as const) : ('ok' as const)
  }
  const plannedVoters: PlannedVoter[] = Array.from({ length: voters }, (_, nodeId) => ({
    nodeId,
    directoryId: `disk${nodeId}`,
    health: health(nodeId),
    leads: nodeId === 0,
  }))
  const old = plannedVoters.at(-1)
  return orderOf(plannedVoters, old as unknown as ReplicaView)
}

test.each([
  [3, 0, false, 'add-first', 0],
  [3, 1, true, 'remove-first', 0],
  [5, 0, false, 'add-first', 1],
  [5, 1, true, 'remove-first', 1],
  [5, 2, true, 'remove-first', 0],
  [4, 1, true, 'remove-first', 0],
] as const)(
  'the order of the table: %i voters, %i dead (replaced among them: %s)',
  (voters, dead, itself, which, worst) => {
    expect(order(voters, dead, itself)).toEqual({ order: which, worst })
  },
)

test('beside another dead one neither order of three is safe', () => {
  expect(order(3, 1, false)?.worst).toBe(-1)
})

test('while the health of one is unknown there is no order', () => {
  const plannedVoter = (nodeId: number, health: PlannedVoter['health']): PlannedVoter => ({
    nodeId,
    directoryId: 'x',
    health,
    leads: false,
  })
  const plannedVoters = [plannedVoter(0, 'ok'), plannedVoter(1, 'unknown'), plannedVoter(2, 'ok')]
  expect(orderOf(plannedVoters, plannedVoters[2] as unknown as ReplicaView)).toBeNull()
})

test('nor while the health of the one that leaves is', () => {
  const plannedVoter = (nodeId: number, health: PlannedVoter['health']): PlannedVoter => ({
    nodeId,
    directoryId: 'x',
    health,
    leads: false,
  })
  const plannedVoters = [plannedVoter(0, 'ok'), plannedVoter(1, 'ok'), plannedVoter(2, 'unknown')]
  const old = plannedVoters[2] as unknown as ReplicaView
  expect(worstMargins(plannedVoters, old)).toEqual({ 'add-first': null, 'remove-first': 0 })
  expect(orderOf(plannedVoters, old)).toBeNull()
})

describe('the plan', () => {
  const facts = (view: QuorumView = exampleView()) => exampleFacts(view, { log: exampleLog() })
  const plan = (params: RunParams, of = facts()) =>
    exampleRun({ kind: 'replace-controller', params: params as never }, of).plan
  const silent = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }
  const with2 = (two: ReturnType<typeof replica>, one = replica(1, DIRECTORY[1])) =>
    facts(exampleView({ sample: { voters: [LEADER, one, two] } }))
  const dead2 = with2(replica(2, DIRECTORY[2], silent))
  const kinds = (params: RunParams, of = facts()) => plan(params, of).parts?.map((p) => p.kind)

  test('of a healthy controller adds first, of a dead one removes first, and says why', () => {
    const params = { oldNodeId: 2, newNodeId: 3 }
    expect(kinds(params)).toEqual(['add-controller', 'remove-controller', 'bootstrap-servers'])
    expect(plan(params)).toMatchObject({ goalMargin: 1, target: { nodeId: 2 }, autoJoin: false })
    expect(plan(params).orderWhy).toBe(
      'The new controller is added before 2 is removed. The margin falls to 0 at worst; the other way round, to 0.',
    )
    expect(kinds(params, dead2)).toEqual(['remove-controller', 'add-controller', 'bootstrap-servers'])
    expect(plan(params, dead2)).toMatchObject({ goalMargin: 1 })
    expect(plan(params, dead2).orderWhy).toBe(
      'Controller 2 is removed before the new one is added, because it is dead and counts towards every majority. The margin falls to 0 at worst; the other way round, to -1.',
    )
    const view = exampleView()
    expect(plan(params, facts({ ...view, quorum: { ...view.quorum, autoJoin: true } })).autoJoin).toBe(true)
  })

  test('knows the new controller, or only that it is another', () => {
    expect(plan({ oldNodeId: 2, newNodeId: 3 }).parts?.map((p) => [p.title, p.params])).toEqual([
      ['Add controller 3', { nodeId: 3 }],
      ['Remove controller 2', { nodeId: 2 }],
      ['Name the voters in every configuration', {}],
    ])
    expect(plan({ oldNodeId: 2 }).parts?.[0]).toMatchObject({
      title: 'Add the new controller',
      params: { otherThan: 2 },
    })
  })

  function refusal(params: RunParams, of = facts()): WorkflowRefusal | null {
    try {
      plan(params, of)
      return null
    } catch (error) {
      if (error instanceof WorkflowRefusal) return error
      throw error
    }
  }

  test('is refused for the same node, for a voter, and where neither order is safe', () => {
    expect(refusal({ oldNodeId: 2, newNodeId: 2 })?.code).toBe('same-node')
    expect(refusal({ oldNodeId: 2, newNodeId: 1 })?.code).toBe('id-is-voter')
    expect(refusal({ oldNodeId: 1 }, dead2)).toMatchObject({
      code: 'refused',
      message: 'Neither order is safe: in both, at some moment there would be no healthy majority.',
      remedy: 'Repair the other voters first.',
      refusals: [{ ok: false, observed: 'add first: -1; remove first: -1' }],
    })
    const view = exampleView()
    const replicas = view.replicas.map((r) => (r.nodeId === 1 ? { ...r, health: 'unknown' as const } : r))
    expect(refusal({ oldNodeId: 2 }, facts({ ...view, replicas }))).toMatchObject({
      code: 'refused',
      message: 'The health of a voter is not known yet.',
      remedy: 'Wait until every voter has fetched from the leader.',
      refusals: [{ ok: false, observed: 'add first: unknown; remove first: unknown' }],
    })
  })

  test('made anew has only what is left', () => {
    const params = { oldNodeId: 2, newNodeId: 3 }
    const run = exampleRun({ kind: 'replace-controller', params }, facts())
    const left = (of: QuorumView) => replaceController.plan(params, facts(of), run)
    const codes = (of: QuorumView) => left(of).parts?.map((p) => p.kind)
    const three = replica(3, DIRECTORY.new2)
    const both = [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2]), three]
    expect(codes(exampleView({ sample: { voters: both } }))).toEqual(['remove-controller', 'bootstrap-servers'])
    const out = exampleView({ sample: { voters: both.slice(0, 2) } })
    expect(codes(out)).toEqual(['add-controller', 'bootstrap-servers'])
    expect(left(out)).toMatchObject({ target: null, orderWhy: 'Controller 2 has already left.', goalMargin: 0 })
    const whole = exampleView({ sample: { voters: [...both.slice(0, 2), three] } })
    expect(codes(whole)).toEqual(['bootstrap-servers'])
    // At the start, who is no voter cannot be replaced.
    expect(refusal(params, facts(out))?.code).toBe('unknown-node')
  })
})

test('its goal is the successor that was named, or whoever came by the run', () => {
  const facts = exampleFacts(exampleView(), { log: exampleLog() })
  const run = exampleRun({ kind: 'replace-controller', params: { oldNodeId: 2 } }, facts)
  // Nothing is to be done any more: the goal is due.
  const due = (params: RunParams, came: number[]) => ({ ...run, params, plan: { ...run.plan, parts: [], came } })
  const goal = (params: RunParams, came: number[] = []) =>
    replaceController.steps(due(params, came), facts).find((s) => s.key === 'goal')?.gates[0]
  // 9 never voted; 1 votes, 3 does not.
  expect(goal({ oldNodeId: 9, newNodeId: 1 })).toMatchObject({ ok: true })
  expect(goal({ oldNodeId: 9, newNodeId: 3 })).toMatchObject({ ok: false })
  expect(goal({ oldNodeId: 9 }, [1])).toMatchObject({ ok: true })
  expect(goal({ oldNodeId: 9 })).toMatchObject({ ok: false })
})
