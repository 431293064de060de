/** The way to a real Apache Kafka with TLS, SASL and ACLs: each hop tells what it is about. */
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testConnection } from '../../connectionTest/testConnection.ts'
import { tryRightsAt } from '../../connectionTest/tryRightsAt.ts'
import type { Security } from '../../kafka/connection.ts'
import { securityOf } from '../../kafka/credentials/clientProperties.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { systemClock } from '../../quorum/reading/clock.ts'
import {
  clientProperties,
  PLAIN_USER,
  type Stores,
  SUPER_USER,
  saslTls,
} from '../../sandbox/apacheKafka/certificates.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { wordsOf } from '../paper/shellWords.ts'
import { PATIENCE_MS } from '../patience.ts'

let kafka: ApacheKafka
let stores: Stores

beforeAll(async () => {
  kafka = await startApacheKafka({
    version: '4.3.1',
    controllers: 1,
    brokers: 1,
    security: saslTls,
    formatArguments: ['--add-scram', `SCRAM-SHA-512=[name=${SUPER_USER.username},password=${SUPER_USER.password}]`],
  })
  const folder = dirname(kafka.commandConfig ?? '')
  stores = { keyStore: join(folder, 'key.p12'), trustStore: join(folder, 'trust.p12'), password: 'sandbox-only' }
  // It answers some seconds after its process has been started, and knows its users once it leads.
  const identified = async () => expect((await tested(await as(SUPER_USER))).clusterId).not.toBeNull()
  await vi.waitFor(identified, { timeout: PATIENCE_MS, interval: 250 })
})
afterAll(async () => kafka?.close())

const as = (user: { username: string; password: string }, change: Record<string, string> = {}) =>
  securityOf(new Map(Object.entries({ ...clientProperties(stores, 'PLAIN', user), ...change })))

async function tested(security: Security) {
  const [address] = parseAddresses('test', kafka.bootstrapControllers)
  if (address === undefined) throw new Error('no controller')
  const { addresses, clusterId } = await testConnection([{ endpoint: 'controller', address }], {
    security,
    expectedClusterId: null,
    watchedAs: () => [],
    clock: systemClock,
  })
  const hops = addresses[0]?.hops ?? []
  return {
    clusterId,
    states: hops.map(({ hop, state }) => `${hop}:${state}`),
    words: hops
      .filter(({ state }) => state === 'failed' || state === 'warning')
      .flatMap(({ found, remedy }) => [...found, remedy])
      .join(' '),
  }
}

test('whoever may do everything gets to the end', async () => {
  const { states, clusterId, words } = await tested(await as(SUPER_USER))
  expect([states.slice(0, 2), states.slice(3)]).toEqual([
    ['name:ok', 'tcp:ok'],
    ['sasl:ok', 'api-versions:ok', 'rights:ok', 'identity:ok'],
  ])
  // The certificate of the test may be short-lived; it is trusted in any case.
  expect(states[2]).toMatch(/^tls:(ok|warning)$/)
  expect([clusterId?.length, words.includes('sandbox-only')]).toEqual([22, false])
})

test('a wrong password, and no word of it', async () => {
  const { states, words } = await tested(await as({ ...SUPER_USER, password: 'wrong-password' }))
  expect(states.slice(3, 5)).toEqual(['sasl:failed', 'api-versions:ok'])
  expect(words).toContain('user, password, token or ticket are not accepted')
  expect(words).not.toContain('wrong-password')
})

test('a mechanism that is not offered is named with those that are', async () => {
  const { states, words } = await tested(await as(SUPER_USER, { 'sasl.mechanism': 'SCRAM-SHA-256' }))
  expect(states[3]).toBe('sasl:failed')
  expect(words).toMatch(/SCRAM-SHA-256 is not offered here\. Offered: .*PLAIN/)
})

test('without SASL the listener is said to ask for it', async () => {
  const { states, words } = await tested(await as(SUPER_USER, { 'security.protocol': 'SSL' }))
  expect(states[3]).toBe('sasl:failed')
  expect(words).toContain('asks for SASL')
})

test('without TLS', async () => {
  const { states, words } = await tested(await as(SUPER_USER, { 'security.protocol': 'SASL_PLAINTEXT' }))
  expect(states[2]).toBe('tls:failed')
  expect(words).toContain('SASL_SSL')
})

test('an authority that nobody knows', async () => {
  const { states, words } = await tested(await as(SUPER_USER, { 'ssl.truststore.location': '' }))
  expect(states[2]).toBe('tls:failed')
  expect(words).toContain('Nobody we trust has issued it')
})

test('somebody without rights is told which, and as whom', async () => {
  const { states, words } = await tested(await as(PLAIN_USER))
  expect(states.slice(3, 6)).toEqual(['sasl:ok', 'api-versions:ok', 'rights:failed'])
  expect(words).toContain('DESCRIBE on the cluster is missing')
  expect(words).toContain(`User:${PLAIN_USER.username}`)
})

test('the command that is shown for a missing right grants it', async () => {
  const [address] = parseAddresses('test', kafka.bootstrapControllers)
  if (address === undefined) throw new Error('no controller')
  const rightsOf = async () => {
    const { rights } = await tryRightsAt([{ endpoint: 'controller', address }], await as(PLAIN_USER), systemClock.nowMs)
    return new Map(rights.map((one) => [one.right, one]))
  }
  const missing = [...(await rightsOf()).values()].filter(({ held }) => held === false)
  expect(missing.map(({ right }) => right)).toEqual(['DESCRIBE', 'CLUSTER_ACTION', 'ALTER', 'DESCRIBE_CONFIGS'])
  for (const { command } of missing) {
    const [program, ...args] = wordsOf(command ?? '')
    await kafka.tool(
      program,
      args.map((word) => (word === 'admin.properties' ? (kafka.commandConfig ?? '') : word)),
    )
  }
  const held = async () =>
    expect([...(await rightsOf()).values()].map((one) => one.held)).toEqual([true, true, true, true])
  await vi.waitFor(held, { timeout: PATIENCE_MS, interval: 250 })
})
