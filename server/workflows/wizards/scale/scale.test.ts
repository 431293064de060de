import { expect, test } from 'vitest'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, replica } from '../../../testing/examples/exampleObservation.ts'
import type { Part } from '../../run/run.ts'
import { scale } from './scale.ts'

const log = exampleLog()
const healthy = exampleFacts(exampleView(), { log })
const quiet = { lastFetchMs: 1, lastCaughtUpMs: 1 }
const broken = exampleFacts(
  exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1], quiet), replica(2, DIRECTORY[2])] } }),
  { log },
)
const plan = (controllers: number, facts = healthy) =>
  exampleRun({ kind: 'scale', params: { controllers } }, facts).plan
const changes = (controllers: number, facts = healthy) =>
  plan(controllers, facts).parts?.map((p) => `${p.kind} ${p.params.nodeId ?? ''}`.trim())

test('the highest ids leave first, and the leader never before another', () => {
  expect(changes(1)).toEqual(['remove-controller 2', 'remove-controller 1', 'bootstrap-servers'])
  const led2 = exampleFacts({
    ...exampleView(),
    replicas: exampleView().replicas.map((r) => ({
      ...r,
      status: r.nodeId === 2 ? ('leader' as const) : r.nodeId < 2 ? ('follower' as const) : r.status,
    })),
  })
  expect(changes(2, { ...led2, log })).toEqual(['remove-controller 1', 'bootstrap-servers'])
})

test('a dead voter goes before anything else, also where the quorum is to grow', () => {
  expect(changes(3, broken)).toEqual(['remove-controller 1', 'add-controller', 'bootstrap-servers'])
  expect(changes(2, broken)).toEqual(['remove-controller 1', 'bootstrap-servers'])
  expect(changes(5)).toEqual(['add-controller', 'add-controller', 'bootstrap-servers'])
})

test('nothing to do is said at the start, and is the end of a plan made anew', () => {
  expect(() => plan(3)).toThrow(/has 3 voters/)
  const run = exampleRun({ kind: 'scale', params: { controllers: 5 } }, healthy)
  expect(scale.plan({ controllers: 3 }, healthy, run).parts?.map((p) => p.kind)).toEqual(['bootstrap-servers'])
})

test('what the plan says of itself', () => {
  expect(plan(5)).toMatchObject({ goalMargin: 2, autoJoin: false })
  expect(plan(5).orderWhy).not.toMatch(/silent|even/)
  expect(plan(4)).toMatchObject({ goalMargin: 1, orderWhy: expect.stringContaining('no more failures than 3') })
  expect(plan(3, broken).orderWhy).toContain('A silent voter')
  const title = (controllers: number) => scale.title(exampleRun({ kind: 'scale', params: { controllers } }, healthy))
  expect([title(1), title(5)]).toEqual(['Scale to 1 controller', 'Scale to 5 controllers'])
  const joining = exampleView()
  const quorum = { ...joining.quorum, autoJoin: true }
  expect(plan(5, exampleFacts({ ...joining, quorum }, { log })).autoJoin).toBe(true)
})

test('goes on where the parts to come lead to the number that was asked for, whatever was begun before', () => {
  const begun = exampleRun({ kind: 'scale', params: { controllers: 5 } }, healthy)
  const own = { ...begun.plan, parts: [], drain: { cordon: false } }
  const of = (controllers: number, coming: Part['kind'][]) => ({
    ...begun,
    params: { controllers },
    plan: {
      ...begun.plan,
      parts: [
        { kind: 'add-controller' as const, title: 'landed', params: {}, plan: own },
        { kind: 'drain' as const, title: 'under way', params: { nodeIds: [7] }, plan: own },
        ...coming.map((kind): Part => ({ kind, title: 'to come', params: {}, plan: null })),
      ],
    },
  })
  expect(scale.continued(of(3, ['bootstrap-servers']), healthy)).not.toBeNull()
  expect(scale.continued(of(4, ['add-controller', 'bootstrap-servers']), healthy)).not.toBeNull()
  expect(scale.continued(of(4, ['bootstrap-servers']), healthy)).toBeNull()
})
