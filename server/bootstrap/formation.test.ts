import { describe, expect, test } from 'vitest'
import type { BootstrapPlan } from '../contract/bootstrap.ts'
import type { QuorumView, ReplicaView } from '../contract/quorumView.ts'
import { Gate } from '../contract/workflows.ts'
import type { ControllerLook } from '../quorum/reading/controllers/controllerLook.ts'
import { CLUSTER_ID, exampleView } from '../testing/examples/exampleFacts.ts'
import { DIRECTORY } from '../testing/examples/exampleObservation.ts'
import { aBroker, aController, aRequest } from './exampleRequest.ts'
import { formation } from './formation.ts'
import { generate } from './generate.ts'

const ID = 'wrqMDI1WDsqaooVSOtlgYw'
const controllers = ([0, 1, 2] as const).map((id) =>
  aController(id, { host: 'localhost', controllerPort: 8000 + id, dataDir: `/d/${id}`, directoryId: DIRECTORY[id] }),
)
const broker = aBroker(7, { host: 'localhost', dataDir: '/d/7' })

function planOf(change: Parameters<typeof aRequest>[0] = {}): BootstrapPlan {
  const made = generate(aRequest({ clusterId: CLUSTER_ID, nodes: [...controllers, broker], ...change }), () => ID)
  if (!made.ok) throw new Error(JSON.stringify(made.problems))
  return made.plan
}
const voters = ([0, 1, 2] as const).map((nodeId) => ({ nodeId, directoryId: DIRECTORY[nodeId] }))
function look(nodeId: number, change: Partial<ControllerLook> = {}): ControllerLook {
  return {
    nodeId,
    address: `localhost:${8000 + nodeId}`,
    answers: true,
    isNode: true,
    clusterId: CLUSTER_ID,
    leaderId: 0,
    leads: nodeId === 0 ? { epoch: 9, voters } : null,
    problem: '',
    ...change,
  }
}
const looks = (change: Partial<Record<number, Partial<ControllerLook>>> = {}) =>
  [0, 1, 2].map((id) => look(id, change[id]))
const whole = (): QuorumView => {
  const view = exampleView()
  return { ...view, replicas: view.replicas.filter((r) => r.nodeId !== 3) }
}
const changed = (nodeId: number, change: Partial<ReplicaView>): QuorumView => {
  const view = whole()
  return { ...view, replicas: view.replicas.map((r) => (r.nodeId === nodeId ? { ...r, ...change } : r)) }
}
function judged(looked: ControllerLook[], view: QuorumView | null, plan = planOf()): Map<string, Gate> {
  const gates = formation(plan, { looks: looked, view })
  for (const one of gates) expect(() => Gate.parse(one)).not.toThrow()
  expect(new Set(gates.map((g) => g.code)).size).toBe(gates.length)
  return new Map(gates.map((g) => [g.code, g]))
}
const open = (gates: Map<string, Gate>) => [...gates.values()].filter((g) => !g.ok).map((g) => g.code)
const words = (gates: Map<string, Gate>, code: string) => `${gates.get(code)?.observed} → ${gates.get(code)?.remedy}`

describe('whether a planned quorum has formed', () => {
  test('all is as planned', () => {
    expect(open(judged(looks(), whole()))).toEqual([])
  })

  test('nothing is known: nothing passes, and all of it waits', () => {
    const gates = judged([], null)
    expect(open(gates)).toHaveLength(gates.size)
    expect([...gates.values()].every((g) => g.waiting)).toBe(true)
    const silent = { answers: false, isNode: null, clusterId: null, leaderId: null, leads: null, problem: 'refused' }
    const down = judged(looks({ 0: silent, 1: silent, 2: silent }), null)
    expect(open(down)).toHaveLength(gates.size)
    expect(words(down, 'controller-1')).toContain('bin/kafka-server-start.sh -daemon config/node-1.properties')
  })

  test('every fact that is taken away keeps something from passing', () => {
    for (const change of [{ isNode: null }, { clusterId: null }, { leaderId: null }])
      expect(open(judged(looks({ 1: change }), whole()))).toContain('controller-1')
    for (const [code, change] of [
      ['kraft-version', { kraftVersion: null }],
      ['metadata-version', { metadataVersion: null }],
      ['voters-healthy', { settling: true }],
      ['voters', { leaderId: null }],
    ] as const) {
      const view = whole()
      expect(open(judged(looks(), { ...view, quorum: { ...view.quorum, ...change } }))).toContain(code)
    }
    expect(open(judged(looks(), changed(7, { fenced: null })))).toEqual(['brokers-unfenced'])
    expect(open(judged(looks(), changed(7, { registered: null })))).toEqual(['brokers-registered', 'brokers-unfenced'])
  })

  test('another cluster id is named, with what to do', () => {
    const other = 'AAAAAAAAAAAAAAAAAAAAAQ'
    const gates = judged(looks({ 2: { clusterId: other, leaderId: 2, leads: { epoch: 1, voters: [] } } }), whole())
    expect(open(gates)).toEqual(['controller-2', 'cluster-id'])
    expect(words(gates, 'controller-2')).toMatch(/it is of cluster A+Q → It was formatted with another cluster id/)
    expect(gates.get('cluster-id')?.waiting).toBe(false)
  })

  test('a host that was formatted with --standalone leads a quorum of its own', () => {
    const own = [{ nodeId: 2, directoryId: DIRECTORY.new2 }]
    const gates = judged(
      looks({ 2: { leaderId: 2, leads: { epoch: 1, voters: own } } }),
      changed(2, { health: 'silent' }),
    )
    expect(open(gates)).toEqual(['controller-2', 'voters-healthy'])
    expect(words(gates, 'controller-2')).toMatch(/leads a quorum of its own.*--standalone.*format it with the command/s)
  })

  test('a directory id of its own makes a controller an observer', () => {
    const view = changed(2, { health: 'silent' })
    const row = view.replicas.find((r) => r.nodeId === 2)
    if (row === undefined) throw new Error('no row')
    const stranger: ReplicaView = { ...row, directoryId: DIRECTORY.new2, status: 'observer', health: 'ok' }
    const gates = judged(looks(), { ...view, replicas: [...view.replicas, stranger] })
    expect(open(gates)).toEqual(['controller-2', 'directory-ids', 'voters-healthy'])
    expect(words(gates, 'directory-ids')).toContain(`2 has ${DIRECTORY.new2}, planned ${DIRECTORY[2]}`)
    expect(words(gates, 'controller-2')).toContain(`observer, with directory id ${DIRECTORY.new2}`)
  })

  test('formatted with another line: other voters, and another leader', () => {
    const view = whole()
    const two = {
      ...view,
      replicas: view.replicas.filter((r) => r.nodeId !== 2),
      quorum: { ...view.quorum, voters: view.quorum.voters - 1 },
    }
    const gates = judged(looks({ 2: { leaderId: null } }), two)
    expect(open(gates)).toEqual(['controller-2', 'voters', 'voters-healthy'])
    expect(words(gates, 'voters')).toContain('Not voters: 2.')
    expect(words(gates, 'controller-2')).toContain('compare meta.properties')
    expect(gates.get('controller-2')?.waiting).toBe(false)
    expect(words(judged(looks({ 2: { leaderId: 1 } }), whole()), 'controller-2')).toContain('The others name 0.')
  })

  test('another process listens at the address', () => {
    const gates = judged(looks({ 1: { isNode: false } }), whole())
    expect(open(gates)).toEqual(['controller-1'])
    expect(words(gates, 'controller-1')).toContain('another node answers at localhost:8001')
  })

  test('features of another release, a static quorum, a fenced broker', () => {
    const view = whole()
    expect(open(judged(looks(), view, planOf({ metadataRelease: '4.1' })))).toEqual(['metadata-version'])
    expect(open(judged(looks(), { ...view, quorum: { ...view.quorum, kraftVersion: 0 } }))).toEqual(['kraft-version'])
    expect(open(judged(looks(), changed(7, { fenced: true })))).toEqual(['brokers-unfenced'])
  })

  test('--standalone: whatever directory id it drew is right, and it is the whole quorum', () => {
    const { directoryId: _drawn, ...first } = controllers[0] ?? aController(0)
    const plan = planOf({ standalone: true, nodes: [first] })
    const view = whole()
    const alone = { ...view, replicas: view.replicas.filter((r) => r.nodeId === 0) }
    const own = [{ nodeId: 0, directoryId: DIRECTORY[0] }]
    expect(open(judged([look(0, { leads: { epoch: 1, voters: own } })], alone, plan))).toEqual([])
  })
})
