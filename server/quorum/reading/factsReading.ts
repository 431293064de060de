/** Reads what changes slowly, every few seconds and when woken: registrations, features, what each node is configured with. */
import type { Address } from '../../kafka/connection.ts'
import { type ClusterFacts, NO_FACTS } from '../assessment/sample.ts'
import { readClusterFacts } from './clusterFacts.ts'
import type { KnownAddresses } from './knownAddresses.ts'
import type { Found } from './leader/leaderSearch.ts'
import type { NodeConnections } from './nodeConnections.ts'
import { Pause } from './pause.ts'
import type { QuorumIdentity } from './quorumIdentity.ts'
import type { LogFollowing } from './tail/logFollowing.ts'

export interface FactsReadingOptions {
  connections: NodeConnections
  addresses: KnownAddresses
  identity: QuorumIdentity
  log: LogFollowing
  bootstrapServers: Address[]
  /** `null` while nobody leads, or once nothing is watched any more. */
  leader(): Found | null
  /** `found` answers for another cluster. */
  onOther(found: Found): void
  onRead(found: Found): void
}

const FACTS_EVERY_MS = 15_000
const FACTS_RETRY_MS = 1000

export class FactsReading {
  readonly #options: FactsReadingOptions
  readonly #pause = new Pause()
  #facts: ClusterFacts = NO_FACTS
  #stopped = false
  /** Rises when all that is known is forgotten, so that what is still under way does not come back. */
  #generation = 0

  constructor(options: FactsReadingOptions) {
    this.#options = options
  }

  get facts(): ClusterFacts {
    return this.#facts
  }

  start(): void {
    void this.#loop()
  }

  stop(): void {
    this.#stopped = true
    this.#pause.wake()
  }

  /** A node has started, or the leader is another one: read now. */
  wake(): void {
    this.#pause.wake()
  }

  forget(): void {
    this.#generation += 1
    this.#facts = NO_FACTS
  }

  /** The quorum has a name now. */
  identified(): void {
    this.#facts = { ...this.#facts, clusterId: this.#options.identity.clusterId }
  }

  /** Why the controllers cannot be reached although a broker names them; `null` where they can. */
  setControllersProblem(controllersProblem: string | null): void {
    this.#facts = { ...this.#facts, controllersProblem }
  }

  async #loop(): Promise<void> {
    const { identity, leader } = this.#options
    while (!this.#stopped) {
      const found = leader()
      if (found !== null) await this.#read(found)
      if (this.#stopped) return
      // A cluster that is just being formed refuses DescribeCluster until its metadata.version is known.
      const incomplete = found !== null && identity.clusterId === null && !this.#facts.missingAcls.includes('ALTER')
      await this.#pause.wait(incomplete ? FACTS_RETRY_MS : FACTS_EVERY_MS)
    }
  }

  async #read(found: Found): Promise<void> {
    const { connections, addresses, identity, log, bootstrapServers, leader, onOther, onRead } = this.#options
    const generation = this.#generation
    const facts = await readClusterFacts({
      found,
      connections,
      brokerSeeds: bootstrapServers,
      registered: log.facts()?.controllers ?? new Map(),
      registeredBrokers: log.facts()?.brokers ?? new Map(),
      before: this.#facts,
    })
    if (this.#stopped || generation !== this.#generation || leader() !== found) return
    connections.keepOnly(addresses.used(facts, log.facts()))
    if (identity.isOther(facts.clusterId)) {
      onOther(found)
      return
    }
    await identity.identify(facts.clusterId)
    // Meanwhile all may have been forgotten.
    if (this.#stopped || generation !== this.#generation) return
    this.#facts = { ...this.#facts, ...facts, clusterId: identity.clusterId }
    onRead(found)
  }
}
