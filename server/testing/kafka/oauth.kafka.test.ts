/** SASL/OAUTHBEARER with tokens of a real provider, which real Apache Kafka validates. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { KafkaConnection, type Security } from '../../kafka/connection.ts'
import { securityOf } from '../../kafka/credentials/clientProperties.ts'
import { parseAddresses } from '../../program/options/options.ts'
import type { ListenerSecurity } from '../../sandbox/apacheKafka/layout.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { type CompanyProvider, KAFKA_AUDIENCE, KAFKA_CLIENT, startCompany } from '../access/companyProvider.ts'
import { until } from '../until.ts'
import { Watching } from '../watching.ts'

const VERSION = process.env.KAFKA_VERSIONS?.split(',')[0] ?? '4.3.1'
const MODULE = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required'
const VALIDATOR = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler'
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="secret"'
const IN_JAAS = `clientId="${KAFKA_CLIENT.id}" clientSecret="${KAFKA_CLIENT.secret}"`

const javaBefore = process.env.JAVA_TOOL_OPTIONS
const open: { close(): void }[] = []
let company: CompanyProvider
let kafka: ApacheKafka
let folder: string

const keys = () => `${company.issuer}/jwks`

/** Nodes speak PLAIN among each other, and validate the tokens of others. */
async function withTokens(): Promise<ListenerSecurity> {
  const listeners = ['controller', 'client'].flatMap((listener) => {
    const ours = `listener.name.${listener}`
    return [
      [`${ours}.sasl.enabled.mechanisms`, 'PLAIN,OAUTHBEARER'],
      [`${ours}.plain.sasl.jaas.config`, `${PLAIN} user_admin="secret";`],
      [`${ours}.oauthbearer.sasl.jaas.config`, `${MODULE};`],
      [`${ours}.oauthbearer.sasl.server.callback.handler.class`, VALIDATOR],
      [`${ours}.oauthbearer.sasl.oauthbearer.jwks.endpoint.url`, keys()],
      [`${ours}.oauthbearer.sasl.oauthbearer.expected.audience`, KAFKA_AUDIENCE],
      [`${ours}.oauthbearer.sasl.oauthbearer.expected.issuer`, company.issuer],
    ]
  })
  return {
    protocol: 'SASL_PLAINTEXT',
    nodeProperties: {
      ...Object.fromEntries(listeners),
      'sasl.enabled.mechanisms': 'PLAIN,OAUTHBEARER',
      'sasl.mechanism.controller.protocol': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    },
    clientProperties: {
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': `${PLAIN};`,
    },
  }
}

function client(options: string, more: Record<string, string> = {}): Promise<Security> {
  const entries = {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.jaas.config': `${MODULE} ${options};`,
    'sasl.oauthbearer.token.endpoint.url': `${company.issuer}/token`,
    ...more,
  }
  return securityOf(new Map(Object.entries(entries)))
}

function watch(security: Security): Watching {
  const watching = new Watching({ bootstrapControllers: kafka.bootstrapControllers, security })
  open.push({ close: () => watching.stop() })
  return watching
}

async function connect(security: Security): Promise<KafkaConnection> {
  const [address = { host: '', port: 0 }] = parseAddresses('test', kafka.bootstrapControllers.join(','))
  const connection = await KafkaConnection.open(address, security, { connectTimeoutMs: 5000, requestTimeoutMs: 5000 })
  open.push(connection)
  return connection
}

const isWatched = (watching: Watching) => watching.view('a tailed view', (v) => v.source.tailing)

async function refusal(security: Security): Promise<{ code: string; detail: string }> {
  const watching = watch(security)
  const problem = await watching.until('a problem', () => watching.observer.link.problem ?? false)
  // Not unreachable: the quorum may be well, and gates that need it to be down must not open.
  expect(watching.observer.link.state).toBe('refused')
  return { code: problem.code, detail: problem.detail }
}

/** As a provider would make it, without a signature that holds. */
function forged(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part({ alg: 'RS256', kid: 'none of theirs' })}.${part(claims)}.${'A'.repeat(342)}`
}

async function inFile(token: string): Promise<Security> {
  const file = join(folder, 'token')
  await writeFile(file, token)
  return await client('', { 'sasl.oauthbearer.token.endpoint.url': pathToFileURL(file).href })
}

async function fetchedToken(): Promise<string> {
  const answer = await fetch(`${company.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${KAFKA_CLIENT.id}:${KAFKA_CLIENT.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'kafka' }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quorumdeck-token-'))
  company = await startCompany({ isForKafka: true })
  company.register(company.issuer)
  process.env.JAVA_TOOL_OPTIONS = `-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${keys()}`
  kafka = await startApacheKafka({ version: VERSION, controllers: 1, brokers: 1, security: withTokens })
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})
afterAll(async () => {
  await kafka?.close()
  await company?.close()
  await rm(folder, { recursive: true, force: true })
  if (javaBefore === undefined) Reflect.deleteProperty(process.env, 'JAVA_TOOL_OPTIONS')
  else process.env.JAVA_TOOL_OPTIONS = javaBefore
})

test('client credentials are enough, in sasl.jaas.config and under the names of Kafka 4.1', async () => {
  await isWatched(watch(await client(`${IN_JAAS} scope="kafka"`)))
  await isWatched(
    watch(
      await client('', {
        'sasl.oauthbearer.client.credentials.client.id': KAFKA_CLIENT.id,
        'sasl.oauthbearer.client.credentials.client.secret': KAFKA_CLIENT.secret,
        'sasl.oauthbearer.scope': 'kafka',
      }),
    ),
  )
})

test('so is a file that holds a token', async () => {
  await isWatched(watch(await inFile(`${await fetchedToken()}\n`)))
})

test('what the provider refuses, and that it is not there, is shown as its own problem', async () => {
  expect(await refusal(await client(`clientId="${KAFKA_CLIENT.id}" clientSecret="wrong" scope="kafka"`))).toEqual({
    code: 'token',
    detail: expect.stringMatching(/^OAuth: the token endpoint http:.*\/token answered 401: invalid_client/),
  })
  const nowhere = await client(IN_JAAS, { 'sasl.oauthbearer.token.endpoint.url': 'http://127.0.0.1:1/token' })
  expect(await refusal(nowhere)).toEqual({
    code: 'token',
    detail: 'OAuth: the token endpoint http://127.0.0.1:1/token cannot be reached: nothing listens there',
  })
})

test('a token that the node does not accept is a refusal, and no lost connection', async () => {
  const seconds = Math.floor(Date.now() / 1000)
  const claims = { sub: 'deck', iss: company.issuer, aud: KAFKA_AUDIENCE, iat: seconds, exp: seconds + 600 }
  expect(await refusal(await inFile(forged(claims)))).toEqual({
    code: 'sasl-failed',
    detail: 'the node does not accept the token (invalid_token)',
  })
})

test('while the provider is down, a token that holds lets connections in', async () => {
  const security = await client(`${IN_JAAS} scope="kafka"`)
  await isWatched(watch(security))
  await company.down(true)
  try {
    await isWatched(watch(security))
    expect(await refusal(await client(`${IN_JAAS} scope="kafka"`))).toMatchObject({ code: 'token' })
  } finally {
    await company.down(false)
  }
})

test('a session that lasts longer than a timer can wait for is not signed in again at once', async () => {
  company.kafkaTokensLiveS(60 * 24 * 3600)
  try {
    const security = await client(`${IN_JAAS} scope="kafka"`)
    let signedIn = 0
    const own = security.sasl?.authenticate
    if (security.sasl === undefined || own === undefined) throw new Error('no way to sign in')
    security.sasl.authenticate = (...args) => {
      signedIn += 1
      own(...args)
    }
    // Nodes that have just started may not listen yet.
    const connection = await until('a connection', () => connect(security).catch(() => null))
    for (let asked = 0; asked < 20; asked += 1) await connection.finalizedFeatures()
    expect({ signedIn, isOpen: connection.isOpen }).toEqual({ signedIn: 1, isOpen: true })
  } finally {
    company.kafkaTokensLiveS(3600)
  }
})
