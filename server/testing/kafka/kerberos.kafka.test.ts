/** Kerberos with a real KDC, and sessions that end and are renewed (KIP-368), on real Apache Kafka. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hostPort } from '../../contract/hostPort.ts'
import { KafkaConnection, type Security } from '../../kafka/connection.ts'
import { securityOf } from '../../kafka/credentials/clientProperties.ts'
import { describeQuorum } from '../../kafka/describeQuorum.ts'
import { parseAddresses } from '../../program/options/options.ts'
import type { ListenerSecurity } from '../../sandbox/apacheKafka/layout.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { type Kdc, startKdc } from '../kerberos/kdc.ts'
import { until } from '../until.ts'
import { Watching } from '../watching.ts'

const VERSION = process.env.KAFKA_VERSIONS?.split(',')[0] ?? '4.3.1'
const REALM = 'QUORUMDECK.TEST'
const WATCHER = `quorumdeck@${REALM}`
const LOGIN = 'com.sun.security.auth.module.Krb5LoginModule required'
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="secret"'
/** Of a session: short, so that a test sees several. */
const SESSION_MS = 3000

const atKdc = { kdc: null as Kdc | null, keyTab: '' }
const before = { kerberos: process.env.KRB5_CONFIG, java: process.env.JAVA_TOOL_OPTIONS }
let kafka: ApacheKafka
const open: { close(): void }[] = []

function kdc(): Kdc {
  if (atKdc.kdc === null) throw new Error('no KDC')
  return atKdc.kdc
}

/** Controllers and brokers speak GSSAPI among each other; clients may use PLAIN too. */
async function kerberized(): Promise<ListenerSecurity> {
  const node = `${LOGIN} useKeyTab=true storeKey=true keyTab="${kdc().keyTab('kafka/localhost')}" principal="kafka/localhost@${REALM}";`
  const listeners = ['controller', 'client'].flatMap((listener) => [
    [`listener.name.${listener}.gssapi.sasl.jaas.config`, node],
    [`listener.name.${listener}.plain.sasl.jaas.config`, `${PLAIN} user_admin="secret";`],
    [`listener.name.${listener}.sasl.enabled.mechanisms`, 'GSSAPI,PLAIN'],
  ])
  return {
    protocol: 'SASL_PLAINTEXT',
    nodeProperties: {
      ...Object.fromEntries(listeners),
      'sasl.enabled.mechanisms': 'GSSAPI,PLAIN',
      'sasl.mechanism.controller.protocol': 'GSSAPI',
      'sasl.mechanism.inter.broker.protocol': 'GSSAPI',
      'sasl.kerberos.service.name': 'kafka',
      'connections.max.reauth.ms': String(SESSION_MS),
    },
    clientProperties: client(`useKeyTab=true keyTab="${atKdc.keyTab}" principal="${WATCHER}"`),
  }
}

function client(options: string, service = 'kafka'): Record<string, string> {
  return {
    'security.protocol': 'SASL_PLAINTEXT',
    'sasl.mechanism': 'GSSAPI',
    'sasl.kerberos.service.name': service,
    'sasl.jaas.config': `${LOGIN} ${options};`,
  }
}

const security = (properties: Record<string, string>): Promise<Security> =>
  securityOf(new Map(Object.entries(properties)))

function watch(with_: Security): Watching {
  const watching = new Watching({ bootstrapControllers: kafka.bootstrapControllers, security: with_ })
  open.push({ close: () => watching.stop() })
  return watching
}

const isWatched = (watching: Watching) => watching.view('a tailed view', (v) => v.source.tailing)

async function refusal(with_: Security): Promise<string> {
  const watching = watch(with_)
  const problem = await watching.until('a problem of Kerberos', () => {
    const found = watching.observer.link.problem
    return found?.code === 'kerberos' && found
  })
  // Not unreachable: the quorum may be well, and gates that need it to be down must not open.
  expect(watching.observer.link.state).toBe('refused')
  return problem.detail
}

async function connect(with_: Security): Promise<KafkaConnection> {
  const [address = { host: '', port: 0 }] = parseAddresses('test', kafka.bootstrapControllers.join(','))
  const connection = await KafkaConnection.open(address, with_, { connectTimeoutMs: 5000, requestTimeoutMs: 5000 })
  expect(connection.address).toBe(hostPort(address))
  open.push(connection)
  return connection
}

/** Counts how often somebody signs in. */
const counted = (with_: Security, count: () => void): Security => {
  const { sasl } = with_
  if (sasl?.authenticate !== undefined) {
    const own = sasl.authenticate
    return {
      ...with_,
      sasl: {
        ...sasl,
        authenticate: (...args) => {
          count()
          own(...args)
        },
      },
    }
  }
  const password = sasl?.password
  if (sasl === undefined || typeof password !== 'string') throw new Error('no password to count')
  return {
    ...with_,
    sasl: {
      ...sasl,
      password: () => {
        count()
        return password
      },
    },
  }
}

beforeAll(async () => {
  atKdc.kdc = await startKdc(REALM)
  atKdc.keyTab = kdc().keyTab(WATCHER)
  process.env.KRB5_CONFIG = kdc().configuration
  process.env.JAVA_TOOL_OPTIONS = `-Djava.security.krb5.conf=${kdc().configuration}`
  kafka = await startApacheKafka({ version: VERSION, controllers: 1, brokers: 1, security: kerberized })
})
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})
afterAll(async () => {
  await kafka?.close()
  await atKdc.kdc?.close()
  for (const [name, value] of [
    ['KRB5_CONFIG', before.kerberos],
    ['JAVA_TOOL_OPTIONS', before.java],
  ] as const) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
})

describe('Kerberos', () => {
  test('a keytab is enough, as for the tools of Kafka', async () => {
    await isWatched(watch(await security(client(`useKeyTab=true keyTab="${atKdc.keyTab}" principal="${WATCHER}"`))))
    const described = await kafka.tool('org.apache.kafka.tools.MetadataQuorumCommand', [
      ...['--bootstrap-controller', kafka.bootstrapControllers.join(',')],
      ...['--command-config', kafka.commandConfig ?? '', 'describe', '--status'],
    ])
    expect(described).toContain('LeaderId')
  })

  test('so is a ticket cache that kinit has filled', async () => {
    const cache = kdc().ticketCache(WATCHER, atKdc.keyTab)
    await isWatched(watch(await security(client(`useTicketCache=true ticketCache="${cache}"`))))
  })

  test('what the KDC refuses is shown in its words', async () => {
    const keyTab = (principal: string) => `useKeyTab=true keyTab="${atKdc.keyTab}" principal="${principal}"`
    expect(await refusal(await security(client(keyTab(`nobody@${REALM}`))))).toBe(
      `Kerberos: the keytab ${atKdc.keyTab} has no key of nobody@${REALM}`,
    )
    expect(await refusal(await security(client(keyTab(WATCHER), 'zookeeper')))).toMatch(
      /^Kerberos: Server .*not found in Kerberos database \(as quorumdeck@QUORUMDECK\.TEST at zookeeper@localhost\)/,
    )
    const gone = kdc().keyTab(`gone@${REALM}`)
    kdc().remove(`gone@${REALM}`)
    expect(await refusal(await security(client(`useKeyTab=true keyTab="${gone}" principal="gone@${REALM}"`)))).toMatch(
      /^Kerberos: .*not found in Kerberos database/,
    )
    // A keytab whose key the KDC has replaced since.
    const old = kdc().keyTab(`old@${REALM}`)
    kdc().keyTab(`old@${REALM}`)
    expect(await refusal(await security(client(`useKeyTab=true keyTab="${old}" principal="old@${REALM}"`)))).toMatch(
      /^Kerberos: .*failed/i,
    )
  })

  test('while no KDC answers, who is watched stays watched; who comes waits for it and is let in when it is back', async () => {
    const first = watch(await security(client(`useKeyTab=true keyTab="${atKdc.keyTab}" principal="${WATCHER}"`)))
    await isWatched(first)
    const principal = `late@${REALM}`
    const keyTab = kdc().keyTab(principal)
    const late = await security(client(`useKeyTab=true keyTab="${keyTab}" principal="${principal}"`))
    await kdc().stop()
    expect(await refusal(late)).toMatch(/^Kerberos: .*KDC/)
    await kdc().start()
    await isWatched(watch(late))
    const own = await security(client(`useKeyTab=true keyTab="${atKdc.keyTab}" principal="${WATCHER}"`))
    let signedIn = 0
    const stays = await connect(
      counted(own, () => {
        signedIn += 1
      }),
    )
    kdc().freeze()
    try {
      // The same credential waits for a ticket that it does not have; those that it has need no KDC.
      const without = client(`useKeyTab=true keyTab="${atKdc.keyTab}" principal="${WATCHER}"`, 'nobody-has-this')
      expect(await refusal(await security(without))).toMatch(/^Kerberos: no ticket from a KDC in time/)
      await until('three sessions more, or the end', () => signedIn >= 4 || !stays.isOpen)
      expect(stays.isOpen).toBe(true)
      const frozen = `frozen@${REALM}`
      const other = kdc().keyTab(frozen)
      const options = `useKeyTab=true keyTab="${other}" principal="${frozen}"`
      expect(await refusal(await security(client(options)))).toMatch(/^Kerberos: no ticket from a KDC in time/)
      const since = first.observer.view?.seq ?? 0
      await first.view('the next view', (v) => v.seq > since + 3)
    } finally {
      kdc().thaw()
    }
  })
})

describe('sessions that end (KIP-368)', () => {
  test.each([
    ['GSSAPI', () => client(`useKeyTab=true keyTab="${atKdc.keyTab}" principal="${WATCHER}"`)],
    [
      'PLAIN',
      () => ({
        'security.protocol': 'SASL_PLAINTEXT',
        'sasl.mechanism': 'PLAIN',
        'sasl.jaas.config': `${PLAIN};`,
      }),
    ],
  ] as const)('%s: one connection signs in again and again while requests are under way', async (_name, properties) => {
    const own = await security(properties())
    await isWatched(watch(own))
    let signedIn = 0
    const connection = await connect(
      counted(own, () => {
        signedIn += 1
      }),
    )
    let answers = 0
    let ended: unknown = null
    const ask = async () => {
      while (signedIn < 4) {
        const answer = await describeQuorum(connection)
        expect(answer).toHaveProperty('ok', true)
        answers += 1
      }
    }
    const asking = Promise.all([ask(), ask(), ask()]).catch((error: unknown) => {
      ended = error
    })
    await until('three sessions more, or a failure', () => signedIn >= 4 || ended !== null)
    await asking
    expect(ended).toBeNull()
    expect(connection.isOpen).toBe(true)
    expect(answers).toBeGreaterThan(10)
  })

  test('a request that waits for the next session ends when the connection is closed', async () => {
    const own = await security({
      'security.protocol': 'SASL_PLAINTEXT',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': `${PLAIN};`,
    })
    await isWatched(watch(own))
    let signedIn = 0
    const password = () => {
      signedIn += 1
      return signedIn === 1 ? 'secret' : new Promise<string>(() => {})
    }
    if (own.sasl === undefined) throw new Error('no way to sign in')
    const connection = await connect({ ...own, sasl: { ...own.sasl, password } })
    await until('signing in again', () => signedIn === 2)
    const waiting = connection.finalizedFeatures().catch((error: unknown) => error)
    connection.close()
    expect(await waiting).toMatchObject({ code: 'connection-lost' })
  })
})
