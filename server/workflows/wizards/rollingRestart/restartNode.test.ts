import { describe, expect, test } from 'vitest'
import { type PlacementRecord, placed } from '../../../quorum/log/placement.ts'
import { exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../../testing/examples/flatStep.ts'
import { advance } from '../../engine/decisions/advance.ts'
import { standingOf } from '../../engine/decisions/progress.ts'
import type { Facts } from '../../run/facts.ts'
import { foldEntry } from '../../run/fold.ts'
import type { Run, RunEntry } from '../../run/run.ts'
import { focusOf } from '../parts.ts'
import { planRefusals } from '../startRefusals.ts'
import { nextToRestart, restartable, restartNode } from './restartNode.ts'
import { rollingRestart } from './rollingRestart.ts'

const view = exampleView()
const log = exampleLog()
const facts = exampleFacts(view, { log })
const runOf = (nodeIds: number[], of: Facts = facts) => exampleRun({ kind: 'rolling-restart', params: { nodeIds } }, of)
const first = (run: Run, of: Facts) => {
  const [restart, back] = stepsOf(run, of)
  if (restart === undefined || back === undefined) throw new Error('no steps')
  return { restart, back }
}
/** Stated as it is offered on these facts. */
const stated = (run: Run, key: string, of: Facts): Run => {
  const about = first(run, of).restart.statements.find((s) => s.key === key)?.about
  return { ...run, statements: { [`0.restart/${key}`]: { statement: 'x', by: 'Anna', atMs: 0, about } } }
}
/** The process of this controller has registered anew. */
const renewed = (nodeId: number) => {
  const own = log.controllers.get(nodeId)
  if (own === undefined) throw new Error('no controller')
  return {
    ...facts,
    log: { ...log, controllers: new Map(log.controllers).set(nodeId, { ...own, incarnationId: 'new' }) },
  }
}

test('controllers, combined nodes, brokers, and the active controller at last', () => {
  const order = (ids: number[], of = view): number[] => {
    const next = nextToRestart(of, ids)
    return next === null
      ? []
      : [
          next,
          ...order(
            ids.filter((id) => id !== next),
            of,
          ),
        ]
  }
  expect(order([0, 1, 2, 3, 7])).toEqual([1, 2, 3, 7, 0])
  const combined = {
    ...view,
    replicas: view.replicas.map((r) =>
      r.nodeId === 1 ? { ...r, roles: ['controller' as const, 'broker' as const] } : r,
    ),
  }
  expect(order([0, 1, 2, 3, 7], combined)).toEqual([2, 3, 1, 7, 0])
  expect(nextToRestart(view, [])).toBeNull()
  expect(restartable(view)).toEqual([0, 1, 2, 3, 7])
  expect(restartable({ ...view, replicas: view.replicas.map((r) => ({ ...r, roles: [] })) })).toEqual([])
})

test('only nodes that are listed', () => {
  expect(() => runOf([0, 99])).toThrow(/no node 99/)
  expect(() => runOf([])).toThrow(/no node/)
  expect(runOf([1]).plan.parts?.[0]?.plan?.target).toEqual({ nodeId: 1, directoryId: DIRECTORY[1] })
  expect(exampleRun({ kind: 'rolling-restart', params: {} }, facts).plan.parts).toHaveLength(5)
})

describe('the restart of a controller', () => {
  test('has the gates of a stop, and is done when a new process has registered', () => {
    const run = runOf([1])
    const { restart } = first(run, facts)
    expect(restart).toMatchObject({ title: 'Restart node 1', done: null, statements: [] })
    expect(restart.gates.map((g) => g.code)).toEqual([
      'observation-fresh',
      'quorum-settled',
      'no-change-in-flight',
      'voters-as-expected',
      'margin-if-stopped',
      'voters-heard',
      'carriers-healthy',
      'one-quorum',
      'metadata-whole',
      'log-followed',
      'others-caught-up',
    ])
    expect(restart.commands.length).toBeGreaterThan(0)
    expect(first(run, renewed(1)).restart.done).not.toBeNull()
    expect(first(run, renewed(1)).restart.commands).toEqual([])
    expect(first(run, { ...facts, ageMs: 6000 }).restart.withheld).toBe(true)
    expect(first(runOf([0]), facts).restart).toMatchObject({
      title: 'Restart node 0, the active controller',
      detail: expect.stringContaining('leads now'),
    })
  })

  test('of two voters must be stated, of three not', () => {
    const two = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } }), { log })
    const run = runOf([1], two)
    const { restart } = first(run, two)
    expect(restart.statements.map((s) => s.key)).toEqual(['outage'])
    expect(restart.withheld).toBe(true)
    expect(restart.gates.filter((g) => !g.ok).map((g) => g.code)).toEqual([
      'margin-if-stopped',
      'voters-heard',
      'carriers-healthy',
    ])
    const said = first(stated(run, 'outage', two), two).restart
    expect(said.statements).toEqual([])
    expect(said.gates.filter((g) => !g.ok)).toEqual([])
    expect(said.commands.length).toBeGreaterThan(0)
    // Said of three it changes nothing.
    const codes = (of: Run) => first(of, facts).restart.gates.map((g) => g.code)
    expect(codes(stated(runOf([1]), 'outage', facts))).toEqual(codes(runOf([1])))
  })
})

test('a voter that came back with another disk is judged as the voter that it is', () => {
  const run = runOf([1])
  const swapped = exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY.new2), replica(2, DIRECTORY[2])] } })
  const codes = (of: Facts) => first(run, of).restart.gates.map((g) => g.code)
  expect(codes(facts)).toContain('margin-if-stopped')
  expect(codes(exampleFacts(swapped, { log }))).toContain('margin-if-stopped')
})

test('what its file needs is shown until it is restarted', () => {
  const run = runOf([1])
  expect(first(run, facts).restart.configs).toHaveLength(1)
  expect(first(run, renewed(1)).restart.configs).toEqual([])
})

test('a voter of a static quorum that becomes dynamic meanwhile is still one, by its directory id of now', () => {
  const voters = [LEADER, replica(1, DIRECTORY[1])]
  const two = exampleFacts(exampleView({ sample: { voters } }), { log })
  const bare = exampleView({ sample: { voters: voters.map((v) => ({ ...v, directoryId: null })) } })
  const planned = runOf([1], exampleFacts(bare, { log }))
  const quorum = { observedAtMs: 0, quorum: bare.quorum, replicas: [] }
  const identified: RunEntry = {
    type: 'identified',
    voters: voters.map(({ nodeId, directoryId }) => ({ nodeId, directoryId })),
    quorum,
    text: '',
    atMs: 0,
    actor: { id: 'quorumdeck', name: 'Quorumdeck' },
  }
  const run = foldEntry({ id: 'run', cluster: 'test', clusterId: '' }, planned, identified)
  const { restart, back } = first(run, two)
  expect(restart.statements.map((s) => s.key)).toEqual(['outage'])
  expect(restart.gates.filter((g) => !g.ok).map((g) => g.code)).toEqual([
    'margin-if-stopped',
    'voters-heard',
    'carriers-healthy',
  ])
  expect(back.gates.find((g) => g.code === 'node-caught-up')?.ok).toBe(true)
})

describe('the restart of a broker', () => {
  const hosting = (...partitions: ReturnType<typeof partition>[]) => exampleFacts(view, { log: exampleLog(partitions) })

  test('has no gates of a voter, and those of its partitions', () => {
    const of = hosting(partition({ replicas: [7, 8, 9], isr: [7, 8, 9] }))
    const { restart, back } = first(runOf([7], of), of)
    expect(restart.gates.map((g) => g.code)).toEqual([
      'observation-fresh',
      'quorum-settled',
      'no-change-in-flight',
      'voters-as-expected',
      'log-followed',
      'others-caught-up',
      'min-isr-if-stopped',
      'no-reassignment',
    ])
    expect(back.gates.map((g) => g.code)).toContain('broker-back')
    expect(back.gates.map((g) => g.code)).not.toContain('node-caught-up')
  })

  test('that holds the only replica of a partition must be stated', () => {
    const of = hosting(partition({ replicas: [7], isr: [7] }))
    const run = runOf([7], of)
    expect(first(run, of).restart.statements.map((s) => s.key)).toEqual(['partitions-unavailable'])
    const said = first(stated(run, 'partitions-unavailable', of), of).restart
    expect(said.statements).toEqual([])
    expect(said.gates.filter((g) => !g.ok)).toEqual([])
  })
})

test('none begins while the metadata log is not followed: nobody could tell the process of before from a new one', () => {
  const blind = { ...facts, log: null }
  const run = runOf([1, 2], blind)
  expect(planRefusals(focusOf(run), standingOf(run, blind).steps, blind).map((g) => g.code)).toEqual(['log-followed'])
  // The next one of a run, whose log is lost after the first.
  const whole = runOf([1, 2])
  const observed = { how: 'observed' as const, atMs: 0, text: '' }
  const between: Run = { ...whole, done: { '0.restart': observed, '0.back': observed } }
  expect(advance(standingOf(between, facts), null).events[0]).toMatchObject({ type: 'part-begun', part: 1 })
  expect(advance(standingOf(between, blind), null).events).toEqual([])
})

test('back is who fetches, with the margin as planned, and steady', () => {
  const codes = (nodeId: number) => first(runOf([nodeId]), facts).back.gates.map((g) => g.code)
  const whole = [
    'observation-fresh',
    'voters-as-expected',
    'node-caught-up',
    'disk-kept',
    'settings-agree',
    'margin-as-planned',
    'steady',
  ]
  expect(codes(1)).toEqual(whole)
  expect(codes(0)).toEqual(whole.filter((code) => code !== 'node-caught-up'))
  expect(first(runOf([1]), facts).back.done).not.toBeNull()
  expect(first(runOf([1]), { ...facts, ageMs: 6000 }).back.done).toBeNull()
})

describe('a node that is not what it was stops the roll, and says why', () => {
  const stopped = (over: Facts) =>
    first(runOf([1]), over)
      .back.gates.filter((g) => !g.ok)
      .map((g) => [g.code, g.remedy])
  const observers = [replica(7, DIRECTORY[7]), replica(1, DIRECTORY.new2)]
  const gone = replica(1, DIRECTORY[1], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })

  test('its disk does not outlive a restart', () => {
    const wiped = exampleFacts(exampleView({ sample: { voters: [LEADER, gone, replica(2, DIRECTORY[2])], observers } }))
    const found = new Map(stopped(wiped).map(([code, remedy]) => [code, remedy]))
    expect(found.get('disk-kept')).toContain('Its disk does not outlive a restart')
  })

  const differing = (name: string, edit?: Run['params']['edit']) => {
    const view = exampleView()
    const odd = exampleFacts({ ...view, quorum: { ...view.quorum, settingsDiffer: [{ name, nodeIds: [1] }] } })
    const run = runOf([1])
    const parts = (run.plan.parts ?? []).map((p) => (edit === undefined ? p : { ...p, params: { edit } }))
    return { odd, run: { ...run, plan: { ...run.plan, parts } } }
  }

  test('it came back with another setting: only a typed word goes on, and it is void when the difference is another', () => {
    const { odd, run } = differing('super.users')
    const { back } = first(run, odd)
    expect(back.gates.find((g) => g.code === 'settings-agree')).toMatchObject({ ok: false, waiting: false })
    expect(back.statements.map((s) => [s.key, s.confirmation.typed])).toEqual([['difference-meant', true]])
    const about = back.statements[0]?.about ?? ''
    const statements = { '0.back/difference-meant': { statement: '', by: 'operator', atMs: 1, about } }
    const said = { ...run, statements: { ...run.statements, ...statements } } as Run
    expect(first(said, odd).back.gates.find((g) => g.code === 'settings-agree')?.ok).toBe(true)
    const other = differing('authorizer.class.name').odd
    expect(first(said, other).back.gates.find((g) => g.code === 'settings-agree')?.ok).toBe(false)
  })

  test('what a run edits node by node may differ meanwhile, anything else not', () => {
    const { odd, run } = differing('controller.quorum.voters', { bootstrapServers: true })
    expect(first(run, odd).back.gates.find((g) => g.code === 'settings-agree')?.ok).toBe(true)
    const users = differing('super.users', { bootstrapServers: true })
    expect(first(users.run, users.odd).back.gates.find((g) => g.code === 'settings-agree')?.ok).toBe(false)
  })

  test('bootstrap servers that grew apart with the quorum stop no roll', () => {
    const { odd, run } = differing('controller.quorum.bootstrap.servers')
    const { back } = first(run, odd)
    expect(back.gates.find((g) => g.code === 'settings-agree')?.ok).toBe(true)
    expect(back.statements).toEqual([])
  })

  test('a node that does not tell its settings is waited for', () => {
    const silent = exampleFacts(exampleView({ asked: [] }))
    expect(first(runOf([1]), silent).back.gates.find((g) => g.code === 'settings-agree')).toMatchObject({
      ok: false,
      waiting: true,
    })
  })
})

describe('which node, and which of its incarnations', () => {
  test('none twice in one run', () => {
    expect(restartNode.plan({ nodeIds: [1, 2] }, facts, runOf([1, 2])).target).toMatchObject({ nodeId: 2 })
    expect(() => restartNode.plan({ nodeIds: [1] }, facts, runOf([1]))).toThrow(/that is left to restart/)
    expect(() => restartNode.plan({ nodeId: 99 }, facts)).toThrow(/lists no node 99/)
  })

  test('the one that votes, else the one that lives', () => {
    const quiet = { lastFetchMs: 1, lastCaughtUpMs: 1 }
    const of = (...observers: ReturnType<typeof replica>[]) => exampleFacts(exampleView({ sample: { observers } }))
    const target = (nodeId: number, of: Facts) => restartNode.plan({ nodeId }, of).target?.directoryId
    expect(target(2, of(replica(2, DIRECTORY.new2)))).toBe(DIRECTORY[2])
    expect(target(3, of(replica(3, DIRECTORY[7], quiet), replica(3, DIRECTORY.new2)))).toBe(DIRECTORY.new2)
    expect(target(3, of(replica(3, DIRECTORY.new2), replica(3, DIRECTORY[7], quiet)))).toBe(DIRECTORY.new2)
    expect(target(3, of(replica(3, DIRECTORY[7], quiet)))).toBe(DIRECTORY[7])
  })

  test('going on from here takes the voters of now', () => {
    const run = runOf([1])
    expect(restartNode.continued(run, { ...facts, view: null })).toBeNull()
    expect(restartNode.continued(run, facts)?.plan).toMatchObject({ goalMargin: 1 })
  })
})

test('a broker is one that is registered, or that says so', () => {
  const codes = (nodeId: number, of: Facts) => first(runOf([nodeId], of), of).restart.gates.map((g) => g.code)
  const broker = { endpoints: [], incarnationId: 'x', fenced: false, rack: null }
  const registered = exampleFacts(view, { log: exampleLog([], { brokers: new Map([[1, broker]]) }) })
  expect(codes(1, registered)).toContain('min-isr-if-stopped')
  expect(codes(2, registered)).not.toContain('min-isr-if-stopped')
  expect(codes(7, registered)).toContain('min-isr-if-stopped')
})

test('the outage of two voters is no matter of a broker, nor of who has restarted already', () => {
  const two = exampleView({
    sample: { voters: [LEADER, replica(1, DIRECTORY[1])], observers: [replica(7, DIRECTORY[7])] },
  })
  const of = exampleFacts(two, { log })
  expect(first(runOf([7], of), of).restart.statements).toEqual([])
  const again = exampleFacts(two, { log: renewed(1).log })
  expect(first(runOf([1], of), again).restart).toMatchObject({ statements: [], commands: [], detail: 'restarted' })
})

test('what it costs is told', () => {
  const detail = (of: Facts) => first(runOf([1]), of).restart.detail
  expect(detail(facts)).toBe('the old process. Afterwards no further controller may fail.')
  expect(detail({ ...facts, view: null })).toBe('the old process')
})

describe('on a sandbox', () => {
  const sandbox = (state: string) =>
    ({
      nodes: [
        { nodeId: 0, state: 'running' },
        { nodeId: 1, state },
      ],
    }) as never
  const on = (state: string, over: Partial<Facts> = {}): Facts => ({ ...facts, sandbox: sandbox(state), ...over })
  const acts = (run: Run, of: Facts) => first(run, of).restart.hostActs
  const run = runOf([1])

  test('the process is restarted, by its state', () => {
    expect(acts(run, on('running'))).toEqual([{ action: 'restart', nodeId: 1 }])
    expect(acts(run, on('stopped'))).toEqual([{ action: 'start', nodeId: 1 }])
    expect(acts(run, on('frozen')).map((a) => a.action)).toEqual(['kill', 'start'])
    expect(acts(run, on('wiped'))).toEqual([])
    expect(acts(runOf([2]), on('running'))).toEqual([])
    expect(acts(run, on('running', { view: null }))).toEqual([])
    expect(acts(run, facts)).toEqual([])
  })

  test('not twice, not when it is done, and not before what must be stated', () => {
    const hosted = (agoMs: number): Run => ({ ...run, hosted: { '0.restart': facts.nowMs - agoMs } })
    expect(acts(hosted(29_999), on('running'))).toEqual([])
    expect(acts(hosted(30_000), on('running'))).toHaveLength(1)
    expect(acts(run, on('running', { log: renewed(1).log }))).toEqual([])
    const two = exampleFacts(exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1])] } }), { log })
    expect(acts(runOf([1], two), { ...two, sandbox: sandbox('running') })).toEqual([])
  })

  test('its file is edited before', () => {
    const editing = (edit: NonNullable<Run['params']['edit']>): Run => ({
      ...run,
      plan: { ...run.plan, parts: (run.plan.parts ?? []).map((p) => ({ ...p, params: { ...p.params, edit } })) },
    })
    const roles = editing({ roles: ['controller', 'broker'] })
    expect(acts(roles, on('running'))).toEqual([
      { action: 'configure', nodeId: 1, roles: ['controller', 'broker'] },
      { action: 'restart', nodeId: 1 },
    ])
    const servers = editing({ bootstrapServers: true })
    expect(acts(servers, on('stopped'))).toEqual([
      { action: 'configure', nodeId: 1, bootstrapControllers: [0, 1, 2] },
      { action: 'start', nodeId: 1 },
    ])
    const looks = (of: Run) => first(of, facts).restart.lookingFor.join(' ')
    expect(looks(servers)).toContain('edited values')
    expect(looks(run)).not.toContain('edited values')
  })
})

test('a node that is not listed is refused at the start, and left out of a plan that is made anew', () => {
  const start = (nodeIds: number[], run: Run | null = null) => rollingRestart.plan({ nodeIds }, facts, run)
  expect(() => start([1, 99])).toThrow(expect.objectContaining({ code: 'unknown-node' }))
  expect(start([1], null).parts?.length).toBe(1)
  expect(start([1, 99], runOf([1])).parts?.map((p) => p.params.nodeIds)).not.toContain([99])
})

test('what was stated of some partitions does not hold for as many others', () => {
  const of = (topic: string): Facts => {
    const { placement } = exampleLog()
    const records: PlacementRecord[] = [
      { kind: 'topic', topicId: 'other', name: topic },
      { kind: 'partition', topicId: 'other', partition: 0, placement: partition({ replicas: [7], isr: [7] }) },
    ]
    return exampleFacts(view, { log: { ...log, placement: placed(placement, records) } })
  }
  const about = (topic: string) => first(runOf([7], of(topic)), of(topic)).restart.statements[0]?.about
  expect(about('orders-a')).toMatch(/^1 partitions, /)
  expect(about('orders-a')).toBe(about('orders-a'))
  expect(about('orders-b')).not.toBe(about('orders-a'))
})
