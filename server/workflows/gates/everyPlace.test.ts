/** Each gate at each of its places: on facts that it is there to refuse, it refuses there. */
import { describe, expect, test } from 'vitest'
import type { Gate, StartWorkflow } from '../../contract/workflows.ts'
import {
  CANDIDATE,
  contestedView,
  exampleFacts,
  exampleRun,
  exampleView,
  forgetfulView,
  probe,
  probed,
} from '../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../testing/examples/flatStep.ts'
import { describeRun } from '../engine/decisions/describe.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import type { Facts } from '../run/facts.ts'
import { WorkflowRefusal } from '../run/refusal.ts'
import type { Run, RunEntry } from '../run/run.ts'
import { EMPTY_TRACK } from '../run/windows/track.ts'

const OLD = { nodeId: 2, directoryId: DIRECTORY[2] } as const
const NEW = { nodeId: 2, directoryId: DIRECTORY.new2 } as const
const silent = { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }
const dead = (id: 1 | 2) => replica(id, DIRECTORY[id], silent)

const said = (autoJoin: string) => ({
  configs: new Map([['controller.quorum.auto.join.enable', autoJoin]]),
  supportedMetadataVersion: 30,
})
const everybodySaying = (autoJoin: string) => new Map([0, 1, 2, 3].map((id) => [id, said(autoJoin)]))
const observers = [replica(7, DIRECTORY[7]), replica(3, CANDIDATE.directoryId), replica(2, DIRECTORY.new2)]

const healthy = exampleFacts()
const twins = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead(2)], observers } }))

const entry = { atMs: NOW, actor: { id: 'operator', name: 'operator' }, text: '' }
const chosen: RunEntry = { ...entry, type: 'chosen', candidate: NEW }
const undoing = (change: { kind: 'add' | 'remove'; nodeId: number; directoryId: string }): RunEntry => ({
  ...entry,
  type: 'undoing',
  reason: '',
  change: change.kind === 'add' ? { ...change, kind: 'add', endpoints: [] } : { ...change, kind: 'remove' },
  quorum: { observedAtMs: NOW, quorum: exampleView().quorum, replicas: [] },
})

const adding = exampleRun({ kind: 'add-controller', params: { ...CANDIDATE } }, healthy)
const onNamedNode = exampleRun({ kind: 'add-controller', params: { nodeId: 3 } }, healthy)
const removing = exampleRun({ kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } }, healthy)
const old = exampleFacts(
  exampleView({ facts: { nodes: everybodySaying('false') }, log: { controllerMetadataVersions: new Map([[0, 21]]) } }),
)
const stoppingFirst = exampleRun({ kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } }, old)
const replacing = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, twins, chosen)
const replacingHealthy = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, healthy)
const takingBackAddition = exampleRun(
  { kind: 'add-controller', params: { ...CANDIDATE } },
  healthy,
  undoing({ kind: 'remove', nodeId: 1, directoryId: DIRECTORY[1] }),
)
const takingBackRemoval = exampleRun(
  { kind: 'add-controller', params: { ...CANDIDATE } },
  healthy,
  undoing({ kind: 'add', ...CANDIDATE }),
)

/** Every step with gates, the gates of its host actions apart, and the facts on which all of them may be asked. */
const PLACES: readonly [name: string, run: Run, step: string, where: 'gates' | 'hostGates'][] = [
  ['add: candidate', onNamedNode, 'candidate', 'gates'],
  ['add: caught up', adding, 'caught-up', 'gates'],
  ['add: add', adding, 'add', 'gates'],
  ['add: steady', adding, 'steady', 'gates'],
  ['remove: stop', stoppingFirst, 'stop', 'gates'],
  ['remove: stop, on the host', stoppingFirst, 'stop', 'hostGates'],
  ['remove: remove', removing, 'remove', 'gates'],
  ['remove: stays away', removing, 'stays-away', 'gates'],
  ['replace: old down, alive', replacingHealthy, 'old-down', 'gates'],
  ['replace: old down, on the host', replacingHealthy, 'old-down', 'hostGates'],
  ['replace: old down, silent', replacing, 'old-down', 'gates'],
  ['replace: new disk', replacing, 'new-disk', 'hostGates'],
  ['replace: caught up', replacing, 'caught-up', 'gates'],
  ['replace: remove', replacing, 'remove-old', 'gates'],
  ['replace: add', replacing, 'add-new', 'gates'],
  ['replace: restored', replacing, 'restored', 'gates'],
  ['take an addition back', takingBackAddition, 'undo', 'gates'],
  ['take a removal back', takingBackRemoval, 'undo', 'gates'],
]

const view = exampleView
const noProbes = {
  probes: probed(healthy.monotonicMs, ...[0, 1, 2, 3].map((id) => probe(id, { outcome: 'silent', isNode: null }))),
}
const elsewhere = {
  endpoints: new Map([2, 3].map((id) => [id, [{ listener: 'CONTROLLER', host: 'localhost', port: 9990 + id }]])),
  ...noProbes,
}
const oneVoterLess = view({ sample: { voters: [LEADER, dead(2)], observers } })
const majorityLost = view({ sample: { voters: [LEADER, dead(1), dead(2)], observers } })
const quiet = (id: 1 | 2) => replica(id, DIRECTORY[id], { lastFetchMs: NOW - 1500 })

/** For each gate, facts that it must refuse, whatever step asks; at each place at least one of them does. */
const BAD: Record<string, Facts[]> = {
  'observation-fresh': [
    { ...healthy, ageMs: 6000 },
    { ...twins, ageMs: 6000 },
  ],
  'leader-reachable': [
    exampleFacts({ ...view(), source: { nodeId: 7, via: 'broker', address: 'b:1', tailing: false } }),
  ],
  'one-quorum': [exampleFacts(contestedView())],
  'metadata-whole': [exampleFacts(forgetfulView())],
  'same-cluster': [exampleFacts({ ...view(), clusterId: null })],
  'dynamic-quorum': [exampleFacts(view({ log: { kraftVersion: 0 } }))],
  'quorum-settled': [{ ...healthy, track: { ...healthy.track, reads: [] } }],
  'no-change-in-flight': [
    exampleFacts(view({ log: { pendingVoters: { offset: 536, epoch: 9, atMs: NOW, voters: [], before: [] } } })),
  ],
  'voters-as-expected': [
    exampleFacts(oneVoterLess),
    exampleFacts(view({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } })),
    exampleFacts(view({ sample: { voters: [LEADER, replica(2, DIRECTORY[2])] } })),
  ],
  'id-is-no-voter': [
    exampleFacts(view({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), replica(3, DIRECTORY[2])] } })),
    twins,
  ],
  'lag-near-zero': [{ ...healthy, track: EMPTY_TRACK }],
  'candidate-fetches': [exampleFacts(view({ sample: { observers: [] } }))],
  'candidate-is-controller': [
    exampleFacts(view({ log: { controllers: new Map() } })),
    { ...healthy, endpoints: new Map() },
  ],
  'candidate-endpoints': [{ ...healthy, endpoints: new Map() }],
  'candidate-reachable': [{ ...healthy, ...noProbes }],
  'other-incarnations-silent': [
    exampleFacts(view({ sample: { observers: [...observers, replica(3, DIRECTORY.new2)] } })),
    exampleFacts(view({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])], observers } })),
  ],
  'margin-now': [exampleFacts(majorityLost)],
  'margin-after': [exampleFacts(majorityLost)],
  'margin-if-bad': [exampleFacts(view({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead(2)], observers } }))],
  'margin-if-stopped': [
    exampleFacts(view({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead(2)], observers } })),
    exampleFacts(view({ sample: { voters: [LEADER, dead(1), replica(2, DIRECTORY[2])], observers } })),
  ],
  'voters-heard': [exampleFacts(view({ sample: { voters: [LEADER, quiet(1), quiet(2)], observers } }))],
  'carriers-healthy': [
    { ...healthy, track: { ...healthy.track, healthy: new Map() } },
    { ...twins, track: { ...twins.track, healthy: new Map() } },
  ],
  'auto-join-as-planned': [exampleFacts(view({ facts: { nodes: everybodySaying('true') } }))],
  'auto-join-safe': [exampleFacts(view({ facts: { nodes: everybodySaying('true') } }))],
  'target-is-voter': [exampleFacts(view({ sample: { voters: [LEADER], observers } }))],
  'not-last-voter': [exampleFacts(view({ sample: { voters: [LEADER], observers } }))],
  'old-incarnation-silent': [healthy],
  'old-incarnation-down': [{ ...twins, ...elsewhere }],
  'replacement-ready': [exampleFacts(view({ sample: { observers: [] } }))],
  'new-voter-healthy': [healthy],
  'stays-away': [healthy],
  'margin-as-planned': [exampleFacts(majorityLost)],
  steady: [{ ...healthy, track: EMPTY_TRACK }],
}

function gatesAt(run: Run, facts: Facts, step: string, where: 'gates' | 'hostGates'): Gate[] {
  return stepsOf(run, facts).find((s) => s.key === step)?.[where] ?? []
}

/** Facts on which the step shows its gates; some show others while the target is silent. */
const ON: Record<string, Facts> = {
  'remove: stop': old,
  'remove: stop, on the host': old,
  'replace: old down, silent': twins,
  'replace: new disk': twins,
  'replace: caught up': twins,
  'replace: remove': twins,
  'replace: add': twins,
  'replace: restored': twins,
}

const cases = PLACES.flatMap(([name, run, step, where]) =>
  gatesAt(run, ON[name] ?? healthy, step, where).map(({ code }) => ({ name, code, run, step, where })),
)

test('every place has gates', () => {
  expect(new Set(cases.map((c) => c.name))).toEqual(new Set(PLACES.map(([name]) => name)))
})

describe('on facts that it is there for, a gate refuses', () => {
  test.each(cases)('$name, $code', ({ code, run, step, where }) => {
    const refusing = (BAD[code] ?? []).filter((facts) =>
      gatesAt(run, facts, step, where).some((g) => g.code === code && !g.ok),
    )
    expect(refusing.length).toBeGreaterThan(0)
  })
})

describe('a plan that no waiting will mend is refused', () => {
  const start = (request: Pick<StartWorkflow, 'kind' | 'params'>, facts: Facts): string[] => {
    try {
      exampleRun(request, facts)
      return []
    } catch (error) {
      if (error instanceof WorkflowRefusal) return error.refusals.filter((g) => !g.ok).map((g) => g.code)
      throw error
    }
  }
  const add = { kind: 'add-controller', params: { ...CANDIDATE } } as const
  const remove = { kind: 'remove-controller', params: { nodeId: 1, directoryId: DIRECTORY[1] } } as const
  const oneDead = exampleFacts(view({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead(2)], observers } }))
  const joining = exampleView({
    facts: { nodes: everybodySaying('true') },
    sample: { voters: [LEADER, replica(1, DIRECTORY[1])] },
  })

  test('an addition beside a dead voter, or without a majority', () => {
    expect(start(add, oneDead)).toEqual(['margin-if-bad'])
    expect(start(add, exampleFacts(majorityLost))).toEqual(['margin-now', 'margin-after', 'margin-if-bad'])
    const allButTwo = view({ sample: { voters: [LEADER, dead(1)], observers } })
    expect(start(add, exampleFacts(allButTwo))).toContain('margin-now')
  })

  test('a removal that would add itself again and may not be stopped', () => {
    expect(start(remove, exampleFacts(joining))).toEqual(['auto-join-safe', 'margin-if-stopped'])
  })

  test('the old incarnation of a replacement is the voter', () => {
    expect(replacing.plan.target).toEqual(OLD)
  })
})

describe('a step is done only where its gates hold', () => {
  const done = (run: Run, facts: Facts, step: string) => stepsOf(run, facts).find((s) => s.key === step)?.done ?? null

  test('old-down: silent and proven down', () => {
    expect(done(replacing, twins, 'old-down')).not.toBeNull()
    expect(done(replacing, healthy, 'old-down')).toBeNull()
    expect(done(replacing, { ...twins, ...elsewhere }, 'old-down')).toBeNull()
  })

  test('new-disk: its commands are shown only while nobody may write to the old disk', () => {
    const commands = (facts: Facts) =>
      describeRun(standingOf(replacing, facts)).steps.find((s) => s.key === 'new-disk')?.commands ?? []
    expect(commands(twins)).not.toEqual([])
    expect(commands(healthy)).toEqual([])
    expect(commands({ ...twins, ageMs: 6000 })).toEqual([])
    expect(commands({ ...twins, ...elsewhere })).toEqual([])
  })

  test('candidate: a registered controller', () => {
    expect(done(onNamedNode, healthy, 'candidate')).not.toBeNull()
    expect(done(onNamedNode, { ...healthy, endpoints: new Map() }, 'candidate')).toBeNull()
  })
})
