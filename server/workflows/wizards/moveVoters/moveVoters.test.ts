/** All voters at other addresses: on which disk, with what, and what proves it. */
import { expect, test } from 'vitest'
import { exampleDisk } from '../../../testing/examples/exampleDisks.ts'
import { exampleFacts, exampleRun, exampleView, probe } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, replica } from '../../../testing/examples/exampleObservation.ts'
import { type Facts, probeKey } from '../../run/facts.ts'
import { placesOf } from '../../run/offline.ts'
import { WorkflowRefusal } from '../../run/refusal.ts'
import type { RunParams } from '../../run/run.ts'
import { moveVoters } from './moveVoters.ts'

const lost: Facts = exampleFacts(exampleView(), { link: 'unreachable', probes: new Map() })
const REPORTS = [exampleDisk(0, { endOffset: 530 }), exampleDisk(1), exampleDisk(2, { endOffset: 520 })]
const at = (nodeId: number) => ({
  nodeId,
  endpoints: [{ listener: 'CONTROLLER', host: 'new', port: 9000 + nodeId }],
})
const params = (over: Partial<RunParams> = {}) => ({ reports: REPORTS, addresses: [at(0), at(1), at(2)], ...over })
const run = (over: Partial<RunParams> = {}) => exampleRun({ kind: 'move-voters', params: params(over) }, lost)

function codes(over: Partial<RunParams>, facts: Facts = lost): string[] {
  try {
    moveVoters.plan(params(over), facts)
  } catch (error) {
    if (error instanceof WorkflowRefusal) return error.refusals.map((g) => g.code)
    throw error
  }
  throw new Error('not refused')
}

test('the record is for the furthest disk, with every voter at its new address', () => {
  const { plan } = run()
  expect(plan.recovery).toMatchObject({ way: 'addresses', seed: { nodeId: 1 }, lost: [], loss: { atMost: 0 } })
  expect(plan.recovery?.after.map((v) => v.endpoints[0]?.port)).toEqual([9000, 9001, 9002])
  const write = moveVoters.steps(run(), lost).find((s) => s.key === 'write')
  expect(write?.commands.at(-1)?.text).toContain('--voter 0=CONTROLLER://new:9000 --voter 1=CONTROLLER://new:9001')
})

test('a missing address, a stranger and too few disks are refused', () => {
  expect(codes({ addresses: [at(0), at(1)] })).toEqual(['voter-without-address'])
  expect(codes({ addresses: [at(0), at(1), at(2), at(5)] })).toEqual(['moved-is-no-voter'])
  expect(codes({ reports: [exampleDisk(1)] })).toEqual(['too-few-reports'])
})

test('nothing is moved beside a leader', () => {
  expect(codes({}, exampleFacts())).toEqual(['nobody-leads'])
})

test('a voter that answers at either address stops it', () => {
  const made = run()
  const answers = (port: number): Facts['probes'] =>
    new Map(
      [...placesOf(made)].flatMap(([nodeId, endpoints]) =>
        endpoints.map((endpoint) => {
          const outcome = endpoint.port === port ? ('answers' as const) : ('refused' as const)
          return [probeKey(nodeId, endpoint), { atMs: lost.monotonicMs, probe: probe(nodeId, { endpoint, outcome }) }]
        }),
      ),
    )
  const stopped = (probes: Facts['probes']) =>
    moveVoters
      .steps(made, { ...lost, probes })
      .find((s) => s.key === 'stop')
      ?.gates.map((g) => g.ok)
  expect(stopped(answers(0))).toEqual([true])
  expect(stopped(answers(8002))).toEqual([false])
  expect(stopped(answers(9002))).toEqual([false])
})

test('all of them vote again, under any of them', () => {
  const voters = [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])]
  const led = (leaderEpoch: number) => exampleFacts(exampleView({ sample: { leaderEpoch, voters } }))
  const step = (facts: Facts) => moveVoters.steps(run(), facts).find((s) => s.key === 'seed-leads')
  expect(step(led(9))).toMatchObject({ done: null })
  expect(step(led(1010))).toMatchObject({ done: { voters: [{ nodeId: 0 }, { nodeId: 1 }, { nodeId: 2 }] } })
})
