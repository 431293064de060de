/** Every address at which a node of one cluster may be asked, and how each of them became known. */
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import type { Address } from '../../kafka/connection.ts'
import type { LedQuorum } from '../../kafka/describeQuorum.ts'
import { type KnownController, knownControllers } from '../assessment/knownControllers.ts'
import type { LogFacts } from '../log/metadataLog.ts'
import type { ReadFacts } from './clusterFacts.ts'

export interface ConfiguredAddresses {
  bootstrapControllers: Address[]
  bootstrapServers: Address[]
}

/** More than any quorum has; a hostile answer may name thousands. */
const MAX_LEARNED = 64

type Places = ReadonlyMap<number, readonly Endpoint[]>

export class KnownAddresses {
  readonly #configured: ConfiguredAddresses
  #learned: Address[] = []
  /** Endpoints of the voter set and of the controllers' registrations, as they were last seen. */
  #recorded: Places = new Map()
  #registered: Places = new Map()

  constructor({ bootstrapControllers, bootstrapServers }: ConfiguredAddresses) {
    this.#configured = { bootstrapControllers, bootstrapServers }
  }

  /** Where a search for the leader asks. */
  get all(): Address[] {
    const { bootstrapControllers, bootstrapServers } = this.#configured
    return [...bootstrapControllers, ...bootstrapServers, ...this.#learned]
  }

  get controllers(): KnownController[] {
    const { bootstrapControllers, bootstrapServers } = this.#configured
    const brokers = new Set(bootstrapServers.map(hostPort))
    return knownControllers({
      configured: bootstrapControllers,
      recorded: this.#recorded,
      registered: this.#registered,
      learned: this.#learned.filter((address) => !brokers.has(hostPort(address))),
    })
  }

  /** All that a search met; they take the place of those of the search before. */
  met(addresses: Address[]): void {
    this.#learned = addresses.slice(0, MAX_LEARNED)
  }

  /** A leader was found, which names the endpoints of the voters. */
  named({ voterEndpoints }: LedQuorum): void {
    this.#learned = [...this.#learned, ...[...voterEndpoints.values()].flat()]
      .filter((a, i, all) => all.findIndex((b) => hostPort(b) === hostPort(a)) === i)
      .slice(-MAX_LEARNED)
  }

  /** Every answer of a leader. Before DescribeQuorum v2 it names none, which takes none away. */
  recorded({ voterEndpoints }: LedQuorum): void {
    if (voterEndpoints.size > 0) this.#recorded = voterEndpoints
  }

  registered(places: Places): void {
    this.#registered = places
  }

  /** Where anybody may be asked again. */
  used({ brokers, controllers }: ReadFacts, log: LogFacts | null): ReadonlySet<string> {
    const used = new Set(this.all.map(hostPort))
    for (const { address } of this.controllers) used.add(hostPort(address))
    for (const listed of [brokers, log?.brokers]) {
      for (const { endpoints } of listed?.values() ?? []) for (const one of endpoints) used.add(hostPort(one))
    }
    for (const endpoints of controllers?.values() ?? []) for (const one of endpoints) used.add(hostPort(one))
    return used
  }
}
