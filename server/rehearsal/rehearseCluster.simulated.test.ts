/** Rehearsals on a copy of a whole cluster: leader 0, voters 1 and 2, brokers 7, 8 and 9 with one topic. */
import { expect, test } from 'vitest'
import type { RehearsalReport } from '../contract/rehearsal.ts'
import type { NodeFacts } from '../quorum/assessment/sample.ts'
import { placed } from '../quorum/log/placement.ts'
import { exampleView } from '../testing/examples/exampleFacts.ts'
import { exampleLog, partition, TOPIC } from '../testing/examples/exampleLog.ts'
import { replica } from '../testing/examples/exampleObservation.ts'
import type { RehearsalInput } from '../workflows/run/ports.ts'
import { DEFAULT_THRESHOLDS } from '../workflows/run/thresholds.ts'
import { rehearse } from './rehearse.ts'

const thresholds = { ...DEFAULT_THRESHOLDS, windowMs: 2000, healthyMs: 2000, soakMs: 2000 }
const id = (letter: string) => `${letter.repeat(21)}A`
const broker = {
  endpoints: [{ listener: 'PLAINTEXT', host: 'h', port: 9092 }],
  incarnationId: '',
  fenced: false,
  rack: null,
}
const brokers = new Map([7, 8, 9].map((nodeId) => [nodeId, broker]))
const three = (leader: number) => partition({ replicas: [7, 8, 9], isr: [7, 8, 9], leader })
const log = exampleLog([three(7), three(8), three(9)], { brokers, features: new Map([['metadata.version', 30]]) })
const view = exampleView({
  sample: { observers: [7, 8, 9].map((nodeId) => replica(nodeId, id(String(nodeId)))) },
  log: { brokers },
})
const nodes = new Map<number, NodeFacts>([
  [7, { configs: new Map([['min.insync.replicas', '2']]), supportedMetadataVersion: 30 }],
])

function played(request: RehearsalInput['request'], over: Partial<RehearsalInput> = {}): RehearsalReport {
  return rehearse({ view, log, nodes, request, thresholds, ...over })
}

const faultsOf = (report: RehearsalReport) => report.cases.slice(1).map((c) => `${c.moment}: ${c.fault}`)
const find = (report: RehearsalReport, moment: RegExp, fault: RegExp) =>
  report.cases.find((c) => moment.test(c.moment) && fault.test(c.fault))

function expectSound({ cases, broken, cut }: RehearsalReport): void {
  expect(broken).toEqual([])
  expect(cut).toBe(false)
  expect(cases[0]).toMatchObject({ moment: '', outcome: 'done', majority: 'lives', offline: 0 })
  expect(cases.map((c) => c.majority)).not.toContain('lost')
}

test('rolling restart: the leader, a voter and a broker are disturbed; one that stays away holds the others back', () => {
  const report = played({ kind: 'rolling-restart', params: {} })
  expectSound(report)
  const faults = faultsOf(report).join('\n')
  for (const sort of ['a voter', 'the leader', 'a broker']) expect(faults).toContain(`, ${sort}, is stopped`)
  const gone = find(report, /^while node \d is down/, /does not come up again/)
  expect(gone?.outcome).not.toBe('done')
  const beside = find(report, /, a broker, is stopped/, /^broker \d dies/)
  // Nobody can know at that moment; the third replica is in sync all the same.
  expect(beside).toMatchObject({ outcome: 'done', offline: 0 })
})

test('where no broker tells its min.insync.replicas, the copy knows none either: it waits as the real run will', () => {
  const silent = {
    ...log,
    placement: placed(log.placement, [
      { kind: 'config', resource: `topic:${TOPIC}`, name: 'min.insync.replicas', value: null },
    ]),
  }
  const told = new Map([[0, { configs: new Map([['min.insync.replicas', '1']]), supportedMetadataVersion: 30 }]])
  const request = { kind: 'rolling-restart' as const, params: { nodeIds: [7] } }
  const { cases } = rehearse({ view, log: silent, nodes: told, request, thresholds }, { mayGoOn: () => false })
  expect(cases[0]?.outcome).not.toBe('done')
  expect(cases[0]?.gates.map((g) => g.code)).toContain('min-isr-if-stopped')
})

test('unregister a broker: empty and stopped first, and a lost answer is no second request', () => {
  const empty = exampleLog([partition({ replicas: [7, 8], isr: [7, 8] })], { brokers })
  const report = played({ kind: 'unregister-broker', params: { nodeId: 9 } }, { log: empty })
  expectSound(report)
  expect(find(report, /^right after the request for unregistering broker 9/, /answer is lost/)?.outcome).toBe('done')
  expect(find(report, /^right before unregistering/, /the leader/)?.majority).not.toBe('lost')
})

test('static to dynamic: kraft.version is upgraded whoever dies, and every node is converted', () => {
  const fixed = {
    ...view,
    quorum: { ...view.quorum, kraftVersion: 0 },
    replicas: view.replicas.map((r) => ({ ...r, directoryId: r.status === 'observer' ? r.directoryId : null })),
  }
  const report = played({ kind: 'static-to-dynamic', params: {} }, { view: fixed })
  expectSound(report)
  expect(faultsOf(report).join('\n')).toContain('right before upgrading kraft.version')
})

test('migrate to combined nodes: roles, data, registrations; a receiving broker that dies loses nothing', () => {
  const params = { nodeIds: [0, 1, 2], retireBrokerIds: [7, 8, 9] }
  const report = played({ kind: 'migrate-combined', params })
  expectSound(report)
  const moving = find(report, /^while the replicas are moved/, /dies$/)
  expect(moving?.majority).toBe('lives')
  expect(faultsOf(report).join('\n')).toContain('right before unregistering broker 7')
})

test('migrate to dedicated controllers: the replicas go first', () => {
  const all = new Map([...brokers, [1, broker]])
  const combined = {
    ...view,
    replicas: view.replicas.map((r) =>
      r.nodeId === 1 ? { ...r, roles: ['controller' as const, 'broker' as const] } : r,
    ),
  }
  const placed = exampleLog([partition({ replicas: [1, 8, 9], isr: [1, 8, 9], leader: 1 })], {
    brokers: all,
    features: new Map([['metadata.version', 30]]),
  })
  const report = played({ kind: 'migrate-dedicated', params: { nodeIds: [1] } }, { view: combined, log: placed })
  expectSound(report)
})
