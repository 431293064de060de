import { describe, expect, test } from 'vitest'
import type { TestedAddress } from '../../contract/fleet/connectionTest.ts'
import { apiVersionsVerdict, handshakeVerdict, identityVerdict, saslWanted } from './kafkaVerdicts.ts'
import { overall, withSkipped, worstOf } from './overall.ts'
import { type Right, rightsVerdict } from './rightsVerdict.ts'

const ID = '4L6g3nShT-eMCtK--X86sw'
const range = { min: 0, max: 1 }

describe('what a node offers', () => {
  const release = new Map([['metadata.version', { min: 7, max: 25 }]])
  test.each([
    [[55, 80], 'ok', /voter changes/],
    [[55], 'ok', /watched, not changed/],
    [[1, 3], 'failed', /no node of a KRaft cluster/],
  ])('apis %j: %s', (keys, state, words) => {
    const verdict = apiVersionsVerdict(new Map(keys.map((key) => [key, range])), release)
    expect(verdict.state).toBe(state)
    expect(verdict.found.join('\n')).toMatch(words)
    expect(verdict.found.join('\n')).toContain('Apache Kafka 4.')
  })
})

describe('authentication', () => {
  test('a mechanism that is offered is tried; one that is not is named with those that are', () => {
    expect(handshakeVerdict({ errorCode: 0, mechanisms: ['PLAIN'] }, 'PLAIN', true)).toBeNull()
    expect(handshakeVerdict({ errorCode: 33, mechanisms: ['SCRAM-SHA-512'] }, 'PLAIN', true)).toMatchObject({
      state: 'failed',
      found: ['PLAIN is not offered here. Offered: SCRAM-SHA-512.'],
    })
  })
  test('a listener without SASL is told by the protocol to set', () => {
    expect(handshakeVerdict({ errorCode: 34, mechanisms: [] }, 'PLAIN', true)?.remedy).toContain(
      'security.protocol=SSL ',
    )
    expect(handshakeVerdict({ errorCode: 34, mechanisms: [] }, 'PLAIN', false)?.remedy).toContain('=PLAINTEXT ')
  })
  test('a hang-up is a wish for SASL only where the listener says so', () => {
    expect(saslWanted(null)).toBeNull()
    expect(saslWanted({ errorCode: 34, mechanisms: [] })).toBeNull()
    expect(saslWanted({ errorCode: 0, mechanisms: ['PLAIN'] })?.found[0]).toContain('asks for SASL (PLAIN)')
  })
})

describe('rights', () => {
  const all = (change: Partial<Record<Right, boolean | null>> = {}) =>
    new Map<Right, boolean | null>(
      Object.entries({ DESCRIBE: true, CLUSTER_ACTION: true, ALTER: true, DESCRIBE_CONFIGS: true, ...change }) as [
        Right,
        boolean | null,
      ][],
    )
  test('all of them', () => {
    expect(rightsVerdict(all(), 'deck')).toMatchObject({ state: 'ok', remedy: '' })
  })
  test('one that is missing is named, with what is not seen and what to do', () => {
    expect(rightsVerdict(all({ ALTER: false }), 'deck')).toMatchObject({
      state: 'warning',
      remedy: 'Grant ALTER on CLUSTER to User:deck, with kafka-acls.',
    })
    expect(rightsVerdict(all({ DESCRIBE: false }), null)).toMatchObject({ state: 'failed' })
  })
  test('what could not be tried is no right', () => {
    expect(rightsVerdict(all({ DESCRIBE: null }), null).state).toBe('failed')
    expect(rightsVerdict(all({ CLUSTER_ACTION: null }), null).found).toContain('Not known: CLUSTER_ACTION')
  })
})

describe('identity', () => {
  test.each([
    [{ nodeId: 1, clusterId: ID }, null, [], 'ok'],
    [{ nodeId: 1, clusterId: ID }, ID, [], 'ok'],
    [{ nodeId: null, clusterId: ID }, null, [], 'ok'],
    [{ nodeId: 1, clusterId: ID }, 'another', [], 'failed'],
    [{ nodeId: 1, clusterId: ID }, null, ['Orders'], 'warning'],
    [{ nodeId: 1, clusterId: null }, ID, [], 'warning'],
    [{ nodeId: 1, clusterId: null }, null, [], 'warning'],
  ])('%j, expected %j, watched as %j: %s', (identity, expected, watchedAs, state) => {
    expect(identityVerdict(identity, expected, watchedAs).state).toBe(state)
  })
})

describe('all together', () => {
  const tested = (state: TestedAddress['state'], clusterId: string | null): TestedAddress => ({
    address: 'a:1',
    endpoint: 'controller',
    state,
    hops: [],
    nodeId: null,
    clusterId,
  })
  test.each([
    [[tested('ok', ID), tested('ok', ID)], 'ok', ID],
    [[tested('ok', ID), tested('failed', null)], 'warning', ID],
    [[tested('failed', null), tested('failed', null)], 'failed', null],
    [[tested('ok', ID), tested('ok', 'another')], 'failed', null],
    [[tested('ok', ID), tested('warning', ID)], 'warning', ID],
  ])('%#', (addresses, state, clusterId) => {
    expect(overall(addresses)).toMatchObject({ state, clusterId })
  })
  test('a hop that was not made has its line, and says nothing about the rest', () => {
    const hops = withSkipped([{ hop: 'name', state: 'ok', tookMs: 1, found: [], remedy: '' }], 'not made')
    expect(hops.map(({ hop, state }) => `${hop}:${state}`).slice(0, 2)).toEqual(['name:ok', 'tcp:skipped'])
    expect(hops).toHaveLength(7)
    expect(worstOf(hops.map(({ state }) => state))).toBe('ok')
  })
})
