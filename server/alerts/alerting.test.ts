/** The engine on fake timers: minutes pass at once, and every timer of it with them. */

import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { aReplica, aView } from '../../components/testing/exampleView.ts'
import { NOTHING_EXPECTED } from '../contract/alerts/rules.ts'
import type { QuorumView } from '../contract/quorumView.ts'
import { systemClock } from '../quorum/reading/clock.ts'
import type { ClusterStanding, ObserverListener } from '../quorum/reading/publishing.ts'
import { type AlertStore, openAlerts } from '../storage/alerts.ts'
import { type Database, IN_MEMORY, openDatabase } from '../storage/database.ts'
import { ExampleWorkflows, exampleRun } from '../testing/examples/exampleWorkflows.ts'
import { Alerting } from './alerting.ts'
import { DeliveryFailure, type Message, type Sender } from './delivery/message.ts'
import type { ReceiverOptions } from './delivery/receiverOptions.ts'
import { DEFAULT_POLICIES } from './rules/policies.ts'

const ANN = { id: 'ann', name: 'Ann' }
const healthy = aView()
const silent = aView(
  { replicas: [aReplica(0, { status: 'leader' }), aReplica(1), aReplica(2, { health: 'silent' })] },
  { margin: 0, healthyVoters: 2 },
)

class Source {
  #listener: Pick<ObserverListener, 'onStanding'> = {}
  standing: ClusterStanding = {
    view: healthy,
    ageMs: 100,
    intervalMs: 1000,
    link: { state: 'live', sinceMs: 0, problem: null, attempts: [] },
  }
  subscribe(listener: Pick<ObserverListener, 'onStanding'>) {
    this.#listener = listener
    return () => {
      this.#listener = {}
    }
  }
  show(view: QuorumView): void {
    this.standing = { ...this.standing, view }
    this.#listener.onStanding?.(this.standing, 'view')
  }
}

/** Takes messages, or fails as it is told. */
class FakeReceiver implements Sender {
  readonly taken: string[] = []
  readonly refreshed: string[][] = []
  tries = 0
  fails: DeliveryFailure | null = null
  async send({ incident, state }: Message): Promise<string> {
    this.tries += 1
    if (this.fails !== null) throw this.fails
    this.taken.push(`${state} ${incident.cluster} ${incident.rule}`)
    return 'taken'
  }
  refresh = async (messages: readonly Message[]) => {
    this.refreshed.push(messages.map(({ incident }) => incident.rule))
  }
}

const PAGER: ReceiverOptions = {
  kind: 'webhook',
  name: 'pager',
  url: 'https://pager.example/secret-path',
  secret: 's'.repeat(16),
  severities: null,
  clusters: null,
  sendResolved: true,
  allowPrivate: false,
}

let database: Database
let store: AlertStore
let ids = 0
const open: Alerting[] = []
const errors: unknown[] = []
beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'Date', 'performance'],
  })
  database = openDatabase(IN_MEMORY)
  store = openAlerts(database)
  errors.length = 0
})
afterEach(async () => {
  for (const alerting of open.splice(0)) {
    const closing = alerting.close()
    await vi.runOnlyPendingTimersAsync()
    await closing
  }
  vi.useRealTimers()
  await database.close()
})

interface Begun {
  alerting: Alerting
  receiver: FakeReceiver
  source: Source
  workflows: ExampleWorkflows
}

/** The process begins; after `crash` of one before, on the same database. */
async function begin(
  given: { receiver?: FakeReceiver; options?: Partial<ReceiverOptions>; store?: AlertStore; source?: Source } = {},
): Promise<Begun> {
  const { receiver = new FakeReceiver(), source = new Source() } = given
  const workflows = new ExampleWorkflows()
  const alerting = await Alerting.open({
    store: given.store ?? store,
    workflows,
    policies: DEFAULT_POLICIES,
    receivers: [{ options: { ...PAGER, ...given.options } as ReceiverOptions, sender: receiver }],
    publicUrl: null,
    clock: systemClock,
    chance: () => 1,
    newId: () => `id-${String(++ids).padStart(4, '0')}`,
    onError: (error) => errors.push(error),
  })
  open.push(alerting)
  alerting.add('c', source, NOTHING_EXPECTED)
  alerting.settle()
  return { alerting, receiver, source, workflows }
}
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)
const RANG = ['open c margin-low', 'open c voter-silent']
const OVER = ['resolved c margin-low', 'resolved c voter-silent']
const openOf = async (alerting: Alerting) =>
  (await alerting.list({ state: 'open', cluster: null, before: null })).alerts
/** What a process that is killed leaves: no timer of it runs on, and nothing of it is written any more. */
function kill(alerting: Alerting): void {
  open.splice(open.indexOf(alerting), 1)
  vi.clearAllTimers()
}

test('one message when it begins, one when it is over; in between it is open', async () => {
  const { alerting, receiver, source } = await begin()
  source.show(silent)
  await pass(59)
  expect(receiver.taken).toEqual([])
  await pass(300)
  expect(receiver.taken).toEqual(RANG)
  expect((await openOf(alerting)).map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
    'margin-low critical',
    'voter-silent warning',
  ])
  source.show(healthy)
  await pass(300)
  expect(receiver.taken).toEqual([...RANG, ...OVER])
  expect(await openOf(alerting)).toEqual([])
  const { alerts, before, storage } = await alerting.list({ state: 'resolved', cluster: 'c', before: null })
  expect([alerts.map(({ rule }) => rule).sort(), before, storage.ok]).toEqual([
    ['margin-low', 'voter-silent'],
    null,
    true,
  ])
  expect(errors).toEqual([])
})

test('an observer that says nothing any more is noticed by the clock alone', async () => {
  const { receiver, source } = await begin()
  source.standing = { ...source.standing, ageMs: 20_000 }
  await pass(40)
  expect(receiver.taken).toEqual(['open c observation-lost'])
})

describe('over a restart', () => {
  test('what is open is not told again; what is gone meanwhile is told to be over', async () => {
    const first = await begin()
    first.source.show(silent)
    await pass(100)
    kill(first.alerting)
    const source = new Source()
    source.show(silent)
    const second = await begin({ source })
    await pass(100)
    expect(second.receiver.taken).toEqual([])
    expect(await openOf(second.alerting)).toHaveLength(2)
    kill(second.alerting)
    const third = await begin()
    await pass(100)
    expect(third.receiver.taken).toEqual(OVER)
  })

  test('what nobody took is told by the next process, once', async () => {
    const first = await begin()
    first.receiver.fails = new DeliveryFailure('receiver', 'down')
    first.source.show(silent)
    await pass(600)
    expect(first.receiver.tries).toBeGreaterThan(5)
    kill(first.alerting)
    const source = new Source()
    source.show(silent)
    const second = await begin({ source })
    await pass(100)
    expect(second.receiver.taken.sort()).toEqual(RANG)
    kill(second.alerting)
    const third = await begin({ source })
    await pass(100)
    expect(third.receiver.taken).toEqual([])
  })

  test('an orderly end waits a moment for what is on its way: what was taken is not told again', async () => {
    const first = await begin()
    const answers: (() => void)[] = []
    first.receiver.send = () => new Promise((resolve) => answers.push(() => resolve('taken')))
    first.source.show(silent)
    await pass(100)
    expect(answers).toHaveLength(2)
    open.splice(0)
    const closing = first.alerting.close()
    for (const answer of answers) answer()
    await pass(1)
    await closing
    expect(await store.waiting(null, 10)).toEqual([])
  })

  test('a receiver that hangs keeps no process from ending', async () => {
    const first = await begin()
    first.receiver.send = () => new Promise(() => {})
    first.source.show(silent)
    await pass(100)
    open.splice(0)
    const closing = first.alerting.close()
    await pass(5)
    await closing
    expect(await store.waiting(null, 10)).toHaveLength(2)
  })

  test('of a cluster that is not watched any more everything ends', async () => {
    const first = await begin()
    first.source.show(silent)
    await pass(100)
    kill(first.alerting)
    const receiver = new FakeReceiver()
    const workflows = new ExampleWorkflows()
    const alerting = await Alerting.open({
      store,
      workflows,
      policies: DEFAULT_POLICIES,
      receivers: [{ options: PAGER, sender: receiver }],
      publicUrl: null,
      clock: systemClock,
      chance: () => 1,
      newId: () => 'x',
      onError: (error) => errors.push(error),
    })
    open.push(alerting)
    alerting.settle()
    await pass(5)
    expect(receiver.taken.sort()).toEqual(OVER)
  })

  test('a receiver that is configured no more is owed nothing', async () => {
    const first = await begin()
    first.receiver.fails = new DeliveryFailure('receiver', 'down')
    first.source.show(silent)
    await pass(100)
    kill(first.alerting)
    await begin({ options: { name: 'other' } })
    await pass(5)
    expect(await store.waiting(null, 10)).toEqual([])
  })
})

describe('a receiver', () => {
  test('that fails for ten minutes gets everything, once, in the order of each incident', async () => {
    const { alerting, receiver, source } = await begin()
    receiver.fails = new DeliveryFailure('receiver', 'down')
    source.show(silent)
    await pass(600)
    expect(alerting.receivers()[0]).toMatchObject({ waiting: 2, delivered: 0, last: { ok: false, detail: 'down' } })
    receiver.fails = null
    await pass(120)
    expect(receiver.taken.sort()).toEqual(RANG)
    source.show(healthy)
    await pass(100)
    expect(receiver.taken.slice(2).sort()).toEqual(OVER)
  })

  test('that was down from the beginning to the end of an incident hears of it in one message', async () => {
    const { receiver, source } = await begin()
    receiver.fails = new DeliveryFailure('receiver', 'down')
    source.show(silent)
    await pass(100)
    source.show(healthy)
    await pass(500)
    receiver.fails = null
    await pass(120)
    expect(receiver.taken.sort()).toEqual(OVER)
  })

  test('that wants no endings hears of the beginning alone, also where it comes late', async () => {
    const { receiver, source } = await begin({ options: { sendResolved: false } })
    receiver.fails = new DeliveryFailure('receiver', 'down')
    source.show(silent)
    await pass(100)
    source.show(healthy)
    await pass(100)
    receiver.fails = null
    await pass(120)
    expect(receiver.taken.sort()).toEqual(RANG)
  })

  test('hears only what it asks for', async () => {
    const { receiver, source } = await begin({ options: { severities: ['critical'] } })
    source.show(silent)
    await pass(100)
    expect(receiver.taken).toEqual(['open c margin-low'])
    const other = await begin({ options: { clusters: ['d'] } })
    other.source.show(silent)
    await pass(100)
    expect(other.receiver.taken).toEqual([])
  })

  test('is tested by hand, and shows no secret', async () => {
    const { alerting, receiver } = await begin()
    expect(await alerting.test('pager')).toMatchObject({ ok: true, detail: 'taken' })
    receiver.fails = new DeliveryFailure('receiver', 'It answers 404.')
    expect(await alerting.test('pager')).toMatchObject({ ok: false, detail: 'It answers 404.' })
    await expect(alerting.test('nobody')).rejects.toThrow('No receiver is called')
    expect(JSON.stringify(alerting.receivers())).not.toMatch(/secret|ssss/)
    expect(await openOf(alerting)).toEqual([])
  })

  test('that takes silence for an end is told again every minute what is open', async () => {
    const { receiver, source } = await begin()
    source.show(silent)
    await pass(240)
    expect(receiver.refreshed.length).toBeGreaterThanOrEqual(2)
    expect(receiver.refreshed[0]).toEqual(['margin-low', 'voter-silent'])
    source.show(healthy)
    await pass(100)
    const before = receiver.refreshed.length
    await pass(120)
    expect(receiver.refreshed.length).toBe(before)
  })
})

describe('a full disk', () => {
  test('everything rings and is delivered; it is told; what was to be kept is kept later', async () => {
    let isFull = true
    const full: AlertStore = {
      ...store,
      write: async (writes) => {
        if (isFull) throw new Error('database or disk is full')
        await store.write(writes)
      },
    }
    const { alerting, receiver, source } = await begin({ store: full })
    source.show(silent)
    await pass(100)
    expect(receiver.taken).toEqual(RANG)
    expect(alerting.storage.ok).toBe(false)
    expect(alerting.storage.problem).toContain('database or disk is full')
    expect(errors).toHaveLength(1)
    isFull = false
    await pass(10)
    expect(alerting.storage).toEqual({ ok: true, problem: '' })
    expect(await store.open('', 10)).toHaveLength(2)
    expect(await store.waiting(null, 10)).toEqual([])
  })

  test('of SQLite itself: it says in its words what to do, and goes on once there is room', async () => {
    const { alerting, receiver, source } = await begin()
    const pages = async (count: number) => {
      await sql`PRAGMA max_page_count = ${sql.raw(String(count))}`.execute(database.queries)
    }
    await pages(1)
    // Rows of some size, so that no free room in a page is enough.
    for (let at = 0; at < 40; at += 1) {
      const more = new Source()
      more.show(silent)
      alerting.add(`c${at}`, more, NOTHING_EXPECTED)
    }
    source.show(silent)
    await pass(100)
    expect(receiver.taken).toHaveLength(82)
    expect(alerting.storage.problem).toContain('full')
    await pages(1_000_000)
    await pass(10)
    expect(alerting.storage.ok).toBe(true)
    expect(await store.open('', 200)).toHaveLength(82)
  })

  test('a database that cannot be read at the start stops nothing', async () => {
    const broken = async () => {
      throw new Error('cannot be read')
    }
    const { alerting, receiver, source } = await begin({
      store: { ...store, open: broken, silences: broken, waiting: broken, ended: broken },
    })
    source.show(silent)
    await pass(100)
    expect(receiver.taken).toEqual(RANG)
    source.show(healthy)
    await pass(100)
    const { alerts, storage } = await alerting.list({ state: 'resolved', cluster: null, before: null })
    expect([alerts.length, storage.ok]).toEqual([2, false])
  })
})

describe('people', () => {
  test('acknowledge by name what is open; what is over, or unknown, is refused', async () => {
    const { alerting, source } = await begin()
    source.show(silent)
    await pass(100)
    const [first] = await openOf(alerting)
    const asked = alerting.acknowledge(first?.id ?? '', { as: ANN, note: 'on it' })
    await pass(1)
    expect((await asked).acknowledged).toMatchObject({ by: 'Ann', note: 'on it' })
    expect(alerting.open('c')[0]?.acknowledged?.by).toBe('Ann')
    expect((await store.find(first?.id ?? ''))?.acknowledged?.by).toBe('Ann')
    source.show(healthy)
    await pass(100)
    await expect(alerting.acknowledge(first?.id ?? '', { as: ANN })).rejects.toMatchObject({ code: 'alert-resolved' })
    await expect(alerting.acknowledge('nothing', { as: ANN })).rejects.toMatchObject({ code: 'unknown-alert' })
  })

  test('a reload forgets no silence that was set while it read, and none that the database has not taken yet', async () => {
    let reading = Promise.resolve()
    let isFull = false
    const slow: AlertStore = {
      ...store,
      silences: async () => {
        const rows = await store.silences()
        await reading
        return rows
      },
      write: (...given) => (isFull ? Promise.reject(new Error('full')) : store.write(...given)),
    }
    const { alerting } = await begin({ store: slow })
    const set = async (reason: string) => {
      const asked = alerting.silence({ matchers: {}, untilMs: Date.now() + 3_600_000, reason, as: ANN })
      await pass(1)
      await asked
    }
    const reasons = () => alerting.silences().map(({ reason }) => reason)
    const { promise, resolve } = Promise.withResolvers<void>()
    reading = promise
    const reload = alerting.reloadSilences()
    await pass(1)
    await set('while it read')
    resolve()
    await reload
    expect(reasons()).toEqual(['while it read'])
    isFull = true
    await set('not written')
    await alerting.reloadSilences()
    expect(reasons()).toEqual(['while it read', 'not written'])
    isFull = false
    await pass(3600 - 10)
    expect((await store.silences()).map(({ reason }) => reason).sort()).toEqual(['not written', 'while it read'])
  })

  test('silence at once, and over a restart', async () => {
    const { alerting, source } = await begin()
    const untilMs = Date.now() + 3_600_000
    const asked = alerting.silence({ matchers: { nodeId: 2 }, untilMs, reason: 'new disk', as: ANN })
    await pass(1)
    const { id } = await asked
    kill(alerting)
    const second = await begin({ source })
    source.show(silent)
    await pass(200)
    expect(second.receiver.taken).toEqual([])
    expect(second.alerting.open('c').map(({ silencedBy }) => silencedBy)).toEqual(['Ann: new disk', 'Ann: new disk'])
    const ended = second.alerting.endSilence(id)
    await pass(1)
    await ended
    expect(second.receiver.taken).toEqual(RANG)
    await expect(second.alerting.endSilence(id)).rejects.toMatchObject({ code: 'unknown-silence' })
  })

  test.each([
    [0, 'before it begins'],
    [40 * 86_400_000, 'for longer than a month'],
  ])('a silence that ends %i ms from now is refused: %s', async (inMs) => {
    const { alerting } = await begin()
    const fromMs = Date.now()
    await expect(
      alerting.silence({ matchers: { cluster: 'c' }, fromMs, untilMs: fromMs + inMs, reason: 'r', as: ANN }),
    ).rejects.toThrow('must end after it begins')
  })

  test('that of a guided change is listed, and cannot be ended by hand', async () => {
    const { alerting, workflows } = await begin()
    workflows.tell(exampleRun({ cluster: 'c', kind: 'scale', state: 'running' }), true)
    const [silence] = alerting.silences()
    expect(silence).toMatchObject({ run: 'run-1', untilMs: null })
    await expect(alerting.endSilence(silence?.id ?? '')).rejects.toMatchObject({ code: 'silence-of-run' })
  })
})

test('a cluster that is watched no more is over at once, and whoever listens hears of every change', async () => {
  const { alerting, receiver, source } = await begin()
  const heard: number[] = []
  alerting.subscribe((_cluster, alerts) => heard.push(alerts.length))
  source.show(silent)
  await pass(100)
  alerting.remove('c')
  await pass(1)
  expect(receiver.taken).toEqual([...RANG, ...OVER])
  expect(heard.at(-1)).toBe(0)
  expect(Math.max(...heard)).toBe(2)
})

test('lists of many come in pages', async () => {
  const { alerting } = await begin()
  for (let at = 0; at < 150; at += 1) {
    const source = new Source()
    source.show(silent)
    alerting.add(`c${at}`, source, NOTHING_EXPECTED)
  }
  await pass(100)
  const first = await alerting.list({ state: 'open', cluster: null, before: null })
  const second = await alerting.list({ state: 'open', cluster: null, before: first.before })
  const third = await alerting.list({ state: 'open', cluster: null, before: second.before })
  expect([first.alerts.length, second.alerts.length, third.alerts.length, third.before]).toEqual([100, 100, 100, null])
  expect(new Set([...first.alerts, ...second.alerts, ...third.alerts].map(({ id }) => id)).size).toBe(300)
  for (let at = 0; at < 150; at += 1) alerting.remove(`c${at}`)
  await pass(5)
  const ended = await alerting.list({ state: 'resolved', cluster: null, before: null })
  const more = await alerting.list({ state: 'resolved', cluster: null, before: ended.before })
  expect(new Set([...ended.alerts, ...more.alerts].map(({ id }) => id)).size).toBe(200)
  await expect(alerting.list({ state: 'resolved', cluster: null, before: 'x' })).rejects.toThrow('before is not')
})
