/** Every state and everything that may happen in it: a test a cell. */
import { describe, expect, test } from 'vitest'
import { type Connection, type ConnectionEvent, connectionAfter, IDLE, type ServerTerms } from './connection.ts'

const REFUSAL = { code: 'unknown-cluster', message: 'No cluster is called c.', remedy: 'Ask for another one.' }
const TERMS: ServerTerms = { heartbeatMs: 2_000, role: 'watch', refusal: REFUSAL }
const AT_MS = 100_000

const STATES = {
  idle: { state: 'idle', terms: TERMS },
  connecting: { state: 'connecting', terms: TERMS, attempt: 2, receivedAtMs: AT_MS },
  open: { state: 'open', terms: TERMS, receivedAtMs: AT_MS },
  waiting: { state: 'waiting', terms: TERMS, attempt: 3 },
} as const satisfies { [S in Connection['state']]: Connection }

const later = (ms: number) => ({ nowMs: AT_MS + ms })
const EVENTS = {
  'a cluster is wanted': { type: 'wanted', ...later(1), anew: true },
  'one that is watched is wanted again': { type: 'wanted', ...later(1), anew: false },
  'the server greets': { type: 'greeted', ...later(1), serverRunId: 'run', heartbeatMs: 1_000, role: 'operate' },
  'a newer server greets': { type: 'outdated', ...later(1) },
  'the server refuses': { type: 'refused', ...later(1), refusal: { ...REFUSAL, code: 'bad-message' } },
  'anything else is received': { type: 'received', ...later(1) },
  'the watch finds it alive': { type: 'checked', ...later(5_000), isWatching: true, chance: 0 },
  'the watch finds it silent for long': { type: 'checked', ...later(10_001), isWatching: true, chance: 0 },
  'it is silent and nothing is watched': { type: 'checked', ...later(10_001), isWatching: false, chance: 0 },
  'the socket closes': { type: 'closed', code: 1006, chance: 0 },
  'the server asks to sign in': { type: 'closed', code: 4401, chance: 0 },
  'the wait is over': { type: 'retry-due', ...later(1) },
  'somebody looks': { type: 'looked-at', ...later(1), isWatching: true },
  'somebody looks at a page that watches nothing': { type: 'looked-at', ...later(1), isWatching: false },
  'the page ends': { type: 'ended' },
} as const satisfies Record<string, ConnectionEvent>

/** The state afterwards, and what is done. Of a retry: after how many ms at the least. */
const TABLE: { [E in keyof typeof EVENTS]: { [S in Connection['state']]: string } } = {
  'a cluster is wanted': {
    idle: 'connecting: cancel-retry open',
    connecting: 'connecting:',
    open: 'open:',
    waiting: 'waiting:',
  },
  'one that is watched is wanted again': {
    idle: 'connecting: cancel-retry open',
    connecting: 'connecting:',
    open: 'open:',
    waiting: 'waiting:',
  },
  'the server greets': {
    idle: 'idle:',
    connecting: 'open: subscribe',
    open: 'open: subscribe',
    waiting: 'waiting:',
  },
  'a newer server greets': {
    idle: 'idle:',
    connecting: 'connecting: reload',
    open: 'open: reload',
    waiting: 'waiting:',
  },
  'the server refuses': { idle: 'idle:', connecting: 'connecting:', open: 'open:', waiting: 'waiting:' },
  'anything else is received': { idle: 'idle:', connecting: 'connecting:', open: 'open:', waiting: 'waiting:' },
  'the watch finds it alive': { idle: 'idle:', connecting: 'connecting:', open: 'open:', waiting: 'waiting:' },
  'the watch finds it silent for long': {
    idle: 'idle:',
    connecting: 'waiting: drop retry-500',
    open: 'waiting: drop retry-125',
    waiting: 'waiting:',
  },
  'it is silent and nothing is watched': {
    idle: 'idle:',
    connecting: 'waiting: drop retry-500',
    open: 'open:',
    waiting: 'waiting:',
  },
  'the socket closes': {
    idle: 'idle:',
    connecting: 'waiting: drop ask-session retry-500',
    open: 'waiting: drop retry-125',
    waiting: 'waiting:',
  },
  'the server asks to sign in': {
    idle: 'idle:',
    connecting: 'waiting: drop sign-in retry-500',
    open: 'waiting: drop sign-in retry-125',
    waiting: 'waiting:',
  },
  'the wait is over': {
    idle: 'idle:',
    connecting: 'connecting:',
    open: 'open:',
    waiting: 'connecting: cancel-retry open',
  },
  'somebody looks': {
    idle: 'connecting: cancel-retry open',
    connecting: 'connecting:',
    open: 'open: resync',
    waiting: 'connecting: cancel-retry open',
  },
  'somebody looks at a page that watches nothing': {
    idle: 'idle:',
    connecting: 'connecting:',
    open: 'open: resync',
    waiting: 'waiting:',
  },
  'the page ends': {
    idle: 'idle: cancel-retry drop',
    connecting: 'idle: cancel-retry drop',
    open: 'idle: cancel-retry drop',
    waiting: 'idle: cancel-retry drop',
  },
}

function cellOf(connection: Connection, event: ConnectionEvent): string {
  const { connection: after, actions } = connectionAfter(connection, event)
  const done = actions.map((action) => (action.do === 'retry' ? `retry-${action.inMs}` : action.do))
  return [`${after.state}:`, ...done].join(' ')
}

const cells = Object.entries(TABLE).flatMap(([event, row]) =>
  Object.entries(row).map(
    ([state, cell]) => [state, event, cell] as [keyof typeof STATES, keyof typeof EVENTS, string],
  ),
)

test.each(cells)('%s, and %s', (state, event, cell) => {
  expect(cellOf(STATES[state], EVENTS[event])).toBe(cell)
})

test('the table has every event', () => {
  const types: Record<ConnectionEvent['type'], true> = {
    wanted: true,
    greeted: true,
    outdated: true,
    refused: true,
    received: true,
    checked: true,
    closed: true,
    'retry-due': true,
    'looked-at': true,
    ended: true,
  }
  expect(new Set(Object.values(EVENTS).map(({ type }) => type))).toEqual(new Set(Object.keys(types)))
})

describe('what the states carry', () => {
  const become = (state: keyof typeof STATES, event: keyof typeof EVENTS) =>
    connectionAfter(STATES[state], EVENTS[event]).connection

  test('attempts count until the server greets, and begin anew where somebody looks', () => {
    expect(become('connecting', 'the socket closes')).toMatchObject({ attempt: 3 })
    expect(become('waiting', 'the wait is over')).toMatchObject({ attempt: 3, receivedAtMs: AT_MS + 1 })
    expect(become('open', 'the socket closes')).toMatchObject({ attempt: 1 })
    expect(become('waiting', 'somebody looks')).toMatchObject({ attempt: 0 })
  })

  test('whatever is received keeps it alive', () => {
    for (const event of ['the server refuses', 'anything else is received', 'a newer server greets'] as const) {
      expect(become('open', event)).toMatchObject({ receivedAtMs: AT_MS + 1 })
      expect(become('connecting', event)).toMatchObject({ receivedAtMs: AT_MS + 1 })
    }
  })

  test('what the server stated outlives its connection, and is the same object until it states something else', () => {
    for (const event of ['the socket closes', 'the page ends', 'anything else is received'] as const) {
      expect(become('open', event).terms).toBe(TERMS)
    }
    expect(become('open', 'the server greets').terms).toEqual({ heartbeatMs: 1_000, role: 'operate', refusal: null })
    expect(become('open', 'the server refuses').terms).toEqual({
      ...TERMS,
      refusal: { ...REFUSAL, code: 'bad-message' },
    })
  })

  test('what was refused was refused to the page before, and stands for one that goes on', () => {
    expect(become('open', 'a cluster is wanted').terms.refusal).toBeNull()
    expect(become('open', 'one that is watched is wanted again').terms.refusal).toBe(REFUSAL)
    expect(connectionAfter(IDLE, EVENTS['a cluster is wanted']).connection.terms).toBe(IDLE.terms)
  })

  test('a slow heartbeat gives a connection more time, a fast one no less than it takes to connect', () => {
    const open = (heartbeatMs: number): Connection => ({ ...STATES.open, terms: { ...TERMS, heartbeatMs } })
    const checked = (ms: number): ConnectionEvent => ({ type: 'checked', ...later(ms), isWatching: true, chance: 0 })
    expect(cellOf(open(3_000), checked(15_000))).toBe('open:')
    expect(cellOf(open(3_000), checked(15_001))).toContain('waiting')
    expect(cellOf(open(100), checked(5_000))).toBe('open:')
    expect(cellOf(open(100), checked(5_001))).toContain('waiting')
    expect(cellOf(STATES.connecting, checked(5_001))).toContain('waiting')
  })
})

test('its silence while nothing was watched does not count against it once something is', () => {
  const { open } = STATES
  const wanted = connectionAfter(open, { type: 'wanted', ...later(60_000), anew: true }).connection
  const checked = { type: 'checked', ...later(61_000), isWatching: true, chance: 0 } as const
  expect(connectionAfter(wanted, checked).connection.state).toBe('open')
  expect(connectionAfter(open, checked).connection.state).toBe('waiting')
})
