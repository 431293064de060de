import { expect, test } from 'vitest'
import type { CruiseControlLook, DryRunSummary, LookFor, Reply } from '../../../contract/cruiseControl.ts'
import { IDLE_EXECUTOR } from '../../../testing/examples/exampleCruiseControl.ts'
import type { CruiseControl } from '../../run/ports.ts'
import { CruiseControlLooks, type Wanted } from './cruiseControlLooks.ts'

/** Answers when the test says so. */
function slow() {
  const waiting: ((answer: Reply<CruiseControlLook>) => void)[] = []
  const asked: LookFor[] = []
  const trying: ((answer: Reply<DryRunSummary>) => void)[] = []
  const port: CruiseControl = {
    address: 'http://cc:9090/kafkacruisecontrol',
    look: (what) => {
      asked.push(what)
      return new Promise((resolve) => waiting.push(resolve))
    },
    dryRun: () => new Promise((resolve) => trying.push(resolve)),
    act: async () => ({ kind: 'not-sent', problem: '' }),
  }
  const clock = { ms: 0, nowMs: () => clock.ms, monotonicMs: () => clock.ms }
  return { looks: new CruiseControlLooks(port, clock), waiting, asked, trying, clock }
}
const yes = (over: Partial<CruiseControlLook> = {}): Reply<CruiseControlLook> => ({
  ok: true,
  told: { executor: IDLE_EXECUTOR, tasks: null, replicas: null, ...over },
})
const no = { ok: false, says: 'no' } as const
const NOTHING: Wanted = { tasks: false, counts: false, dryRun: null }
const soon = async () => {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('nobody waits, one look at a time, of the moment when it was asked', async () => {
  const { looks, waiting, clock } = slow()
  looks.look(NOTHING)
  looks.look(NOTHING)
  expect([waiting.length, looks.facts()?.look]).toEqual([1, null])
  clock.ms = 9000
  waiting[0]?.(no)
  await soon()
  expect(looks.facts()?.look).toEqual({ atMs: 0, answer: no })
  looks.look(NOTHING)
  expect(waiting).toHaveLength(1)
  clock.ms = 10_000
  looks.look(NOTHING)
  expect(waiting).toHaveLength(2)
})

test('it is asked for no more than is needed, and for that at once', async () => {
  const { looks, waiting, asked, clock } = slow()
  looks.look(NOTHING)
  waiting[0]?.(yes())
  await soon()
  looks.look({ ...NOTHING, counts: true })
  waiting[1]?.(yes({ replicas: new Map([[7, 1]]) }))
  await soon()
  clock.ms = 1000
  looks.look({ ...NOTHING, counts: true })
  looks.look({ ...NOTHING, tasks: true })
  waiting[2]?.(yes({ tasks: [] }))
  await soon()
  clock.ms = 5999
  looks.look({ ...NOTHING, tasks: true })
  expect(asked).toEqual([
    { tasks: false, counts: false },
    { tasks: false, counts: true },
    { tasks: true, counts: false },
  ])
  expect(looks.facts()?.counts).toEqual({ atMs: 0, replicas: new Map([[7, 1]]) })
  clock.ms = 6000
  looks.look({ ...NOTHING, tasks: true })
  expect(asked).toHaveLength(4)
})

test('a look of now is not one that was begun before', async () => {
  const { looks, waiting, clock } = slow()
  looks.look(NOTHING)
  clock.ms = 100
  let told = false
  const now = looks.lookNow().then(() => {
    told = true
  })
  waiting[0]?.(no)
  await soon()
  expect([waiting.length, told]).toEqual([2, false])
  waiting[1]?.(no)
  await now
  expect(looks.facts()?.look?.atMs).toBe(100)
})

test('one dry run at a time, beside the looks', async () => {
  const { looks, trying, clock } = slow()
  looks.look({ ...NOTHING, dryRun: { brokers: [7], marker: 'a' } })
  looks.look({ ...NOTHING, dryRun: { brokers: [7], marker: 'b' } })
  expect(trying).toHaveLength(1)
  clock.ms = 9000
  trying[0]?.(no)
  await soon()
  expect(looks.facts()?.dryRun).toEqual({ atMs: 9000, brokers: [7], answer: no })
})

test('without one there is nothing to look at', async () => {
  const looks = new CruiseControlLooks(null, { nowMs: () => 0, monotonicMs: () => 0 })
  looks.look({ ...NOTHING, dryRun: { brokers: [7], marker: 'a' } })
  await looks.lookNow()
  expect(looks.facts()).toBeNull()
})
