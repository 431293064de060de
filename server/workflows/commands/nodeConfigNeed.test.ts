/** The lines of a properties file that a step needs, on what the nodes say. */
import { expect, test } from 'vitest'
import type { NodeConfigNeed } from '../../contract/nodeConfig.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import type { NodeFacts } from '../../quorum/assessment/sample.ts'
import { exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../testing/examples/exampleLog.ts'
import { describeRun } from '../engine/decisions/describe.ts'
import { standingOf } from '../engine/decisions/progress.ts'
import type { Facts } from '../run/facts.ts'
import { editCommands } from './hostCommands.ts'
import { nodeConfigNeed } from './nodeConfigNeed.ts'

const MAP = 'CONTROLLER:SSL,CLIENT:SASL_SSL'

function says(configs: Record<string, string>): NodeFacts {
  return { configs: new Map(Object.entries(configs)), supportedMetadataVersion: 30 }
}

const controller = says({
  'process.roles': 'controller',
  'node.id': '0',
  listeners: 'CONTROLLER://c0:8000',
  'controller.listener.names': 'CONTROLLER',
  'controller.quorum.bootstrap.servers': 'c0:8000',
  'listener.security.protocol.map': 'CONTROLLER:SSL',
  'log.dirs': '/data/0',
})
const broker = says({
  'process.roles': 'broker',
  listeners: 'CLIENT://b7:9092',
  'advertised.listeners': 'CLIENT://b7:9092',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'CLIENT',
  'listener.security.protocol.map': MAP,
  'log.dirs': '/data/7',
})

const at = (listener: string, host: string, port: number) => ({
  endpoints: [{ listener, host, port }],
  incarnationId: '',
  fenced: false,
  rack: null,
})

function facts(nodes: [number, NodeFacts][], over: Partial<Facts> = {}): Facts {
  const log = exampleLog([], {
    controllers: new Map([
      [0, at('CONTROLLER', 'c0', 8000)],
      [1, at('CONTROLLER', 'c1', 8000)],
    ]),
    brokers: new Map([[7, at('CLIENT', 'b7', 9092)]]),
  })
  return exampleFacts(exampleView(), { log, nodes: new Map(nodes), ...over })
}

const changes = (need: NodeConfigNeed) =>
  Object.fromEntries(need.lines.filter((l) => l.now !== l.needed).map((l) => [l.key, l.needed]))

test('a controller becomes combined: a listener as the other brokers have it, its name mapped, its disk where it is', () => {
  const need = nodeConfigNeed(
    facts([
      [0, controller],
      [7, broker],
    ]),
    0,
    { roles: ['controller', 'broker'] },
  )
  expect(need).toMatchObject({ host: 'c0', source: 'node', roles: ['controller', 'broker'], taken: [] })
  expect(changes(need)).toEqual({
    'process.roles': 'broker,controller',
    listeners: 'CONTROLLER://c0:8000,CLIENT://c0:9092',
    'advertised.listeners': 'CLIENT://c0:9092',
    'inter.broker.listener.name': 'CLIENT',
    'listener.security.protocol.map': 'CONTROLLER:SSL,CLIENT:SASL_SSL',
  })
  expect(need.lines.find((l) => l.key === 'log.dirs')).toMatchObject({ now: '/data/0', needed: '/data/0' })
  expect(editCommands(exampleFacts(), need)[0]?.text.split('\n')).toHaveLength(5)
})

test('a port that a neighbour on the same host has is for the operator to choose', () => {
  const log = exampleLog([], { brokers: new Map([[7, at('CLIENT', 'localhost', 9092)]]) })
  const local = says({ ...Object.fromEntries(controller.configs), listeners: 'CONTROLLER://localhost:8000' })
  const need = nodeConfigNeed(
    facts(
      [
        [0, local],
        [7, broker],
      ],
      { log },
    ),
    0,
    { roles: ['controller', 'broker'] },
  )
  expect(changes(need).listeners).toBe('CONTROLLER://localhost:8000,CLIENT://localhost:<a free port>')
  expect(need.taken).toContainEqual({ nodeId: 7, listener: 'CLIENT', port: 9092 })
})

test('a broker becomes combined: bound to every address, it advertises both', () => {
  const wild = says({ ...Object.fromEntries(broker.configs), listeners: 'CLIENT://:9092' })
  const need = nodeConfigNeed(
    facts([
      [0, controller],
      [7, wild],
    ]),
    7,
    { roles: ['controller', 'broker'] },
  )
  expect(changes(need)).toEqual({
    'process.roles': 'broker,controller',
    listeners: 'CLIENT://:9092,CONTROLLER://:8000',
    'advertised.listeners': 'CLIENT://b7:9092,CONTROLLER://b7:8000',
  })
})

test('back to a dedicated controller: nothing of the broker is left', () => {
  const combined = says({
    ...Object.fromEntries(controller.configs),
    'process.roles': 'broker,controller',
    listeners: 'CONTROLLER://c0:8000,CLIENT://c0:9092',
    'advertised.listeners': 'CLIENT://c0:9092',
    'inter.broker.listener.name': 'CLIENT',
    'listener.security.protocol.map': MAP,
  })
  expect(changes(nodeConfigNeed(facts([[0, combined]]), 0, { roles: ['controller'] }))).toEqual({
    'process.roles': 'controller',
    listeners: 'CONTROLLER://c0:8000',
    'advertised.listeners': null,
    'inter.broker.listener.name': null,
  })
})

test('static to dynamic: the voters by their addresses, the static list gone; and nothing where nothing is to be edited', () => {
  const fixed = says({
    ...Object.fromEntries(controller.configs),
    'controller.quorum.bootstrap.servers': '',
    'controller.quorum.voters': '0@c0:8000',
  })
  const need = nodeConfigNeed(facts([[0, fixed]]), 0, { bootstrapServers: true })
  expect(changes(need)).toEqual({
    'controller.quorum.bootstrap.servers': 'localhost:8000,localhost:8001,localhost:8002',
    'controller.quorum.voters': null,
  })
  expect(editCommands(exampleFacts(), need)[0]?.text).toContain('# delete the line controller.quorum.voters=…')
  expect(changes(nodeConfigNeed(facts([[0, controller]]), 0))).toEqual({})
  expect(editCommands(exampleFacts(), nodeConfigNeed(facts([[0, controller]]), 0))).toEqual([])
})

test('in a static quorum that stays so the list of voters must stay in the file', () => {
  const view = exampleView()
  const fixed = says({ ...Object.fromEntries(controller.configs), 'controller.quorum.voters': '0@c0:8000' })
  const isStatic = { ...view, quorum: { ...view.quorum, kraftVersion: 0 } }
  const need = nodeConfigNeed({ ...facts([[0, fixed]]), view: isStatic }, 0)
  expect(need.staticQuorum).toBe(true)
  expect(changes(need)).toEqual({})
})

test('a node that tells nothing is known by its registration, and one that nobody knows by nothing', () => {
  const need = nodeConfigNeed(facts([]), 0, { roles: ['controller', 'broker'] })
  expect(need.source).toBe('registration')
  expect(need.lines.find((l) => l.key === 'listeners')).toMatchObject({ now: 'CONTROLLER://c0:8000' })
  expect(changes(need)['listener.security.protocol.map']).toMatch(/CLIENT:<protocol of CLIENT>$/)
  const nobody = nodeConfigNeed(exampleFacts(), 7)
  expect(nobody.source).toBe('unknown')
  expect(nobody.lines.map((l) => l.key)).toEqual(['process.roles', 'node.id'])
})

test('the step that is going on carries the configuration of its node, and a later one does not', () => {
  const of = facts([
    [0, controller],
    [1, controller],
    [2, controller],
    [7, broker],
  ])
  const kinds: Pick<StartWorkflow, 'kind' | 'params'>[] = [
    { kind: 'migrate-combined', params: { nodeIds: [0, 1, 2], retireBrokerIds: [] } },
    { kind: 'rolling-restart', params: { nodeIds: [1] } },
  ]
  const [combining, restarting] = kinds.map((request) => describeRun(standingOf(exampleRun(request, of), of)).steps)
  expect(combining?.[0]?.configs[0]).toMatchObject({ nodeId: 1, roles: ['controller', 'broker'], source: 'node' })
  expect(combining?.[0]?.commands[0]?.text).toContain('process.roles=broker,controller')
  expect(restarting?.[0]?.configs[0]?.lines.every((l) => l.now === l.needed)).toBe(true)
  expect(combining?.slice(1).flatMap((s) => s.configs)).toEqual([])
})

test('of a node of a static quorum that tells nothing it is known that its file names the voters', () => {
  const known = facts([[0, controller]])
  const view = exampleView()
  const need = nodeConfigNeed({ ...known, view: { ...view, quorum: { ...view.quorum, kraftVersion: 0 } } }, 7, {
    bootstrapServers: true,
  })
  expect(need.source).toBe('registration')
  expect(changes(need)['controller.quorum.voters']).toBeNull()
  expect(editCommands(known, need)[0]?.text).toContain('# delete the line controller.quorum.voters=')
  expect(changes(nodeConfigNeed(known, 7, { bootstrapServers: true }))).not.toHaveProperty('controller.quorum.voters')
})

test('a voter of which no address is known yet is not forgotten among the bootstrap servers', () => {
  const known = facts([[0, controller]])
  const endpoints = new Map([...known.endpoints].filter(([id]) => id !== 1))
  const replicas = known.view?.replicas.map((r) => (r.nodeId === 1 ? { ...r, endpoints: [] } : r)) ?? []
  const planned: Facts = { ...known, endpoints, view: known.view === null ? null : { ...known.view, replicas } }
  expect(
    changes(nodeConfigNeed(planned, 0, { bootstrapServers: true }))['controller.quorum.bootstrap.servers'],
  ).toContain('<address of controller 1>')
})
