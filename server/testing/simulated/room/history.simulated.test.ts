/** The past over the API, as the product keeps it: over its own thread. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type * as z from 'zod/mini'
import { EventList } from '../../../contract/past/events.ts'
import { History, HistoryState } from '../../../contract/past/history.ts'
import { Moment } from '../../../contract/past/moment.ts'
import type { QuorumView } from '../../../contract/quorumView.ts'
import { PATIENCE_MS } from '../../patience.ts'
import { CLUSTER, type Serving, serve } from '../../serving.ts'

const WAIT = { timeout: PATIENCE_MS, interval: 50 }
let dataDir: string
let serving: Serving

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'quorumdeck-past-'))
  serving = await serve(null, 100, { dataDir })
})
afterEach(async () => {
  await serving.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function get<S extends z.ZodMiniType>(schema: S, path: string): Promise<z.infer<S>> {
  const answer = await fetch(`${serving.url}/api/clusters/${CLUSTER}/${path}`)
  return schema.parse(await answer.json())
}

test('what is seen now is a moment of the past a second later', async () => {
  await vi.waitUntil(async () => (await get(History, 'history')).timesMs.length > 3, WAIT)
  const history = await get(History, 'history?columns=lastFetchAgeMs,logEndOffset,health')
  const [first] = history.series
  expect(first?.health?.length).toBe(history.timesMs.length)
  const shape = (view: QuorumView | null | undefined) =>
    JSON.stringify([
      view?.clusterId,
      view?.quorum.leaderId,
      view?.replicas.map(({ nodeId, directoryId, endpoints }) => [nodeId, directoryId, endpoints]),
    ])
  await vi.waitUntil(async () => {
    const { view } = await get(Moment, `moment?at=${Date.now()}`)
    return view !== null && shape(view) === shape(serving.watching.observer.view)
  }, WAIT)
})

test('an election is kept with what led to it, findings with it', async () => {
  await vi.waitUntil(() => serving.watching.observer.view?.quorum.settling === false, WAIT)
  const leader = serving.watching.observer.view?.quorum.leaderId
  await serving.quorum.port.act({ action: 'kill', nodeId: leader ?? -1 })
  const elected = async () => {
    const { events } = await get(EventList, 'events?kinds=leader-elected,finding')
    return events.find(({ why }) => why?.startsWith(`${leader} was last seen leading`))
  }
  await vi.waitUntil(elected, WAIT)
  expect((await elected())?.why).toMatch(/nothing listens at its address now|does not answer now|was not asked since/)
  await vi.waitUntil(
    async () =>
      (await get(EventList, 'events?kinds=finding')).events.some(({ title }) => /silent|margin|lose/i.test(title)),
    WAIT,
  )
})

test('what cannot be asked is refused with a sentence', async () => {
  const refused = async (path: string) => {
    const answer = await fetch(`${serving.url}/api/clusters/${CLUSTER}/${path}`)
    return [answer.status, ((await answer.json()) as { error: { message: string } }).error.message]
  }
  expect(await refused('history?columns=lag;drop')).toEqual([400, expect.stringContaining('columns has no "lag;drop"')])
  expect(await refused('history?from=5&to=4')).toEqual([400, 'from must not be later than to.'])
  expect(await refused('moment?at=yesterday')).toEqual([400, expect.stringContaining('at must be a time')])
  expect(await refused('moment?at=8640000000000001')).toEqual([400, expect.stringContaining('at must be a time')])
  expect(await refused('events?kinds=gossip')).toEqual([400, expect.stringContaining('kinds has no "gossip"')])
  expect(await refused('history/export?format=xml')).toEqual([400, expect.stringContaining('format has no "xml"')])
})

test('the export is a file of rows', async () => {
  await vi.waitUntil(async () => (await get(History, 'history')).timesMs.length > 2, WAIT)
  const csv = await fetch(`${serving.url}/api/clusters/${CLUSTER}/history/export`)
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename="test-\d{4}-\d\d-\d\d\.csv"$/)
  expect((await csv.text()).split('\n')[0]).toContain('time,node_id,directory_id')
  const json = await fetch(`${serving.url}/api/clusters/${CLUSTER}/history/export?format=json`)
  expect(((await json.json()) as unknown[]).length).toBeGreaterThan(0)
})

test('the state of the history names what is kept, and what it takes', async () => {
  await vi.waitUntil(async () => (await get(HistoryState, 'history/state')).oldestMs !== null, WAIT)
  expect(await get(HistoryState, 'history/state')).toMatchObject({
    state: 'kept',
    problem: null,
    tiers: [{ stepMs: 1000 }, { stepMs: 10_000 }, { stepMs: 60_000 }, { stepMs: 600_000 }],
  })
})
