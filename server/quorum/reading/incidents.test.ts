/** Incidents outlive the process, by cluster id, and stay until a person closes them. */
import { expect, test } from 'vitest'
import type { QuorumMemory, QuorumMemoryStore } from '../../contract/quorumMemory.ts'
import type { Incident } from '../../contract/quorumView.ts'
import { Incidents } from './incidents.ts'

function setup(store: QuorumMemoryStore | null) {
  let atMs = 0
  const told: Incident[] = []
  const errors: unknown[] = []
  const incidents = new Incidents({
    clock: { nowMs: () => 1000 + atMs, monotonicMs: () => atMs },
    store,
    onIncident: (one) => told.push(one),
    onError: (error) => errors.push(error),
  })
  return { incidents, told, errors, pass: (ms: number) => (atMs += ms) }
}

function storing(): QuorumMemoryStore & { kept: Map<string, QuorumMemory>; writes: () => number } {
  const kept = new Map<string, QuorumMemory>()
  let writes = 0
  return {
    kept,
    writes: () => writes,
    read: async (id) => kept.get(id) ?? null,
    keep: async (id, memory) => {
      writes += 1
      kept.set(id, memory)
    },
  }
}

/** Writes are queued: they have been made when this resolves. */
const written = () => new Promise((resolve) => setImmediate(resolve))

const led = (highWatermark: number, leaderEpoch = 3, leaderId = 0) => ({
  leaderId,
  leaderEpoch,
  highWatermark,
  logEndOffset: highWatermark,
})

test('what one process saw committed, the next one knows', async () => {
  const store = storing()
  const first = setup(store)
  await first.incidents.of('c')
  first.incidents.judge(led(500))
  await written()
  const second = setup(store)
  expect(await second.incidents.of('c')).toBe(true)
  expect(second.incidents.epoch).toBe(3)
  second.incidents.judge(led(40, 4, 1))
  expect(second.incidents.open.map((i) => i.kind)).toEqual(['metadata-missing'])
  expect(second.told).toHaveLength(1)
  await written()
  // And the one after that still shows it, until somebody closes it.
  const third = setup(store)
  await third.incidents.of('c')
  const [incident] = third.incidents.open
  expect(await third.incidents.close(incident?.id ?? '', { atMs: 9, actor: 'Ann', reason: 'restored from 0' })).toBe(
    true,
  )
  expect(third.incidents.open).toEqual([])
  expect(await third.incidents.close(incident?.id ?? '', { atMs: 9, actor: 'Ann', reason: 'again' })).toBe(false)
  expect(store.kept.get('c')?.incidents).toMatchObject([{ closed: { actor: 'Ann', reason: 'restored from 0' } }])
})

test('what is seen before the cluster id is known counts for the cluster that it turns out to be', async () => {
  const store = storing()
  store.kept.set('c', { mark: { leaderId: 0, leaderEpoch: 3, highWatermark: 500 }, incidents: [] })
  const { incidents, told } = setup(store)
  expect(incidents.memory).toBe('pending')
  incidents.judge(led(60))
  incidents.judge(led(40, 4, 1))
  expect(told.map((i) => i.title)).toEqual([expect.stringContaining('60 → 40')])
  expect(store.writes()).toBe(0)
  await incidents.of('c')
  await written()
  expect(incidents.memory).toBe('read')
  expect(store.kept.get('c')?.incidents).toHaveLength(1)
  // What was kept is the measure from now on.
  expect(await incidents.close(incidents.open[0]?.id ?? '', { atMs: 1, actor: 'Ann', reason: 'looked at' })).toBe(true)
  incidents.judge(led(41, 4, 1))
  expect(incidents.open.map((i) => i.title)).toEqual([expect.stringContaining('500 → 41')])
})

test('another cluster has its own', async () => {
  const store = storing()
  store.kept.set('c', { mark: { leaderId: 0, leaderEpoch: 3, highWatermark: 500 }, incidents: [] })
  const { incidents } = setup(store)
  await incidents.of('c')
  await incidents.of('other')
  incidents.judge(led(40))
  expect(incidents.open).toEqual([])
})

test('one loss is told once, however often it is seen; it is written at most every five seconds', async () => {
  const store = storing()
  const { incidents, told, pass } = setup(store)
  await incidents.of('c')
  for (let i = 0; i < 20; i += 1) {
    incidents.judge(led(500 + i))
    pass(100)
  }
  await written()
  expect(store.writes()).toBe(1)
  pass(5000)
  incidents.judge(led(600))
  incidents.committedCut(40, 600)
  incidents.committedCut(40, 600)
  expect(told.map((i) => i.title)).toEqual([
    "Committed metadata was cut off: records from 40 on are not in the leader's log",
  ])
})

test('a quorum that was made anew on purpose has nothing to answer for', async () => {
  const store = storing()
  const { incidents } = setup(store)
  await incidents.of('c')
  incidents.judge(led(500))
  incidents.forget()
  incidents.judge(led(40, 1))
  expect(incidents.open).toEqual([])
})

test('a store that fails is reported, and nothing is written over what it could not give', async () => {
  const store = storing()
  const open: Incident = { id: 'x', kind: 'metadata-missing', firstSeenAtMs: 1, title: '12,000 → 40', detail: '' }
  store.kept.set('c', { mark: null, incidents: [{ incident: open, closed: null }] })
  let fails = true
  const read = (id: string) => (fails ? Promise.reject(new Error('no disk')) : store.read(id))
  const { incidents, errors, pass } = setup({ ...store, read })
  expect(await incidents.of('c')).toBe(false)
  expect(incidents.memory).toBe('failed')
  // Asked again and again while nobody leads, it is not tried each time.
  await incidents.of('c')
  expect(errors.map(String)).toEqual(['Error: no disk'])
  pass(60_000)
  incidents.judge(led(500))
  incidents.committedCut(40, 500)
  await written()
  expect(store.kept.get('c')?.incidents).toEqual([{ incident: open, closed: null }])
  fails = false
  expect(await incidents.of('c')).toBe(true)
  expect(incidents.memory).toBe('read')
  expect(incidents.open).toEqual([open])
})

test('a store that does not take it is reported, and ends nothing', async () => {
  const full = { read: async () => null, keep: () => Promise.reject(new Error('full')) }
  const { incidents, errors } = setup(full)
  await incidents.of('c')
  incidents.judge(led(500))
  incidents.judge(led(40, 4, 1))
  expect(incidents.open).toHaveLength(1)
  await written()
  expect(errors.map(String)).toContain('Error: full')
})
