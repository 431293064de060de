/** What the hub makes of where a cluster stands: over a real socket, with a source and a clock that the test moves. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { aView } from '../../../components/testing/exampleView.ts'
import type { AlertListener } from '../../alerts/alerts.ts'
import type { AlertSummary } from '../../contract/alerts/incidents.ts'
import type { ClusterLink } from '../../contract/clusters.ts'
import type { ServerMessage } from '../../contract/live.ts'
import type { Session } from '../../contract/session.ts'
import type { ClusterStanding, StandingNews } from '../../quorum/reading/publishing.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'
import { Hub, type StandingSource } from './hub.ts'

const CONNECTING: ClusterLink = { state: 'connecting', sinceMs: 0, problem: null, attempts: [] }
const LIVE: ClusterLink = { state: 'live', sinceMs: 1, problem: null, attempts: [] }

let nowMs = 0
let hub: Hub
let server: Server
let client: WebSocket
let received: ServerMessage[] = []
let alerts: AlertSummary[] = []
let tellAlerts: AlertListener = () => {}
const WATCHING: Session = { role: 'watch', via: 'token', grants: [{ right: 'watch', scope: null }] }
let hand: (standing: ClusterStanding, news: StandingNews) => void

beforeEach(async () => {
  nowMs = 1000
  received = []
  const source: StandingSource = {
    standing: { view: null, ageMs: null, intervalMs: 1000, link: CONNECTING },
    subscribe: ({ onStanding }) => {
      hand = (standing, news) => onStanding?.(standing, news)
      return () => {}
    },
  }
  alerts = []
  const feed = {
    open: () => alerts,
    subscribe: (listener: AlertListener) => {
      tellAlerts = listener
      return () => {}
    },
  }
  const workflows = { active: () => [], live: () => null, subscribe: () => () => {} } as unknown as Workflows
  const seats = { came: () => {}, went: () => {}, of: () => [], subscribe: () => {} }
  const now = () => nowMs
  const placeOf = (cluster: string) => ({ cluster, group: null })
  const times = { heartbeatMs: 50, monotonicMs: now, nowMs: now }
  hub = new Hub({ serverRunId: 'run', ...times, workflows, seats, placeOf, alerts: feed })
  hub.add('c', source)
  server = createServer().on('upgrade', (request, socket, head) =>
    hub.upgrade(request, socket, head, WATCHING, () => WATCHING),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  client.on('message', (data) => received.push(JSON.parse(String(data))))
  await vi.waitUntil(() => received.length > 0)
})

afterEach(() => {
  client.terminate()
  hub.close()
  server.close()
})

const of = <T extends ServerMessage['type']>(type: T) =>
  received.filter((message): message is Extract<ServerMessage, { type: T }> => message.type === type)

async function snapshot() {
  const before = of('snapshot').length
  client.send(JSON.stringify({ type: before === 0 ? 'subscribe' : 'resync', cluster: 'c' }))
  await vi.waitUntil(() => of('snapshot').length > before)
  return of('snapshot').at(-1)
}

test('before anything is handed over there is neither a view nor an age', async () => {
  expect(await snapshot()).toMatchObject({ view: null, ageMs: null, intervalMs: 1000, link: CONNECTING })
})

test('an age goes on from what was handed over, in snapshots and in pings', async () => {
  hand({ view: aView({ seq: 1 }), ageMs: 3, intervalMs: 1000, link: LIVE }, 'view')
  nowMs += 700
  expect(await snapshot()).toMatchObject({ ageMs: 703, view: { seq: 1 } })
  nowMs += 1000
  await vi.waitUntil(() => of('ping').at(-1)?.ageMs === 1703)
})

test('a view goes out as a delta, and whole where the interval is another one', async () => {
  const base = { ageMs: 3, intervalMs: 1000, link: LIVE }
  hand({ ...base, view: aView({ seq: 1 }) }, 'view')
  await snapshot()
  hand({ ...base, view: aView({ seq: 2 }) }, 'view')
  await vi.waitUntil(() => of('delta').length === 1)
  expect(of('delta')[0]).toMatchObject({ seq: 2, ageMs: 3 })
  // Handed over without news, as when the quorum begins to be changed: the next view tells it.
  hand({ ...base, intervalMs: 250, view: aView({ seq: 2 }) }, null)
  hand({ ...base, intervalMs: 250, view: aView({ seq: 3 }) }, 'view')
  await vi.waitUntil(() => of('snapshot').length === 2)
  expect(of('snapshot')[1]).toMatchObject({ intervalMs: 250, view: { seq: 3 } })
})

test('what is no news is told to whoever asks next, and to nobody before', async () => {
  await snapshot()
  const attempts = [{ address: 'a:1', outcome: 'refused' }]
  hand({ view: null, ageMs: null, intervalMs: 1000, link: { ...CONNECTING, attempts } }, null)
  hand({ view: null, ageMs: null, intervalMs: 1000, link: LIVE }, 'link')
  await vi.waitUntil(() => of('link').length > 0)
  expect(of('link').map(({ link }) => link.state)).toEqual(['live'])
  hand({ view: null, ageMs: null, intervalMs: 1000, link: { ...LIVE, attempts } }, null)
  expect((await snapshot())?.link.attempts).toEqual(attempts)
  expect(of('link')).toHaveLength(1)
})

test('a quorum that was made anew takes its last view with it', async () => {
  hand({ view: aView({ seq: 4 }), ageMs: 3, intervalMs: 1000, link: LIVE }, 'view')
  await snapshot()
  hand({ view: null, ageMs: null, intervalMs: 1000, link: CONNECTING }, 'link')
  expect(await snapshot()).toMatchObject({ view: null, ageMs: null })
})

test('open alerts are in a snapshot, and every change of them is told to who watches the cluster', async () => {
  const alert: AlertSummary = {
    id: 'i',
    rule: 'no-leader',
    severity: 'critical',
    title: 't',
    firedAtMs: 1,
    acknowledged: null,
    silencedBy: null,
  }
  hand({ view: aView({ seq: 1 }), ageMs: 1, intervalMs: 1000, link: LIVE }, 'view')
  expect((await snapshot())?.alerts).toBeUndefined()
  alerts = [alert]
  tellAlerts('elsewhere', alerts)
  tellAlerts('c', alerts)
  await vi.waitUntil(() => of('alerts').length > 0)
  expect(of('alerts')).toEqual([{ type: 'alerts', cluster: 'c', alerts: [alert] }])
  expect((await snapshot())?.alerts).toEqual([alert])
})
