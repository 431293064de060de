/** One controller's own statement in words. */
import { expect, test } from 'vitest'
import type { ControllerAccount } from '../../server/contract/quorumView.ts'
import { aView } from '../testing/exampleView.ts'
import { accountRow, accountsNeedEyes } from './accountRow.ts'

const account = (over: Partial<ControllerAccount> = {}): ControllerAccount => ({
  address: 'localhost:8001',
  recordedId: 1,
  registeredId: 1,
  configured: true,
  reach: 'answers',
  nodeId: 1,
  roles: ['controller'],
  sameCluster: true,
  leaderId: 0,
  leaderEpoch: 9,
  sinceMs: 0,
  problem: '',
  certificate: null,
  ...over,
})

test('as it should be', () => {
  expect(accountRow(account(), aView())).toEqual({
    tone: 'ok',
    glyph: '✓',
    reach: 'answers',
    identity: 'node 1, controller',
    places: 'voter 1 · registered · bootstrap',
    leader: '0, epoch 9',
    logEnd: '535',
    certificate: '—',
  })
  expect(accountsNeedEyes(aView({ controllers: [account()] }))).toBe(false)
})

test.each([
  [account({ nodeId: 2 }), 'another node answers', 'node 2, controller'],
  [account({ sameCluster: false }), 'another node answers', 'another cluster'],
  [account({ reach: 'unverifiable', nodeId: null, roles: null }), 'not verifiable', 'not stated'],
  [account({ reach: 'refused', nodeId: null, roles: null }), 'refused', 'not stated'],
  [account({ reach: 'silent', nodeId: null, roles: null }), 'no answer', 'not stated'],
] as const)('what is not, opens the table (%#)', (one, reach, identity) => {
  expect(accountRow(one, aView())).toMatchObject({ reach, identity })
  expect(accountsNeedEyes(aView({ controllers: [one] }))).toBe(true)
})

test('nobody leads: whom each names, and the log end that was seen last', () => {
  const view = aView({}, { leaderId: null })
  expect(accountRow(account({ leaderId: null }), view)).toMatchObject({
    leader: 'nobody, epoch 9',
    logEnd: '535 (last seen)',
  })
  expect(accountRow(account({ leaderId: 1 }), view).leader).toBe('1, itself, epoch 9')
  expect(accountRow(account({ leaderId: null, leaderEpoch: null }), view).leader).toBe('not stated')
  expect(accountsNeedEyes(view)).toBe(true)
})

test('the log of a rival is the one that it states, not what is known of its node id here', () => {
  const rival = {
    address: 'localhost:8001',
    nodeId: 1,
    leaderEpoch: 4,
    voters: [],
    highWatermark: 40,
    logEndOffset: 41,
    followers: [],
    proven: true,
  }
  expect(accountRow(account({ leaderId: 1, leaderEpoch: 4 }), aView({}, { rivals: [rival] })).logEnd).toBe('41')
  expect(accountRow(account({ leaderId: 2, leaderEpoch: 4 }), aView()).logEnd).toBe('—')
})

test('the certificate: for whom, and how long', () => {
  const certificate = { names: ['c1', '10.0.0.1'], validToMs: aView().observedAtMs + 12.5 * 86_400_000 }
  expect(accountRow(account({ certificate }), aView()).certificate).toBe('c1, 10.0.0.1; 12 days left')
})
