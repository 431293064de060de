/** One negotiated connection to one Kafka node. */
import { once } from 'node:events'
import { isIP, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import {
  apiVersionsV3,
  apiVersionsV4,
  Connection,
  type ConnectionOptions,
  ResponseError,
  saslAuthenticateV2,
} from '@platformatic/kafka'
import { hostPort } from '../contract/hostPort.ts'
import { asFailure, KafkaFailure, kafkaErrorName } from './failure.ts'
import { guardFrames } from './frameGuard.ts'
import './records/readerGuard.ts'
import './scramGuard.ts'

export interface Address {
  host: string
  port: number
}

/** What the client's properties file asks for (clientProperties.ts). */
export type Security = Pick<ConnectionOptions, 'tls' | 'tlsServerName' | 'sasl'> & {
  /** The only hosts that these credentials may be sent to, in lower case; without it, any that the cluster names. */
  allowedHosts?: ReadonlySet<string>
}

export interface VersionRange {
  min: number
  max: number
}

/** The certificate that a node shows on a TLS listener. */
export interface ShownCertificate {
  /** Names and addresses it is valid for (subjectAltName, else the common name). */
  names: string[]
  validToMs: number
}

export interface Negotiated {
  apis: Map<number, VersionRange>
  /** `kraft.version`, `metadata.version`, …; empty below ApiVersions v4 for features that start at 0. */
  supportedFeatures: Map<string, VersionRange>
  finalizedFeatures: Map<string, number>
}

const CLIENT_ID = 'quorumdeck'
const CLIENT_VERSION = '0.1.0'

export interface OpenOptions {
  /** Longest time until the connection is ready, in ms. */
  connectTimeoutMs: number
  /** Longest time for one answer, in ms; a late answer closes the connection. */
  requestTimeoutMs: number
}

/**
 * The library signs in again on the same connection before its session ends (KIP-368), and would let requests pass
 * meanwhile: between SaslHandshake and the last SaslAuthenticate a node answers any other with ILLEGAL_SASL_STATE and closes
 * the connection.
 */
class RenewedConnection extends Connection {
  constructor(...args: ConstructorParameters<typeof Connection>) {
    super(...args)
    // The library keeps the timer of the next sign-in when the other side has closed; its own close() ends it.
    this.once('close', () => void this.close())
  }

  /** Resolves when requests may be sent, or the connection has ended: whoever waits finds it closed. */
  signedIn: Promise<unknown> = Promise.resolve()

  override reauthenticate(): void {
    const over = new AbortController()
    const { signal } = over
    this.signedIn = Promise.race([once(this, 'connect', { signal }), once(this, 'close', { signal })])
      // As it does with an 'error'.
      .catch(() => {})
      .finally(() => over.abort())
    super.reauthenticate()
  }

  override send<T>(...[apiKey, version, payload, parse, ...rest]: SendArguments<T>): void {
    super.send<T>(
      apiKey,
      version,
      payload,
      apiKey === saslAuthenticateV2.api.key ? withinTimers(parse) : parse,
      ...rest,
    )
  }
}

type SendArguments<T> = Parameters<typeof Connection.prototype.send<T>>
type Parse<T> = SendArguments<T>[3]

/** What one timer can wait for; with more it fires at once. */
const LONGEST_TIMER_MS = 2n ** 31n - 1n

/** The library passes most of a session's lifetime to one timer. A token for two months has such a lifetime. */
function withinTimers<T>(parse: Parse<T>): Parse<T> {
  return (...args) => {
    const answer = parse(...args)
    const { sessionLifetimeMs } = answer as { sessionLifetimeMs?: bigint }
    return (sessionLifetimeMs ?? 0n) > LONGEST_TIMER_MS ? { ...answer, sessionLifetimeMs: LONGEST_TIMER_MS } : answer
  }
}

export class KafkaConnection {
  readonly address: string
  readonly negotiated: Negotiated
  readonly #connection: RenewedConnection
  readonly #ending: { reason: unknown }

  private constructor(
    address: string,
    connection: RenewedConnection,
    negotiated: Negotiated,
    ending: { reason: unknown },
  ) {
    this.address = address
    this.#connection = connection
    this.negotiated = negotiated
    this.#ending = ending
  }

  /** Connects, authenticates and asks for versions and features. @throws KafkaFailure */
  static async open(target: Address, security: Security, options: OpenOptions): Promise<KafkaConnection> {
    const address = hostPort(target)
    const { tlsServerName, allowedHosts, ...rest } = security
    if (allowedHosts !== undefined && !allowedHosts.has(target.host.toLowerCase())) {
      throw new KafkaFailure('host-not-allowed', address, 'the file with the credentials does not allow this host')
    }
    const connection = new RenewedConnection(CLIENT_ID, {
      ...rest,
      // Server name indication takes names only (RFC 6066).
      ...(tlsServerName && isIP(target.host) === 0 ? { tlsServerName: target.host } : {}),
      connectTimeout: options.connectTimeoutMs,
      requestTimeout: options.requestTimeoutMs,
      maxInflights: 4,
    })
    // Without a listener an 'error' event would end the process; every failure also reaches its caller.
    const ending: { reason: unknown } = { reason: null }
    connection.on('error', (error) => {
      ending.reason ??= error
    })
    try {
      const ready = connection.connect(target.host, target.port) as Promise<void>
      const { socket } = connection
      // Registered after the library's own listener for the same event, so it finds the library's data listener.
      socket.once(security.tls ? 'secureConnect' : 'connect', () => guardFrames(socket, address))
      await ready
      return new KafkaConnection(address, connection, await negotiate(connection, address), ending)
    } catch (error) {
      void connection.close()
      connection.socket?.destroy()
      throw asFailure(address, ending.reason ?? error)
    }
  }

  get isOpen(): boolean {
    const { status, socket } = this.#connection
    return (status === 'connected' || status === 'reauthenticating') && !socket.destroyed
  }

  /** Address and port that the socket is connected to: the same for all names of one listener; `null` once it is gone. */
  get remote(): string | null {
    const { remoteAddress, remotePort } = this.#connection.socket
    if (remoteAddress === undefined) return null
    const plain = remoteAddress.replace(/^::ffff:/, '')
    return `${plain === '::1' ? '127.0.0.1' : plain}:${remotePort}`
  }

  /** `null` on plain listeners. */
  get certificate(): ShownCertificate | null {
    return shownCertificate(this.#connection.socket)
  }

  /** Resolves when the connection is gone, whoever closed it. */
  async closed(): Promise<void> {
    if (this.isOpen) await once(this.#connection.socket, 'close')
  }

  /** The highest version of an API that both sides know, or `null` where the node lacks the API. */
  version(apiKey: number, ours: VersionRange): number | null {
    const theirs = this.negotiated.apis.get(apiKey)
    if (theirs === undefined) return null
    const version = Math.min(theirs.max, ours.max)
    return version >= Math.max(theirs.min, ours.min) ? version : null
  }

  /** As `version`, for an API that cannot be done without. @throws KafkaFailure `unsupported-version` */
  requireVersion(apiKey: number, ours: VersionRange, name: string): number {
    const version = this.version(apiKey, ours)
    if (version === null) {
      // What was negotiated holds as long as the connection: the next attempt asks anew.
      this.close()
      throw new KafkaFailure('unsupported-version', this.address, `the node does not offer ${name}`)
    }
    return version
  }

  /**
   * Sends one request. An answer that carries Kafka error codes is an answer: its data is returned, and the caller
   * reads the codes. @throws KafkaFailure when there is no readable answer.
   */
  async send<T>(request: (connection: Connection) => Promise<T>): Promise<T> {
    await this.#connection.signedIn
    try {
      return await request(this.#connection)
    } catch (error) {
      if (error instanceof ResponseError) return error.response as T
      // An answer that cannot be read leaves the stream in doubt. What is still on its way out must not arrive later.
      this.#reset()
      // Why the next session did not come, where it is that.
      throw asFailure(this.address, this.#ending.reason ?? error)
    }
  }

  /** The finalized features of now; those of `negotiated` are of the time of connecting. @throws KafkaFailure */
  async finalizedFeatures(): Promise<Map<string, number>> {
    const answer = await this.send((c) => apiVersionsV4.api.async(c, CLIENT_ID, CLIENT_VERSION))
    return new Map((answer.finalizedFeatures ?? []).map((f) => [f.name, f.maxVersionLevel]))
  }

  /** Ends the connection at once, with what it holds for the node: a plain TCP socket is reset, others are destroyed. */
  #reset(): void {
    const { socket } = this.#connection
    try {
      socket.resetAndDestroy()
    } catch {
      socket.destroy()
    }
  }

  close(): void {
    void this.#connection.close()
    this.#connection.socket?.destroy()
  }
}

function shownCertificate(socket: Socket): ShownCertificate | null {
  if (!(socket instanceof TLSSocket)) return null
  const { subjectaltname, subject, valid_to } = socket.getPeerCertificate()
  const validToMs = Date.parse(valid_to ?? '')
  if (Number.isNaN(validToMs)) return null
  const names = (subjectaltname ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '')
  const common = [subject?.CN ?? []].flat()
  return { names: names.length > 0 ? names : common, validToMs }
}

interface FeatureTags {
  supportedFeatures?: { name: string; minVersion: number; maxVersion: number }[]
  finalizedFeatures?: { name: string; maxVersionLevel: number }[]
}

async function negotiate(connection: Connection, address: string): Promise<Negotiated> {
  const answer = await apiVersionsV4.api.async(connection, CLIENT_ID, CLIENT_VERSION).catch(async (error: unknown) => {
    // A node that knows no v4 (before 3.9) answers in the layout of v0; v3 lacks features whose range starts at 0.
    if (!connection.isConnected()) throw error
    return await apiVersionsV3.api.async(connection, CLIENT_ID, CLIENT_VERSION)
  })
  if (answer.errorCode !== 0) {
    throw new KafkaFailure('kafka-error', address, `ApiVersions answered ${kafkaErrorName(answer.errorCode)}`, {
      kafkaCode: answer.errorCode,
    })
  }
  const { supportedFeatures = [], finalizedFeatures = [] } = answer as FeatureTags
  return {
    apis: new Map(answer.apiKeys.map((a) => [a.apiKey, { min: a.minVersion, max: a.maxVersion }])),
    supportedFeatures: new Map(supportedFeatures.map((f) => [f.name, { min: f.minVersion, max: f.maxVersion }])),
    finalizedFeatures: new Map(finalizedFeatures.map((f) => [f.name, f.maxVersionLevel])),
  }
}
