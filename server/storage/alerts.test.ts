import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AlertIncident } from '../contract/alerts/incidents.ts'
import type { Silence } from '../contract/alerts/silences.ts'
import { type DatabasePlace, databasePlace } from '../testing/databasePlace.ts'
import { type AlertStore, type KeptNotification, openAlerts } from './alerts.ts'
import type { Database } from './database.ts'

let place: DatabasePlace
let database: Database
let store: AlertStore
beforeEach(async () => {
  place = await databasePlace()
  database = await place.open()
  store = openAlerts(database)
})
afterEach(() => place.remove())

const incident = (id: string, resolvedAtMs: number | null = null, cluster = 'c'): AlertIncident => ({
  id,
  cluster,
  rule: 'no-leader',
  key: '',
  severity: 'critical',
  state: resolvedAtMs === null ? 'open' : 'resolved',
  title: 't',
  detail: 'd',
  remedy: 'r',
  replicas: [{ nodeId: 1, directoryId: null }],
  startedAtMs: 1,
  firedAtMs: 2,
  resolvedAtMs,
  acknowledged: null,
  silencedBy: null,
})
const waiting = (incidentId: string, state: KeptNotification['state'] = 'open', receiver = 'a'): KeptNotification => ({
  incidentId,
  state,
  receiver,
  queuedAtMs: 5,
  endedAtMs: null,
  outcome: null,
})
const write = (...incidents: AlertIncident[]) =>
  store.write({ incidents: incidents.map((one) => ({ incident: one, told: true })), notifications: [], silences: [] })

test('what is open and what waits is there after a restart, in pages', async () => {
  const ids = ['a', 'b', 'c']
  const notifications = ids.flatMap((id) => [waiting(id), waiting(id, 'open', 'b')])
  await store.write({
    incidents: ids.map((id) => ({ incident: incident(id), told: id === 'a' })),
    notifications,
    silences: [],
  })
  await database.close()
  database = await place.open()
  store = openAlerts(database)
  expect((await store.open('', 2)).map((k) => [k.incident.id, k.told])).toEqual([
    ['a', true],
    ['b', false],
  ])
  expect(await store.open('b', 2)).toEqual([{ incident: incident('c'), told: false }])
  const first = await store.waiting(null, 4)
  expect(first.map(({ notification: n }) => n.incidentId + n.receiver)).toEqual(['aa', 'ab', 'ba', 'bb'])
  const rest = await store.waiting(first.at(-1)?.notification ?? null, 4)
  expect(rest.map(({ notification: n, kept }) => n.incidentId + n.receiver + kept.incident.title)).toEqual([
    'cat',
    'cbt',
  ])
})

test('what was delivered waits no more, and is one row however often it is written', async () => {
  const delivered: KeptNotification = { ...waiting('a'), endedAtMs: 9, outcome: 'delivered' }
  await store.write({
    incidents: [{ incident: incident('a'), told: true }],
    notifications: [waiting('a'), waiting('a'), delivered],
    silences: [],
  })
  expect(await store.waiting(null, 10)).toEqual([])
})

test('ended ones by page, newest end first, of all or of one cluster', async () => {
  await write(incident('a', 10), incident('b', 30), incident('c', 30, 'other'), incident('d', 20), incident('e'))
  const page = await store.ended({ cluster: null, before: null, limit: 2 })
  expect(page.map(({ id }) => id)).toEqual(['c', 'b'])
  const next = await store.ended({ cluster: null, before: { resolvedAtMs: 30, id: 'b' }, limit: 5 })
  expect(next.map(({ id }) => id)).toEqual(['d', 'a'])
  expect((await store.ended({ cluster: 'other', before: null, limit: 5 })).map(({ id }) => id)).toEqual(['c'])
  expect((await store.find('e'))?.state).toBe('open')
  expect(await store.find('x')).toBeNull()
})

test('an incident that ends is open no more; old ones are forgotten with their messages, open ones never', async () => {
  await write(incident('a'), incident('b'))
  await write(incident('a', 10))
  await store.write({ incidents: [], notifications: [waiting('a')], silences: [] })
  expect((await store.open('', 9)).map((k) => k.incident.id)).toEqual(['b'])
  expect(await store.forget(10, 5)).toBe(0)
  expect(await store.forget(11, 5)).toBe(1)
  expect(await store.find('a')).toBeNull()
  expect(await store.waiting(null, 9)).toEqual([])
  expect(await store.find('b')).not.toBeNull()
})

test('silences are kept and taken away', async () => {
  const silence: Silence = {
    id: 's',
    matchers: { nodeId: 1 },
    fromMs: 1,
    untilMs: 2,
    reason: 'r',
    createdBy: 'Ann',
    run: null,
    nodeIds: [],
  }
  await store.write({ incidents: [], notifications: [], silences: [['s', silence]] })
  expect(await store.silences()).toEqual([silence])
  await store.write({ incidents: [], notifications: [], silences: [['s', null]] })
  expect(await store.silences()).toEqual([])
})

test('all of a batch or nothing', async () => {
  const broken = { ...waiting('a'), queuedAtMs: 1.5 }
  await expect(
    store.write({ incidents: [{ incident: incident('a'), told: true }], notifications: [broken], silences: [] }),
  ).rejects.toThrow()
  expect(await store.find('a')).toBeNull()
})
