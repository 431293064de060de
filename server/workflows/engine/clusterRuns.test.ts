/** Which run is looked after, where several have not ended. */
import { expect, test, vi } from 'vitest'
import { IDLE_EXECUTOR } from '../../testing/examples/exampleCruiseControl.ts'
import { exampleFacts, exampleRun } from '../../testing/examples/exampleFacts.ts'
import { exampleLog, partition } from '../../testing/examples/exampleLog.ts'
import { foldRun } from '../run/fold.ts'
import type { CruiseControl, WorkflowCluster } from '../run/ports.ts'
import type { Run, RunEntry } from '../run/run.ts'
import { DEFAULT_THRESHOLDS } from '../run/thresholds.ts'
import { ClusterRuns, type ClusterRunsOptions } from './clusterRuns.ts'

const actor = { id: 'operator', name: 'operator' }

/** A run that empties this broker, of which a person said that Cruise Control is to do it. */
function stored(id: string, broker: number, ...more: RunEntry[]): Run {
  const facts = exampleFacts(undefined, { log: exampleLog([partition()]) })
  const kind = 'migrate-combined'
  const params = { nodeIds: [0], retireBrokerIds: [broker] }
  const whole = exampleRun({ kind, params }, facts)
  const own = { ...whole.plan, parts: [], drain: { cordon: false } }
  const part = { kind: 'drain' as const, title: 'x', params: { nodeIds: [broker] }, plan: own }
  const quorum = { observedAtMs: 0, quorum: facts.view?.quorum, replicas: [] }
  const plan = { ...whole.plan, parts: [part] }
  const entries = [
    { type: 'started', kind, params, reason: '', plan, quorum, atMs: 1, actor, text: '' } as unknown as RunEntry,
    { type: 'stated', step: '0.move', key: 'cruise-control', statement: '', atMs: 2, actor, text: '' } as RunEntry,
    ...more,
  ]
  return foldRun({ id, cluster: 'test', clusterId: 'x' }, entries)
}

test('Cruise Control is asked for the run that may change something, not for one that rests', async () => {
  vi.useFakeTimers()
  const tried: number[][] = []
  const cruiseControl: CruiseControl = {
    address: 'http://cc:9090/kafkacruisecontrol',
    look: async () => ({ ok: true, told: { executor: IDLE_EXECUTOR, tasks: null, replicas: null } }),
    dryRun: async (brokers) => {
      tried.push([...brokers])
      return { ok: false, says: 'no' }
    },
    act: async () => ({ kind: 'not-sent', problem: '' }),
  }
  const source = {
    view: null,
    log: null,
    nodes: new Map(),
    link: { state: 'live' },
    ageMs: () => null,
    controllerEndpoints: () => [],
    setActive: () => undefined,
    subscribe: () => () => undefined,
  }
  const runs = new ClusterRuns({
    cluster: { source, cruiseControl, hosts: null, bootstrapControllers: [], commandConfig: null },
    thresholds: DEFAULT_THRESHOLDS,
    clock: { nowMs: () => 1000, monotonicMs: () => 1000 },
    onError: (error: unknown) => {
      throw error
    },
  } as unknown as ClusterRunsOptions & { cluster: WorkflowCluster })
  const rests = { type: 'parked', by: 'x', reason: 'y', lockLost: true, atMs: 3, actor, text: '' } as RunEntry
  runs.load(stored('rests', 8, rests), null)
  runs.load(stored('goes on', 7), 1)
  await vi.advanceTimersByTimeAsync(1600)
  await runs.close()
  vi.useRealTimers()
  expect(tried).toEqual([[7]])
})
