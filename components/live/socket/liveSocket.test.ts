import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { aView } from '../../testing/exampleView.ts'
import { LiveClusters, type LivePage, NOTHING_HELD } from '../liveClusters.ts'

/** Stands in for the browser's websocket; the test speaks the server's part. */
class FakeSocket {
  readyState = 0
  sent: Record<string, unknown>[] = []
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  closed = false
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {
    this.closed = true
  }
  say(message: object) {
    this.readyState = 1
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  hello(serverRunId = 'run', protocol = 1) {
    this.say({ type: 'hello', protocol, serverRunId, role: 'operate', heartbeatMs: 1_000 })
  }
  fail(code = 1006) {
    this.onclose?.({ code })
  }
}

function setUp() {
  const sockets: FakeSocket[] = []
  const page = {
    nowMs: () => Date.now(),
    signInNeeded: vi.fn(),
    couldNotConnect: vi.fn(),
    outdated: vi.fn(),
    connected: vi.fn(),
    missed: vi.fn(),
    viewed: vi.fn(),
  } satisfies LivePage
  const open = () => {
    const socket = new FakeSocket()
    sockets.push(socket)
    return socket as unknown as WebSocket
  }
  const live = new LiveClusters(open, page)
  const last = () => {
    const socket = sockets.at(-1)
    if (socket === undefined) throw new Error('no connection was opened')
    return socket
  }
  return { live, page, sockets, last }
}

const link = { state: 'live', sinceMs: 0, problem: null, attempts: [] }
const snapshot = { type: 'snapshot', cluster: 'c', ageMs: 5, intervalMs: 1_000, link, view: aView(), workflows: [] }
const delta = (seq: number) => ({ type: 'delta', cluster: 'c', seq, at: 1, ageMs: 5 })

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('subscribes once the server has greeted, and once per cluster', () => {
  const { live, last } = setUp()
  live.watch('c')
  live.watch('c')
  expect(last().sent).toEqual([])
  last().hello()
  expect(last().sent).toEqual([{ type: 'subscribe', cluster: 'c' }])
})

test('goes on from the view it holds within one server run, and starts anew in another', () => {
  const { live, last } = setUp()
  live.watch('c')
  last().hello('run')
  last().say({ ...snapshot, view: aView({ serverRunId: 'run', seq: 41 }) })
  last().fail()
  vi.advanceTimersByTime(5_000)
  last().hello('run')
  expect(last().sent).toEqual([{ type: 'subscribe', cluster: 'c', serverRunId: 'run', seq: 41 }])
  last().fail()
  vi.advanceTimersByTime(5_000)
  last().hello('after the restart')
  expect(last().sent).toEqual([{ type: 'subscribe', cluster: 'c' }])
})

test('asks for a snapshot once when there is a gap, and drops deltas until it comes', () => {
  const { live, page, last } = setUp()
  live.watch('c')
  last().hello()
  last().say(delta(7))
  expect(live.held('c').shown).toBe(NOTHING_HELD.shown)
  last().say({ ...snapshot, view: aView({ cluster: 'c', seq: 7 }) })
  last().say(delta(9))
  last().say(delta(8))
  expect(last().sent.filter((message) => message.type === 'resync')).toHaveLength(1)
  expect(live.held('c').shown.view?.seq).toBe(7)
  expect(page.viewed).toHaveBeenCalledTimes(1)
  last().say({ ...snapshot, view: aView({ cluster: 'c', seq: 9 }) })
  last().say(delta(10))
  expect(live.held('c').shown.view?.seq).toBe(10)
  expect(page.viewed).toHaveBeenCalledTimes(3)
})

test('gives up a connection on which nothing is heard, and tries again', () => {
  const { live, sockets, last } = setUp()
  live.watch('c')
  last().hello()
  last().say(snapshot)
  vi.advanceTimersByTime(4_000)
  expect(sockets).toHaveLength(1)
  vi.advanceTimersByTime(6_000)
  expect(sockets[0]?.closed).toBe(true)
  expect(sockets.length).toBeGreaterThan(1)
})

test('asks whether to sign in when a connection cannot be opened, and knows it from close code 4401', () => {
  const { live, page, last } = setUp()
  live.watch('c')
  last().fail()
  expect(page.couldNotConnect).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1_000)
  last().hello()
  last().fail(4401)
  expect(page.signInNeeded).toHaveBeenCalledTimes(1)
})

test('does not wait for the next attempt when somebody looks again', () => {
  const { live, sockets, last } = setUp()
  live.watch('c')
  for (let i = 0; i < 6; i++) {
    last().fail()
    vi.advanceTimersByTime(4_000)
  }
  last().fail()
  const before = sockets.length
  live.socket.recheck()
  expect(sockets).toHaveLength(before + 1)
})

test('does not read a message of another protocol or another shape', () => {
  const { live, page, last } = setUp()
  live.watch('c')
  last().hello('run', 2)
  expect(page.outdated).toHaveBeenCalledTimes(1)
  last().hello()
  last().say({ type: 'snapshot', cluster: 'c', view: 'none' })
  last().onmessage?.({ data: '{' })
  expect(live.held('c').shown).toBe(NOTHING_HELD.shown)
})

test('follows a run after the subscription, again after each new connection, and until it is left', () => {
  const { live, sockets, last } = setUp()
  live.watch('c')
  const leave = live.follow('c', 'run-1')
  last().hello()
  expect(last().sent.map((message) => message.type)).toEqual(['subscribe', 'follow'])
  last().fail()
  vi.advanceTimersByTime(1_000)
  expect(sockets.length).toBeGreaterThan(1)
  last().hello()
  expect(last().sent.at(-1)).toEqual({ type: 'follow', cluster: 'c', workflow: 'run-1' })
  leave()
  expect(last().sent.at(-1)).toEqual({ type: 'follow', cluster: 'c', workflow: null })
})

test('who follows another run by then is not unfollowed by the one before', () => {
  const { live, last } = setUp()
  live.watch('c')
  last().hello()
  const leave = live.follow('c', 'run-1')
  live.follow('c', 'run-2')
  leave()
  expect(last().sent.at(-1)).toEqual({ type: 'follow', cluster: 'c', workflow: 'run-2' })
})

test('ages and silence are of the time of watching: who watches again has heard nothing yet', () => {
  const { live, last } = setUp()
  const stop = live.watch('c')
  last().hello()
  last().say({ ...snapshot, view: aView({ seq: 41 }) })
  expect(live.held('c').pulse?.ageMs).toBe(5)
  stop()
  expect(last().sent.at(-1)).toEqual({ type: 'unsubscribe', cluster: 'c' })
  expect(live.watchedSinceMs('c')).toBeNull()
  last().say({ type: 'ping', cluster: 'c', ageMs: 7 })
  expect(live.held('c').pulse).toBeNull()
  vi.advanceTimersByTime(2_000)
  live.watch('c')
  expect(live.watchedSinceMs('c')).toBe(Date.now())
  expect(last().sent.at(-1)).toEqual({ type: 'subscribe', cluster: 'c', serverRunId: 'run', seq: 41 })
  expect(live.held('c')).toMatchObject({ pulse: null, awaits: 'nothing', shown: { view: { seq: 41 } } })
})

test('tells its readers of what is shown, and not of a ping', () => {
  const { live, last } = setUp()
  const changed = vi.fn()
  live.subscribe(changed)
  live.watch('c')
  last().hello()
  last().say(snapshot)
  last().say({ type: 'ping', cluster: 'c', ageMs: 7 })
  expect(changed).toHaveBeenCalledTimes(1)
  expect(live.held('c').pulse?.ageMs).toBe(7)
})

test('a page that ends closes its connection, and one that watches again opens another', () => {
  const { live, sockets, last } = setUp()
  live.watch('c')
  last().hello()
  live.socket.close()
  expect(last().closed).toBe(true)
  vi.advanceTimersByTime(60_000)
  expect(sockets).toHaveLength(1)
  live.watch('d')
  expect(sockets).toHaveLength(2)
  last().hello()
  expect(last().sent.map((message) => message.cluster)).toEqual(['c', 'd'])
})

test('events that passed unseen are asked for: after a time without readers, and after views that were left out', () => {
  const { live, page, last } = setUp()
  const stop = live.watch('c')
  last().hello()
  last().say(snapshot)
  expect(page.missed).not.toHaveBeenCalled()
  last().say({ ...snapshot, view: aView({ seq: snapshot.view.seq + 5 }) })
  expect(page.missed).toHaveBeenCalledTimes(1)
  stop()
  live.watch('c')
  expect(page.missed).toHaveBeenCalledTimes(2)
})
