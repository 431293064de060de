/** Who is in the cluster and who leads, as records of the metadata log say one after the other. Changes in place. Pure. */
import type { Voter } from '../../kafka/records/controlRecord.ts'
import type { BrokerRegistration, LogFacts, LoggedRecord, Registration } from './metadataLog.ts'

export class LoggedState {
  readonly #controllers = new Map<number, Registration>()
  readonly #brokers = new Map<number, BrokerRegistration>()
  readonly #features = new Map<string, number>()
  readonly #versions = new Map<number, number>()
  #kraftVersion: number | null = null
  #leader: LogFacts['leader'] = null
  #voters: Voter[] | null = null

  get leader(): LogFacts['leader'] {
    return this.#leader
  }

  get voters(): Voter[] | null {
    return this.#voters
  }

  /** `null` where no such broker is registered. */
  isFenced(brokerId: number): boolean | null {
    return this.#brokers.get(brokerId)?.fenced ?? null
  }

  facts(): Omit<LogFacts, 'placement' | 'endOffset' | 'pendingVoters'> {
    return {
      controllers: this.#controllers,
      brokers: this.#brokers,
      features: this.#features,
      kraftVersion: this.#kraftVersion,
      controllerMetadataVersions: this.#versions,
      leader: this.#leader,
      voters: this.#voters,
    }
  }

  apply({ record, epoch, atMs }: LoggedRecord): void {
    switch (record.kind) {
      case 'leader-change':
        this.#leader = { leaderId: record.leaderId, epoch, sinceMs: atMs }
        break
      case 'kraft-version':
        this.#kraftVersion = record.kraftVersion
        break
      case 'voters':
        this.#voters = record.voters
        break
      case 'feature':
        if (record.level === 0) this.#features.delete(record.name)
        else this.#features.set(record.name, record.level)
        break
      case 'register-broker': {
        const { endpoints, incarnationId, fenced, rack, directories } = record
        this.#brokers.set(record.nodeId, { endpoints, incarnationId, fenced, rack, directories })
        break
      }
      case 'broker-fenced': {
        const broker = this.#brokers.get(record.nodeId)
        if (broker !== undefined) this.#brokers.set(record.nodeId, { ...broker, fenced: record.fenced })
        break
      }
      case 'unregister-broker':
        this.#brokers.delete(record.nodeId)
        break
      case 'register-controller': {
        const { nodeId, endpoints, incarnationId, features } = record
        const max = features.get('metadata.version')?.max
        this.#controllers.set(nodeId, { endpoints, incarnationId })
        if (max !== undefined) this.#versions.set(nodeId, max)
        break
      }
      // Partitions and configurations are placed when they are committed: placement.ts.
      case 'topic':
      case 'remove-topic':
      case 'partition':
      case 'partition-change':
      case 'config':
        break
      default:
        record satisfies never
    }
  }

  copy(): LoggedState {
    const copy = new LoggedState()
    for (const [id, one] of this.#controllers) copy.#controllers.set(id, one)
    for (const [id, one] of this.#brokers) copy.#brokers.set(id, one)
    for (const [name, level] of this.#features) copy.#features.set(name, level)
    for (const [id, version] of this.#versions) copy.#versions.set(id, version)
    copy.#kraftVersion = this.#kraftVersion
    copy.#leader = this.#leader
    copy.#voters = this.#voters
    return copy
  }
}
