/** Every wizard on paper: exact commands with what they print, and a check by hand for every rule. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { StartWorkflow } from '../../../contract/workflows.ts'
import type { NodeFacts } from '../../../quorum/assessment/sample.ts'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../../testing/examples/exampleLog.ts'
import { exampleRun as exampleWorkflow } from '../../../testing/examples/exampleWorkflows.ts'
import { checkCommands, handCheck } from '../../commands/handChecks.ts'
import { gate } from '../../gates/gate.ts'
import type { Facts } from '../../run/facts.ts'
import { describeOnPaper } from '../decisions/describe.ts'
import { standingOf } from '../decisions/progress.ts'
import { runbookText } from './runbook.ts'

type Wanted = Pick<StartWorkflow, 'kind' | 'params'>

const says = (configs: Record<string, string>): NodeFacts => ({
  configs: new Map(Object.entries(configs)),
  supportedMetadataVersion: 30,
})
const view = exampleView()
const log = exampleLog([partition()], { features: new Map([['metadata.version', 30]]) })
const nodes = new Map(
  [0, 1, 2, 3, 7, 8].map((id) => [
    id,
    says({
      'process.roles': id < 7 ? 'controller' : 'broker',
      listeners: id < 7 ? `CONTROLLER://localhost:${8000 + id}` : `CLIENT://localhost:${9085 + id}`,
      'controller.listener.names': 'CONTROLLER',
      'controller.quorum.bootstrap.servers': 'localhost:8000',
    }),
  ]),
)
const well = exampleFacts(view, { log, nodes })
const isStatic: Facts = { ...well, view: { ...view, quorum: { ...view.quorum, kraftVersion: 0, kafkaRelease: '4.3' } } }
const combined: Facts = {
  ...well,
  view: {
    ...view,
    replicas: view.replicas.map((r) => (r.nodeId === 1 ? { ...r, roles: ['controller', 'broker'] } : r)),
  },
  log: {
    ...log,
    brokers: new Map([
      ...log.brokers,
      [
        1,
        {
          endpoints: [{ listener: 'CLIENT', host: 'localhost', port: 9200 }],
          incarnationId: 'x',
          fenced: false,
          rack: null,
        },
      ],
    ]),
  },
  nodes: new Map(nodes).set(
    1,
    says({
      'process.roles': 'broker,controller',
      listeners: 'CONTROLLER://localhost:8001,CLIENT://localhost:9200',
      'controller.listener.names': 'CONTROLLER',
    }),
  ),
}
const directoryOf = (id: number) => view.replicas.find((r) => r.nodeId === id)?.directoryId ?? ''

const WIZARDS: [Wanted, Facts][] = [
  [{ kind: 'add-controller', params: {} }, well],
  [{ kind: 'add-controller', params: { nodeId: CANDIDATE.nodeId } }, well],
  [{ kind: 'remove-controller', params: { nodeId: 2, directoryId: directoryOf(2) } }, well],
  [{ kind: 'replace-disk', params: { nodeId: 2 } }, well],
  [{ kind: 'replace-controller', params: { oldNodeId: 2, newNodeId: 3 } }, well],
  [{ kind: 'scale', params: { controllers: 5 } }, well],
  [{ kind: 'scale', params: { controllers: 1 } }, well],
  [{ kind: 'rolling-restart', params: {} }, well],
  [{ kind: 'unregister-broker', params: { nodeId: 8 } }, well],
  [{ kind: 'static-to-dynamic', params: {} }, isStatic],
  [
    { kind: 'migrate-combined', params: { nodeIds: [7, 1, 2], retireBrokerIds: [8], throttleBytesPerSecond: 1000 } },
    well,
  ],
  [{ kind: 'migrate-dedicated', params: { nodeIds: [1], throttleBytesPerSecond: 1000 } }, combined],
]

const onPaper = ([wanted, facts]: [Wanted, Facts]) => {
  const run = exampleRun(wanted, facts)
  return describeOnPaper(standingOf({ ...run, revision: 0, notes: [] }, facts))
}
/** A line of a properties file. */
const PROPERTY = /^(# delete the line )?[a-z][a-z.]+=/

describe.each(WIZARDS)('%o', (wanted, facts) => {
  const { steps } = onPaper([wanted, facts])

  test('every part of it is planned, and every command of it says what it prints', () => {
    expect(steps.map((s) => s.key).filter((key) => key.endsWith('.begin'))).toEqual([])
    for (const { title, commands } of steps) {
      for (const { text, prints, host } of commands) {
        expect(host).not.toBe('')
        if (prints === null) for (const line of text.split('\n')) expect(line, title).toMatch(PROPERTY)
        else expect(text, title).toMatch(/bin\/kafka-[a-z-]+\.sh/)
      }
    }
  })

  test('whatever is typed for it stands there, and every rule has a check by hand', () => {
    const typed = steps.filter((s) => s.commands.length > 0)
    expect(typed.length).toBeGreaterThan(0)
    const uncommanded = steps.filter((s) => s.actor === 'operator' && s.commands.length === 0).map((s) => s.key)
    // Nothing is to be done where it is so already.
    expect(uncommanded.filter((key) => !/candidate$|servers$/.test(key))).toEqual([])
    for (const { code } of steps.flatMap((s) => s.gates)) expect(handCheck(code), code).not.toBeNull()
    const text = runbookText(onPaper([wanted, facts]), facts)
    expect(text).not.toMatch(/undefined|\[object|NaN/)
    expect((text.match(/^```/gm) ?? []).length % 2).toBe(0)
  })
})

const WORKFLOWS = join(import.meta.dirname, '..', '..')

test('every code of a gate that the sources hold has a check by hand', () => {
  const files = readdirSync(WORKFLOWS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(WORKFLOWS, name), 'utf8'))
  const codes = new Set(
    files.flatMap((text) => [...text.matchAll(/code: '([a-z-]+)',\s*title:/g)].map((m) => m[1] ?? '')),
  )
  expect(codes.size).toBeGreaterThan(50)
  for (const code of codes) expect(handCheck(code), code).not.toBeNull()
})

test('what the checks name is written out, with every address', () => {
  const commands = checkCommands({ ...well, commandConfig: '/etc/client.properties' })
  const names = new Set(commands.map((c) => c.name))
  const source = readFileSync(join(WORKFLOWS, 'commands', 'handChecks.ts'), 'utf8')
  const named = [
    ...source.slice(source.indexOf('const CHECKS'), source.indexOf('/** @returns')).matchAll(/`([a-z][a-z. ]+)`/g),
  ].map((m) => m[1])
  const tools = named.filter((name) => !/^(grep|ps|nc|df|ls|quorumdeck|bin)\b/.test(name ?? ''))
  for (const name of tools) expect(names, name).toContain(name)
  expect(commands.every((c) => c.text.includes('/etc/client.properties'))).toBe(true)
  expect(commands.find((c) => c.name === 'topics')?.text).toContain('--bootstrap-server localhost:9092,localhost:9093')
  expect(checkCommands(exampleFacts()).find((c) => c.name === 'topics')?.text).toContain('<a broker:port>')
})

test('parts have headings of their own, commands what they print, and files a diff', () => {
  const rule = { code: 'margin-after', title: 'A majority stays', required: '0 or more', why: '', source: '' }
  const run = exampleWorkflow()
  const [first] = run.steps
  if (first === undefined) throw new Error('no step')
  const gates = [gate(rule, { ok: true, observed: '1', remedy: '' })]
  const commands = [
    { host: 'c1', text: 'a=1', prints: null, note: '' },
    { host: 'c1', text: 'bin/x.sh', prints: '', note: '' },
    { host: 'c1', text: 'bin/y.sh', prints: 'Done.', note: 'Once.' },
  ]
  const lines = [
    { key: 'a', now: '0', needed: '1', why: '' },
    { key: 'b', now: null, needed: '2', why: '' },
    { key: 'c', now: '3', needed: null, why: '' },
    { key: 'd', now: '4', needed: '4', why: '' },
  ]
  const need = { nodeId: 1, host: 'c1', roles: [], source: 'node', staticQuorum: false, lines, taken: [] } as const
  const steps = [
    {
      ...first,
      key: '0.a',
      group: 'Add controller 3',
      gates,
      commands,
      configs: [{ ...need, roles: [], lines, taken: [] }],
    },
    { ...first, key: '0.b', group: 'Add controller 3' },
    { ...first, key: '1.a', group: 'Remove controller 0' },
  ]
  const text = runbookText({ ...run, steps }, exampleFacts())
  expect(text.match(/^## Part: .*$/gm)).toEqual(['## Part: Add controller 3', '## Part: Remove controller 0'])
  expect(text).toContain(
    '- A majority stays: 0 or more (when written: 1)\n  - By hand: `replication`: a voter fetches where',
  )
  expect(text).toContain('On c1, in the file:\n\n```\na=1\n```\n\nOn c1:\n\n```\nbin/x.sh\n```\n\nIt prints nothing.')
  expect(text).toContain('It prints:\n\n```\nDone.\n```\n\nOnce.')
  expect(text).toContain('```diff\n- a=0\n+ a=1\n+ b=2\n- c=3\n  d=4\n```')
  expect(text).toContain('**status**\n\n```\nbin/kafka-metadata-quorum.sh')
  expect(text).toMatch(/NodeId +DirectoryId +LogEndOffset/)
})

test('what is left to move is told by topic, unknown as unknown', () => {
  const figures = { partitionsMoving: 1, bytesMoved: 1, bytesPerSecond: 2_000_000, etaMs: 60_000 }
  const moves = {
    sinceMs: 0,
    lookedAtMs: 0,
    stillMs: 0,
    total: { ...figures, partitionsLeft: 3, bytesLeft: 120_000_000 },
    topics: [{ topic: 'orders', ...figures, partitionsLeft: 2, bytesLeft: null, etaMs: null }],
    moreTopics: 4,
  }
  const text = runbookText(exampleWorkflow({ moves }), exampleFacts())
  expect(text).toContain('the brokers were asked at 1970-01-01T00:00:00.000Z')
  expect(text).toContain(
    '- In all: 3 partitions left, 1 being moved, 120 MB to copy, 2.0 MB per second, about 60 s left',
  )
  expect(text).toContain(
    '- orders: 2 partitions left, 1 being moved, bytes left not known, 2.0 MB per second, time left not',
  )
  expect(text).toContain('- 4 topics more')
  expect(runbookText(exampleWorkflow(), exampleFacts())).not.toContain('left to move')
})

test('what can be lost names racks where they are known', () => {
  const voter = { directoryId: null, health: 'ok' as const, leads: false }
  const stage = {
    label: 'Now',
    step: null,
    voters: [
      { ...voter, nodeId: 0, rack: 'a' },
      { ...voter, nodeId: 1, rack: null },
    ],
    majority: 2,
    margin: 0,
    worst: { label: 'if 0 fails', margin: -1 },
    worstRack: { label: 'if rack a fails, rack of 1 not known', margin: -1 },
  }
  expect(runbookText(exampleWorkflow({ margins: [stage] }), exampleFacts())).toContain(
    '- Now: voters 0 (rack a), 1; majority 2; margin 0; if 0 fails: -1; if rack a fails, rack of 1 not known: -1',
  )
})

test('how far a step is stands there in words, and a plan says that nothing is done', () => {
  const [first] = exampleWorkflow().steps
  if (first === undefined) throw new Error('no step')
  const steps = [{ ...first, state: 'awaiting-operator' as const, detail: 'the old process' }]
  const text = runbookText(exampleWorkflow({ state: 'planned', steps }), exampleFacts())
  expect(text).toContain('To be done on the host: the old process')
  expect(text).toContain('Planned; nothing of it is done yet.')
  expect(text).not.toMatch(/^awaiting-operator|^pending/m)
})

test('what a step brings about is not demanded before it', () => {
  const doneWhen = (wanted: Wanted, facts: Facts) =>
    new Map(onPaper([wanted, facts]).steps.map((s) => [s.key, s.doneWhen]))
  expect(doneWhen({ kind: 'unregister-broker', params: { nodeId: 8 } }, well).get('stop')).toEqual(['broker-down'])
  const disk = doneWhen({ kind: 'replace-disk', params: { nodeId: 2 } }, well)
  expect(disk.get('old-down')).toEqual(['old-incarnation-silent'])
  expect(disk.get('new-disk')).toEqual([])
  // Nobody knows yet who it will be.
  expect(disk.get('add-new')).toEqual([])
  expect(disk.get('restored')).toContain('new-voter-healthy')
  const moved = doneWhen(
    { kind: 'migrate-combined', params: { nodeIds: [7, 1, 2], retireBrokerIds: [8], throttleBytesPerSecond: 1000 } },
    well,
  )
  // No throttle is set when the paper is written: that it is gone must not be demanded before it is taken away.
  const unthrottled = [...moved].filter(([key]) => key.endsWith('.unthrottle')).map(([, codes]) => codes)
  expect(unthrottled).toEqual([['configs-stand']])
  const restarts = doneWhen({ kind: 'static-to-dynamic', params: {} }, isStatic)
  expect(restarts.get('0.restart')).toEqual(['configured'])
  const text = runbookText(onPaper([{ kind: 'unregister-broker', params: { nodeId: 8 } }, well]), well)
  expect(text).toMatch(/Must hold before:[\s\S]*Done when:\n\n- The broker is stopped[\s\S]*Must hold before:/)
})

test('a dead voter does not make a check fail by hand that asks for a majority alone', () => {
  for (const code of ['margin-now', 'margin-after', 'voters-heard', 'carriers-healthy', 'margin-as-planned']) {
    expect(handCheck(code), code).not.toContain('every voter')
  }
})
