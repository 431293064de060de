/** What can go wrong between us and a Kafka node, in words for people. */
import type { Problem } from '../contract/clusters.ts'

export type FailureCode =
  | 'name-unknown'
  | 'connection-refused'
  | 'no-answer'
  | 'connection-lost'
  | 'not-kafka'
  | 'tls-required'
  | 'tls-failed'
  | 'certificate'
  | 'sasl-failed'
  | 'sasl-required'
  | 'kerberos'
  | 'token'
  | 'hostile-answer'
  | 'kafka-error'
  | 'unsupported-version'
  | 'host-not-allowed'

const REMEDY: Record<FailureCode, string> = {
  'name-unknown': 'Check the host name and the DNS of the machine that runs Quorumdeck.',
  'connection-refused': 'Check that the node runs and that the address is one of its listeners.',
  'no-answer': 'Check the network between Quorumdeck and the node, and whether its process is stuck.',
  'connection-lost': 'Quorumdeck connects again by itself. If it stays away, look at the log of the node.',
  'not-kafka': 'Check host and port: name a controller or broker listener of the cluster.',
  'tls-required': 'Set security.protocol=SSL or SASL_SSL in the file given with --command-config.',
  'tls-failed': 'Check security.protocol: the listener may not speak TLS. PLAINTEXT and SASL_PLAINTEXT do not use it.',
  certificate: 'Check ssl.truststore.* (and ssl.keystore.* where the listener asks for a client certificate).',
  'sasl-failed': 'Check sasl.mechanism and sasl.jaas.config: user, password, token or ticket are not accepted.',
  'sasl-required': 'The listener may ask for authentication: check security.protocol and sasl.mechanism.',
  kerberos:
    'Try the same with kinit on the machine of Quorumdeck: krb5.conf (KRB5_CONFIG) must name the KDCs, and clocks must agree.',
  token:
    'Ask for a token on the machine of Quorumdeck with the same client id, for example with curl. Who is connected stays connected until the session ends.',
  'hostile-answer': 'Check that the address belongs to your cluster. If it does, please report it: keep the log.',
  'kafka-error': 'Look at the log of the node that answered.',
  'host-not-allowed': 'Add the host to quorumdeck.hosts in the client properties file, if it belongs to your cluster.',
  'unsupported-version': 'Upgrade the cluster: dynamic quorums need Apache Kafka 3.9 or later.',
}

export class KafkaFailure extends Error {
  readonly code: FailureCode
  readonly address: string
  /** Kafka's error code (org.apache.kafka.common.protocol.Errors) where a node answered with one. */
  readonly kafkaCode: number | null

  constructor(
    code: FailureCode,
    address: string,
    message: string,
    options: { kafkaCode?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'KafkaFailure'
    this.code = code
    this.address = address
    this.kafkaCode = options.kafkaCode ?? null
  }

  problem(): Problem {
    return {
      code: this.code,
      title: `${this.address}: ${this.message}`,
      detail: this.message,
      remedy: REMEDY[this.code],
    }
  }
}

interface NodeError {
  code?: string
  message?: string
  cause?: unknown
  errors?: unknown[]
}

/** The chain of causes, the outermost first; libraries wrap what the socket said. */
function chain(error: unknown): NodeError[] {
  const found: NodeError[] = []
  let next: unknown = error
  while (typeof next === 'object' && next !== null && found.length < 8) {
    const current = next as NodeError
    found.push(current)
    next = current.cause ?? current.errors?.[0]
  }
  return found
}

const CERTIFICATE =
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS_CERT_ALTNAME|ERR_SSL_TLSV1_ALERT|ERR_SSL_SSLV3_ALERT/

/** Names whatever a connection attempt or a request ended with. */
export function asFailure(address: string, error: unknown): KafkaFailure {
  if (error instanceof KafkaFailure) return error
  const causes = chain(error)
  const failure = (code: FailureCode, message: string) => new KafkaFailure(code, address, message, { cause: error })
  const inner = causes.find((c) => c instanceof KafkaFailure)
  if (inner instanceof KafkaFailure) return inner
  for (const { code = '', message = '' } of causes) {
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return failure('name-unknown', 'the host name does not resolve')
    if (code === 'ECONNREFUSED') return failure('connection-refused', 'nothing listens there')
    if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return failure('no-answer', 'there is no way to the host')
    if (message.includes('requires TLS')) return failure('tls-required', 'the listener speaks TLS, we do not')
    if (CERTIFICATE.test(code)) return failure('certificate', `the certificates do not fit together (${code})`)
    if (code === 'PLT_KFK_AUTHENTICATION') return failure('sasl-failed', 'authentication was refused')
    if (code.startsWith('ERR_SSL') || message.includes('TLS handshake') || message.includes('secure TLS connection')) {
      return failure('tls-failed', 'the TLS handshake failed')
    }
  }
  const text = causes.map((c) => c.message ?? '').join(' ')
  if (/timed out/i.test(text)) return failure('no-answer', 'no answer in time')
  if (causes.some((c) => c.code === 'ECONNRESET' || c.code === 'EPIPE') || /closed/i.test(text)) {
    return failure('connection-lost', 'the connection was closed')
  }
  if (causes.some((c) => c instanceof RangeError || c.code === 'ERR_OUT_OF_RANGE' || c.code === 'OUT_OF_BOUNDS')) {
    return failure('hostile-answer', 'the answer cannot be read')
  }
  return failure('hostile-answer', `the answer cannot be read (${causes[0]?.message ?? String(error)})`)
}

/** Kafka's names of the error codes that we meet (org.apache.kafka.common.protocol.Errors). */
const NAMES: Record<number, string> = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  0: 'NONE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  35: 'UNSUPPORTED_VERSION',
  41: 'NOT_CONTROLLER',
  42: 'INVALID_REQUEST',
  58: 'SASL_AUTHENTICATION_FAILED',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  98: 'SNAPSHOT_NOT_FOUND',
  99: 'POSITION_OUT_OF_RANGE',
  100: 'UNKNOWN_TOPIC_ID',
  104: 'INCONSISTENT_CLUSTER_ID',
  114: 'MISMATCHED_ENDPOINT_TYPE',
  126: 'DUPLICATE_VOTER',
  127: 'VOTER_NOT_FOUND',
}

export function kafkaErrorName(code: number): string {
  return NAMES[code] ?? `error ${code}`
}
