import { describe, expect, test } from 'vitest'
import type { QuorumView } from '../../../contract/quorumView.ts'
import { EMPTY_LOG } from '../../../quorum/log/metadataLog.ts'
import { type PlacementRecord, placed } from '../../../quorum/log/placement.ts'
import { exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog, partition, TOPIC } from '../../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import {
  brokerBack,
  configuredAs,
  isBroker,
  minIsrIfStopped,
  minIsrOf,
  newIncarnation,
  nodeCaughtUp,
  noReassignment,
  othersCaughtUp,
  othersNeeded,
  withoutSpare,
} from './restartGates.ts'

/** Brokers 7, 8 and 9 fetch the metadata log. */
function heard(): QuorumView {
  const view = exampleView()
  const broker = view.replicas.find((r) => r.nodeId === 7)
  if (broker === undefined) throw new Error('no broker')
  return { ...view, replicas: [...view.replicas, ...[8, 9].map((nodeId) => ({ ...broker, nodeId }))] }
}

const facts = (...partitions: ReturnType<typeof partition>[]) => exampleFacts(heard(), { log: exampleLog(partitions) })

test.each([
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 3],
  [5, 3],
  [7, 4],
])('of %i voters %i others must have caught up', (voters, needed) => expect(othersNeeded(voters)).toBe(needed))

test('others that have not caught up, and a node that does not vote', () => {
  const dead = replica(2, DIRECTORY[2], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
  const view = exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), dead] } })
  expect(othersCaughtUp(exampleFacts(), 1).ok).toBe(true)
  expect(othersCaughtUp(exampleFacts(view), 1)).toMatchObject({ ok: false, observed: '1 of 2' })
  expect(othersCaughtUp(exampleFacts(view), 7)).toMatchObject({ ok: true, observed: 'it does not vote' })
  expect(othersCaughtUp(exampleFacts(view, { view: null }), 7).ok).toBe(false)
})

describe('min.insync.replicas', () => {
  test('a partition that would fall below min.insync.replicas', () => {
    const three = partition({ replicas: [7, 8, 9], isr: [7, 8, 9] })
    expect(minIsrIfStopped(facts(three), 7, false).ok).toBe(true)
    expect(minIsrIfStopped(facts(three, { ...three, isr: [7, 8] }), 7, false)).toMatchObject({
      ok: false,
      observed: `${TOPIC}-1`,
      waiting: true,
    })
    // It is not in sync itself: its stop changes nothing.
    expect(minIsrIfStopped(facts({ ...three, isr: [8, 9] }), 7, false).ok).toBe(true)
  })

  test('a broker that is silent is no spare, although its session has not ended; nor is one that is not listed', () => {
    const three = facts(partition({ replicas: [7, 8, 9], isr: [7, 8, 9] }))
    const { view } = three
    if (view === null) throw new Error('no view')
    const other = (change: (replicas: QuorumView['replicas']) => QuorumView['replicas']) => ({
      ...three,
      view: { ...view, replicas: change(view.replicas) },
    })
    const as = (health: 'silent' | 'unknown' | 'lagging') =>
      other((replicas) => replicas.map((r) => (r.nodeId === 9 ? { ...r, health } : r)))
    expect(minIsrIfStopped(as('lagging'), 7, false).ok).toBe(true)
    for (const one of [as('silent'), as('unknown'), other((replicas) => replicas.filter((r) => r.nodeId !== 9))]) {
      expect(minIsrIfStopped(one, 7, false)).toMatchObject({ ok: false, waiting: true })
    }
  })

  test('a partition that needs every replica it has: only by statement, and beside replicas in sync', () => {
    const single = partition({ replicas: [7], isr: [7] })
    for (const needed of [single, partition()]) {
      expect(minIsrIfStopped(facts(needed), 7, false)).toMatchObject({ ok: false, waiting: false })
      expect(minIsrIfStopped(facts(needed), 7, true).ok).toBe(true)
      expect(withoutSpare(facts(needed), 7)).toHaveLength(1)
    }
    expect(minIsrIfStopped(facts(partition({ isr: [7] })), 7, true)).toMatchObject({ ok: false, waiting: true })
    expect(minIsrIfStopped(facts(single), 8, false).ok).toBe(true)
    expect(withoutSpare(facts(partition({ replicas: [7, 8, 9] })), 7)).toEqual([])
    expect(withoutSpare(exampleFacts(), 7)).toEqual([])
  })

  test('without the metadata log nothing is known, so nothing is stopped', () => {
    expect(minIsrIfStopped(exampleFacts(), 7, true).ok).toBe(false)
  })

  test("the topic's own value, else the brokers' default, else what they are configured with", () => {
    const nodes = new Map([[7, { configs: new Map([['min.insync.replicas', '1']]), supportedMetadataVersion: null }]])
    expect(minIsrOf({ ...facts(), nodes }, of(TOPIC))).toBe(2)
    expect(minIsrOf({ ...facts(), nodes }, of('other', 7))).toBe(1)
    expect(minIsrOf({ ...facts(), nodes }, of('other', 7, 8))).toBeNull()
    expect(minIsrOf(facts(), of('other', 7))).toBeNull()
    expect(minIsrOf(exampleFacts(), of('other'))).toBeNull()
  })

  test('is the highest that any broker is held to, and unknown where only controllers tell theirs', () => {
    const told = (id: number, value: string) =>
      [id, { configs: new Map([['min.insync.replicas', value]]), supportedMetadataVersion: null }] as const
    const withConfigs = (...of: [resource: string, value: string][]) => {
      const log = exampleLog([partition({ replicas: [7, 8, 9], isr: [7, 8, 9] })])
      const config = (resource: string, value: string | null): PlacementRecord => {
        return { kind: 'config', resource, name: 'min.insync.replicas', value }
      }
      const configs = [config(`topic:${TOPIC}`, null), ...of.map(([resource, value]) => config(resource, value))]
      return exampleFacts(heard(), { log: { ...log, placement: placed(log.placement, configs) } })
    }
    // A broker's own dynamic value goes before the default of all.
    const one = withConfigs(['broker:', '1'], ['broker:8', '3'])
    expect([minIsrOf(one, of(TOPIC, 7, 8, 9)), minIsrIfStopped(one, 7, false).ok]).toEqual([3, false])
    // A controller is configured with 1 unless somebody says otherwise; nobody produces to it.
    const blind = { ...withConfigs(), nodes: new Map([told(0, '1'), told(1, '1')]) }
    expect(minIsrOf(blind, of(TOPIC, 7, 8, 9))).toBeNull()
    expect(minIsrIfStopped(blind, 7, false)).toMatchObject({
      ok: false,
      remedy: expect.stringContaining('DESCRIBE_CONFIGS'),
    })
    // Only its replicas may lead it; one of them that does not report it may be held to more.
    const some = { ...blind, nodes: new Map([told(0, '3'), told(8, '2'), told(9, '1')]) }
    expect(minIsrOf(some, of(TOPIC, 8, 9))).toBe(2)
    expect(minIsrOf(some, of(TOPIC, 7, 8, 9))).toBeNull()
  })
})

test('nothing is restarted while partitions are moved', () => {
  expect(noReassignment(facts(partition())).ok).toBe(true)
  expect(noReassignment(facts(partition({ adding: [9] })))).toMatchObject({ ok: false, observed: `${TOPIC}-0` })
  expect(noReassignment(facts(partition({ removing: [8] }))).ok).toBe(false)
  expect(noReassignment(exampleFacts()).ok).toBe(false)
})

test('only another incarnation id proves a restart', () => {
  const before = { controller: 'process at 8001', broker: null }
  expect(newIncarnation(facts(), 1, before).ok).toBe(false)
  expect(newIncarnation(facts(), 1, { controller: 'another', broker: null }).ok).toBe(true)
  // It was a broker, too: what is left of that registration is of the old process for ever.
  const left = facts()
  const broker = { endpoints: [], incarnationId: 'old', fenced: true, rack: null }
  const log = left.log === null ? null : { ...left.log, brokers: new Map(left.log.brokers).set(1, broker) }
  const both = { controller: 'another', broker: 'old' }
  expect(newIncarnation({ ...left, log }, 1, both).ok).toBe(false)
  expect(newIncarnation({ ...left, log }, 1, both, ['controller']).ok).toBe(true)
  expect(
    newIncarnation({ ...left, log: { ...EMPTY_LOG, brokers: left.log?.brokers ?? new Map() } }, 1, both, ['controller'])
      .ok,
  ).toBe(false)
  expect(newIncarnation(exampleFacts(), 1, { controller: 'another', broker: null }).ok).toBe(false)
  expect(newIncarnation(facts(), 99, { controller: null, broker: null }).ok).toBe(false)
})

describe('a role that a node has given up', () => {
  const combined = exampleLog([])
  const own = {
    ...(combined.brokers.get(7) ?? { endpoints: [], rack: null, fenced: false }),
    incarnationId: 'old broker',
  }
  const seen = (fenced: boolean, roles: string) =>
    exampleFacts(exampleView(), {
      log: { ...combined, brokers: new Map(combined.brokers).set(1, { ...own, fenced }) },
      nodes: new Map([[1, { configs: new Map([['process.roles', roles]]), supportedMetadataVersion: null }]]),
    })
  const before = { controller: 'another', broker: 'old broker' }

  test('leaves a fenced registration, which no new process renews', () => {
    expect(newIncarnation(seen(true, 'controller'), 1, before).ok).toBe(true)
    expect(isBroker(seen(true, 'controller'), 1)).toBe(false)
  })

  test('is still had while the node says so, while it is not fenced, and while it tells nothing', () => {
    for (const facts of [seen(true, 'broker,controller'), seen(false, 'controller'), seen(true, '')]) {
      expect(newIncarnation(facts, 1, before).ok).toBe(false)
      expect(isBroker(facts, 1)).toBe(true)
    }
  })

  test('of a controller, it leaves a registration that nothing takes away', () => {
    const facts = seen(false, 'broker')
    expect(newIncarnation(facts, 1, { controller: 'process at 8001', broker: 'older' }).ok).toBe(true)
    expect(newIncarnation(facts, 1, { controller: 'process at 8001', broker: 'old broker' }).ok).toBe(false)
  })
})

test('a broker is back when it is unfenced and in sync', () => {
  expect(brokerBack(facts(partition()), 7).ok).toBe(true)
  expect(brokerBack(facts(partition({ isr: [8] })), 7).ok).toBe(false)
  expect(brokerBack(facts(), 99).ok).toBe(false)
  const log = exampleLog([], {
    brokers: new Map([[7, { endpoints: [], incarnationId: 'x', fenced: true, rack: null }]]),
  })
  expect(brokerBack(exampleFacts(exampleView(), { log }), 7)).toMatchObject({ ok: false, observed: 'fenced' })
})

test('a node that is behind, silent or gone has not caught up', () => {
  const key = { nodeId: 1, directoryId: DIRECTORY[1] }
  const of = (over: Parameters<typeof replica>[2]) =>
    exampleFacts(
      exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1], over), replica(2, DIRECTORY[2])] } }),
    )
  expect(nodeCaughtUp(exampleFacts(), key).ok).toBe(true)
  expect(nodeCaughtUp(of({ logEndOffset: 500 }), key).ok).toBe(false)
  expect(nodeCaughtUp(of({ lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 }), key).ok).toBe(false)
  expect(nodeCaughtUp(exampleFacts(), { nodeId: 99, directoryId: null }).ok).toBe(false)
})

test('a node says itself what it is configured with', () => {
  const told = (configs: Record<string, string>) => {
    const nodes = new Map([[1, { configs: new Map(Object.entries(configs)), supportedMetadataVersion: null }]])
    return { ...exampleFacts(), nodes }
  }
  const servers = 'controller.quorum.bootstrap.servers'
  expect(configuredAs(told({ 'process.roles': 'broker,controller' }), 1, { roles: ['controller', 'broker'] }).ok).toBe(
    true,
  )
  expect(configuredAs(told({ 'process.roles': 'broker' }), 1, { roles: ['controller', 'broker'] }).ok).toBe(false)
  expect(configuredAs(told({ [servers]: 'localhost:8002' }), 1, { bootstrapServers: true }).ok).toBe(true)
  expect(configuredAs(told({ [servers]: 'localhost:9999' }), 1, { bootstrapServers: true }).ok).toBe(false)
  const left = { [servers]: 'localhost:8002', 'controller.quorum.voters': '1@localhost:8001' }
  expect(configuredAs(told(left), 1, { bootstrapServers: true }).ok).toBe(false)
  expect(configuredAs(exampleFacts(), 1, { bootstrapServers: true }).ok).toBe(false)
  const old = told({ 'process.roles': 'broker' })
  const edit = { roles: ['controller' as const] }
  expect(configuredAs(old, 1, edit, false)).toMatchObject({ ok: false, waiting: true })
  expect(configuredAs(old, 1, edit, true)).toMatchObject({ ok: false, waiting: false })
})

/** A partition of this topic on these brokers. */
const of = (topic: string, ...replicas: number[]) => ({ topic, replicas })

test('what is no number, or none that Kafka takes, is not known', () => {
  const told = (text: string) => {
    const nodes = new Map([[7, { configs: new Map([['min.insync.replicas', text]]), supportedMetadataVersion: null }]])
    return minIsrOf({ ...facts(), nodes }, of('other', 7))
  }
  expect([told('1'), told('0'), told('-1'), told('1.5'), told('many')]).toEqual([1, null, null, null, null])
})

test('what must be said is told apart from what passes by waiting', () => {
  const three = partition({ replicas: [7, 8, 9], isr: [7, 8] })
  expect(minIsrIfStopped(facts(partition()), 7, false).remedy).toContain('state that its partitions')
  expect(minIsrIfStopped(facts(three), 7, false).remedy).toContain('in sync again')
  expect(minIsrIfStopped(facts(three, partition()), 7, true)).toMatchObject({ ok: false, waiting: true })
})

test('nobody is known without a view or a key', () => {
  expect(nodeCaughtUp(exampleFacts(), null)).toMatchObject({ ok: false, observed: 'not listed' })
  const key = { nodeId: 1, directoryId: DIRECTORY[1] }
  expect(nodeCaughtUp({ ...exampleFacts(), view: null }, key)).toMatchObject({ ok: false, observed: 'not listed' })
})

test('an edit says what it asks for', () => {
  expect(configuredAs(exampleFacts(), 1, { roles: ['controller'] }).required).toBe('process.roles=controller')
  expect(configuredAs(exampleFacts(), 1, { bootstrapServers: true }).required).toContain('names the voters')
  expect(configuredAs(exampleFacts(), 1, { bootstrapServers: false }).required).toBe('')
})
