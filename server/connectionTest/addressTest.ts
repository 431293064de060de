/** One address, hop by hop, until one fails. */
import type { Hop, HopName, TestedAddress } from '../contract/fleet/connectionTest.ts'
import { hostPort } from '../contract/hostPort.ts'
import type { Address, KafkaConnection, Security } from '../kafka/connection.ts'
import { asFailure, KafkaFailure } from '../kafka/failure.ts'
import { handshake, identify, open, tryRights } from './hops/kafka.ts'
import { openPort, resolveName } from './hops/network.ts'
import { shakeHands, speaksTls } from './hops/tls.ts'
import type { Verdict } from './verdicts/certificateVerdict.ts'
import {
  apiVersionsVerdict,
  handshakeVerdict,
  type Identity,
  identityVerdict,
  saslWanted,
} from './verdicts/kafkaVerdicts.ts'
import { withSkipped, worstOf } from './verdicts/overall.ts'
import { rightsVerdict } from './verdicts/rightsVerdict.ts'

export interface Target {
  endpoint: 'controller' | 'broker'
  address: Address
}

export interface AddressTestOptions {
  security: Security
  expectedClusterId: string | null
  /** Names under which this Kafka cluster is watched already. */
  watchedAs: (clusterId: string) => string[]
  clock: { nowMs(): number; monotonicMs(): number }
}

const NOT_REACHED = 'Not made: a hop before it failed.'
const UNKNOWN: Identity = { nodeId: null, clusterId: null }

class AddressTest {
  readonly #hops: Hop[] = []
  readonly #connections: KafkaConnection[] = []
  readonly #target: Target
  readonly #options: AddressTestOptions
  #identity = UNKNOWN

  constructor(target: Target, options: AddressTestOptions) {
    this.#target = target
    this.#options = options
  }

  async run(): Promise<TestedAddress> {
    try {
      await this.#walk()
    } finally {
      for (const connection of this.#connections) connection.close()
    }
    const hops = withSkipped(this.#hops, NOT_REACHED)
    const { endpoint, address } = this.#target
    return {
      address: hostPort(address),
      endpoint,
      state: worstOf(hops.map(({ state }) => state)),
      hops,
      ...this.#identity,
    }
  }

  async #walk(): Promise<void> {
    const { address, endpoint } = this.#target
    const { security, clock, expectedClusterId, watchedAs } = this.#options
    if (!(await this.#hop('name', () => resolveName(address.host)))) return
    if (security.allowedHosts !== undefined && !security.allowedHosts.has(address.host.toLowerCase())) {
      await this.#hop('tcp', async () => ({
        state: 'failed',
        found: ['The file with the credentials does not allow this host. Nothing was sent.'],
        remedy: 'Add the host to quorumdeck.hosts in the client properties file, if it belongs to your cluster.',
      }))
      return
    }
    if (!(await this.#hop('tcp', () => openPort(address)))) return
    if (security.tls === undefined) this.#skip('tls', 'Not asked for: security.protocol is without TLS.')
    else if (!(await this.#hop('tls', () => shakeHands(address, security, clock.nowMs)))) return

    // Versions may be asked for before anybody authenticates, so this tells first whether it is Kafka at all.
    const { sasl, ...plain } = security
    let bare: KafkaConnection | null = null
    const isKafka = await this.#hop('api-versions', async () => {
      bare = await this.#open(plain).catch(async (error: unknown) => {
        const { code } = asFailure(hostPort(address), error)
        const isUnclear = code === 'connection-lost' || code === 'no-answer'
        if (plain.tls !== undefined || !isUnclear || !(await speaksTls(address))) throw error
        throw new KafkaFailure('tls-required', hostPort(address), 'the listener speaks TLS, we do not')
      })
      return apiVersionsVerdict(bare.negotiated.apis, bare.negotiated.supportedFeatures)
    })
    if (!isKafka || bare === null) return
    const ready = await this.#authenticated(bare, security, plain)
    if (ready === null) return
    const wantedSasl = await this.#rights(ready, sasl === undefined ? plain : null)
    if (wantedSasl) return
    await this.#hop('identity', async () => {
      this.#identity = await identify(ready, endpoint)
      const { clusterId } = this.#identity
      return identityVerdict(this.#identity, expectedClusterId, clusterId === null ? [] : watchedAs(clusterId))
    })
  }

  /** @returns a connection on which the rest may be asked; `null` where nobody lets us in */
  async #authenticated(bare: KafkaConnection, security: Security, plain: Security): Promise<KafkaConnection | null> {
    const { sasl, tls } = security
    if (sasl === undefined) {
      this.#skip('sasl', 'Not asked for: security.protocol is without SASL.')
      return bare
    }
    const mechanism = String(sasl.mechanism)
    let ready: KafkaConnection | null = null
    await this.#hop('sasl', async () => {
      const told = await this.#open(plain).then((connection) => handshake(connection, mechanism))
      const refused = handshakeVerdict(told, mechanism, tls !== undefined)
      if (refused !== null) return refused
      ready = await this.#open(security)
      return {
        state: 'ok',
        found: [`${mechanism}${typeof sasl.username === 'string' ? `, as ${sasl.username}` : ''}`],
        remedy: '',
      }
    })
    return ready
  }

  /** @param plain where nobody authenticated. @returns whether the rest is not worth asking */
  async #rights(connection: KafkaConnection, plain: Security | null): Promise<boolean> {
    const { endpoint } = this.#target
    const username = this.#options.security.sasl?.username
    let isClosed = false
    await this.#hop('rights', async () => {
      try {
        return rightsVerdict(await tryRights(connection, endpoint), typeof username === 'string' ? username : null)
      } catch (error) {
        isClosed = true
        const wanted = plain === null ? null : await this.#saslWanted(plain)
        if (wanted === null) throw error
        const at = this.#hops.findIndex(({ hop }) => hop === 'sasl')
        this.#hops.splice(at, 1, { hop: 'sasl', tookMs: null, ...wanted })
        return { state: 'skipped', found: [NOT_REACHED], remedy: '' }
      }
    })
    return isClosed
  }

  async #saslWanted(plain: Security): Promise<Verdict | null> {
    const told = await this.#open(plain)
      .then((connection) => handshake(connection, 'PLAIN'))
      .catch(() => null)
    return saslWanted(told)
  }

  async #open(security: Security): Promise<KafkaConnection> {
    const connection = await open(this.#target.address, security)
    this.#connections.push(connection)
    return connection
  }

  #skip(hop: HopName, why: string): void {
    this.#hops.push({ hop, state: 'skipped', tookMs: null, found: [why], remedy: '' })
  }

  /** @returns whether the way goes on */
  async #hop(hop: HopName, work: () => Promise<Verdict>): Promise<boolean> {
    const { clock } = this.#options
    const startedMs = clock.monotonicMs()
    let at: HopName = hop
    const verdict = await work().catch((error: unknown): Verdict => {
      const { code, message, problem } = failureWords(this.#target.address, error)
      // What the library reports together belongs to the hop that it is about.
      if (code === 'tls-required' || code === 'tls-failed' || code === 'certificate') at = 'tls'
      return { state: 'failed', found: [message], remedy: problem }
    })
    const made: Hop = { hop: at, tookMs: Math.round(clock.monotonicMs() - startedMs), ...verdict }
    const before = this.#hops.findIndex((one) => one.hop === at)
    if (before < 0) this.#hops.push(made)
    else this.#hops.splice(before, 1, made)
    return verdict.state !== 'failed' && verdict.state !== 'skipped'
  }
}

function failureWords(address: Address, error: unknown): { code: string; message: string; problem: string } {
  const failure = asFailure(hostPort(address), error)
  const { message, code } = failure
  return { code, message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`, problem: failure.problem().remedy }
}

export function testAddress(target: Target, options: AddressTestOptions): Promise<TestedAddress> {
  return new AddressTest(target, options).run()
}
