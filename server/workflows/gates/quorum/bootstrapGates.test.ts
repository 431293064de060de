import { expect, test } from 'vitest'
import { exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../../testing/examples/exampleLog.ts'
import { bootstrapServersCurrent } from './bootstrapGates.ts'

const SERVERS = 'controller.quorum.bootstrap.servers'
const ALL = 'localhost:8000,localhost:8001,localhost:8002'

/** Nodes 0 to 3 and 7 run; 3 was a voter and is none any more. */
function outdated(told: Record<number, Record<string, string>>, gone: number[] = []) {
  const nodes = new Map(
    [0, 1, 2, 3, 7].map((id) => [
      id,
      { configs: new Map(Object.entries(told[id] ?? { [SERVERS]: ALL })), supportedMetadataVersion: null },
    ]),
  )
  return bootstrapServersCurrent(exampleFacts(exampleView(), { nodes, log: exampleLog() }), gone)
}

test('every node names voters of now', () => {
  expect(outdated({})).toMatchObject({ gate: { ok: true }, outdated: [] })
  expect(outdated({ 7: { [SERVERS]: 'localhost:8001' } }).gate.ok).toBe(true)
})

test('an address of a controller that has left', () => {
  expect(outdated({ 7: { [SERVERS]: `${ALL},localhost:8003` } }, [3])).toMatchObject({
    gate: { ok: false },
    outdated: [7],
  })
  // Who was never a voter has not left.
  expect(outdated({ 7: { [SERVERS]: `${ALL},localhost:8003` } }).gate.ok).toBe(true)
})

test('no voter is named', () => {
  expect(outdated({ 1: { [SERVERS]: 'localhost:9999' } })).toMatchObject({ gate: { ok: false }, outdated: [1] })
})

test('controller.quorum.voters is left', () => {
  expect(outdated({ 2: { [SERVERS]: ALL, 'controller.quorum.voters': '0@localhost:8000' } }).outdated).toEqual([2])
})

test('a node that tells nothing does not pass', () => {
  expect(outdated({ 7: {} })).toMatchObject({ gate: { ok: false }, outdated: [7] })
  expect(bootstrapServersCurrent(exampleFacts(exampleView(), { view: null }), []).gate.ok).toBe(false)
})

test('what is to be edited is said, of nodes that are not known to be down', () => {
  const { gate } = outdated({ 1: { [SERVERS]: 'localhost:9999' }, 7: {} })
  expect(gate.observed).toBe('1 not yet; 7 does not report its configuration')
  expect(outdated({}).gate.observed).toBe('every node that runs')
  expect(outdated({ 1: { [SERVERS]: 'localhost:9999' } }).gate.observed).toBe('1 not yet')
  const view = exampleView()
  const as = (health: 'lagging' | 'silent' | 'unknown') => ({
    ...view,
    replicas: view.replicas.map((r) => (r.nodeId === 7 ? { ...r, health } : { ...r, nodeId: 1 })),
  })
  const nodes = new Map([[1, { configs: new Map([[SERVERS, ALL]]), supportedMetadataVersion: null }]])
  const of = (health: 'lagging' | 'silent' | 'unknown') =>
    bootstrapServersCurrent(exampleFacts(as(health), { nodes, log: exampleLog() }), [])
  expect(of('lagging').outdated).toEqual([7])
  expect(of('silent').outdated).toEqual([])
  expect(of('unknown').outdated).toEqual([7])
})
