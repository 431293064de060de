/**
 * What of a client properties file counts and what does not, before anything relies on it. People copy these files from
 * brokers, where the same settings have other names: a client ignores those without a word.
 */
import { usesSasl } from '../../nodeConfig/listenerConfig.ts'
import { HOSTS_KEY } from './clientProperties.ts'

/** Read here; the names are those of Kafka's own clients. */
const USED = new Set([
  'security.protocol',
  'sasl.mechanism',
  'sasl.jaas.config',
  'sasl.oauthbearer.token.endpoint.url',
  'sasl.oauthbearer.client.credentials.client.id',
  'sasl.oauthbearer.client.credentials.client.secret',
  'sasl.oauthbearer.scope',
  'sasl.oauthbearer.header.urlencode',
  'sasl.kerberos.service.name',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'ssl.truststore.type',
  'ssl.truststore.certificates',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.keystore.type',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.key',
  'ssl.key.password',
  'ssl.endpoint.identification.algorithm',
  HOSTS_KEY,
])

/** Settings of a node that stand for the same as one of a client. */
const OF_NODES: Readonly<Record<string, string>> = {
  'security.inter.broker.protocol': 'security.protocol',
  'sasl.mechanism.inter.broker.protocol': 'sasl.mechanism',
  'sasl.mechanism.controller.protocol': 'sasl.mechanism',
  'sasl.enabled.mechanisms': 'sasl.mechanism',
}

/** Only a node has them. */
const PROVES_A_NODE = [
  'process.roles',
  'node.id',
  'listeners',
  'advertised.listeners',
  'controller.quorum.voters',
  'log.dirs',
]

const USER = 'required username="…" password="…";'
/** A line of sasl.jaas.config for each mechanism. */
const JAAS: Readonly<Record<string, string>> = {
  PLAIN: `org.apache.kafka.common.security.plain.PlainLoginModule ${USER}`,
  OAUTHBEARER:
    'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="…" clientSecret="…";',
  GSSAPI:
    'com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab="/path/of.keytab" principal="…@REALM";',
}
const JAAS_OF_SCRAM = `org.apache.kafka.common.security.scram.ScramLoginModule ${USER}`

const SECRET = /password|jaas|key$|secret/i
/** `listener.name.controller.scram-sha-512.sasl.jaas.config`: the name of a listener, and perhaps of a mechanism, before the key. */
const OF_A_LISTENER = /^listener\.name\.[\w-]+\.(?:(plain|scram-sha-256|scram-sha-512|oauthbearer|gssapi)\.)?(.+)$/

export interface IgnoredKey {
  key: string
  why: string
  /** The line that counts, without the value where that is a secret; `null` where there is none. */
  instead: string | null
}

/** In words: what is wrong, what it means, what to do. */
interface FileProblem {
  code: string
  title: string
  detail: string
  remedy: string
}

export interface ClientFileCheck {
  used: string[]
  ignored: IgnoredKey[]
  /** Lines that the file lacks for what it says it wants. */
  missing: string[]
  problems: FileProblem[]
}

function lineOf(key: string, value: string): string {
  return `${key}=${SECRET.test(key) ? '<as in the line above>' : value}`
}

function ignored(key: string, value: string): IgnoredKey {
  const listener = OF_A_LISTENER.exec(key)
  if (listener !== null) {
    const [, mechanism, own = ''] = listener
    const named = mechanism === undefined ? [] : [`sasl.mechanism=${mechanism.toUpperCase()}`]
    return {
      key,
      why: 'It is of one listener of a node; clients do not read keys with listener.name.',
      instead: USED.has(own) ? [...named, lineOf(own, value)].join('\n') : null,
    }
  }
  const own = OF_NODES[key]
  if (own !== undefined) {
    const [first = ''] = value.split(',')
    return { key, why: 'It is of nodes; a client has another name for it.', instead: lineOf(own, first.trim()) }
  }
  return {
    key,
    why: PROVES_A_NODE.includes(key) ? 'It is of a node: this is a server.properties.' : 'Quorumdeck does not read it.',
    instead: null,
  }
}

/** @param properties of the file @param problem what keeps it from being used; `null`: it can be */
export function checkClientFile(properties: ReadonlyMap<string, string>, problem: string | null): ClientFileCheck {
  const keys = [...properties.keys()]
  const others = keys.filter((key) => !USED.has(key)).map((key) => ignored(key, properties.get(key) ?? ''))
  const protocol = (properties.get('security.protocol') ?? '').trim().toUpperCase()
  const sasl = usesSasl(protocol)
  const hasSasl = keys.some((key) => key.includes('sasl.'))
  const hasTls = keys.some((key) => key.includes('ssl.'))
  const mechanism = properties.get('sasl.mechanism')?.trim().toUpperCase()
  const wantsSasl = sasl || hasSasl
  const lacks = (key: string) => properties.get(key) === undefined
  const missing = [
    ...(protocol === '' && (hasSasl || hasTls)
      ? [`security.protocol=${hasSasl ? `SASL_${hasTls ? 'SSL' : 'PLAINTEXT'}` : 'SSL'}`]
      : []),
    ...(wantsSasl && mechanism === undefined
      ? ['sasl.mechanism=SCRAM-SHA-512   # or PLAIN, SCRAM-SHA-256, OAUTHBEARER, GSSAPI']
      : []),
    ...(wantsSasl && lacks('sasl.jaas.config') ? [`sasl.jaas.config=${JAAS[mechanism ?? ''] ?? JAAS_OF_SCRAM}`] : []),
    ...(wantsSasl &&
    mechanism === 'GSSAPI' &&
    lacks('sasl.kerberos.service.name') &&
    !/\bserviceName\s*=/.test(properties.get('sasl.jaas.config') ?? '')
      ? ['sasl.kerberos.service.name=kafka   # the first part of the principal of the nodes']
      : []),
    ...(wantsSasl &&
    mechanism === 'OAUTHBEARER' &&
    lacks('sasl.oauthbearer.token.endpoint.url') &&
    !/\bunsecuredLogin/.test(properties.get('sasl.jaas.config') ?? '')
      ? ['sasl.oauthbearer.token.endpoint.url=https://…   # of the provider; file:///… where a token is kept in a file']
      : []),
  ]
  const isNode = PROVES_A_NODE.some((key) => properties.has(key))
  const problems: FileProblem[] = [
    ...(problem === null
      ? []
      : [
          {
            code: 'unusable',
            title: 'It cannot be used as it is',
            detail: problem,
            remedy: 'Mend what it names, and check it again.',
          },
        ]),
    ...(isNode
      ? [
          {
            code: 'of-a-node',
            title: 'This is the file of a node',
            detail: 'A client of it would connect in plain text and without a user, whatever the listeners ask for.',
            remedy: 'Make a file of its own for Quorumdeck, with the lines that are named here.',
          },
        ]
      : []),
  ]
  return { used: keys.filter((key) => USED.has(key)), ignored: others, missing, problems }
}
