/** What the records of a copy make: how much there is, and the names behind what is committed for certain. Bounded but for topics. */
import { MAX_TAIL, type TailRecord } from '../../contract/diskReport.ts'
import { type MetadataRecord, metadataRecord } from '../../kafka/records/metadataRecord.ts'
import type { LogRecord } from '../../kafka/records/recordBatch.ts'
import { recordText } from '../../kafka/records/recordText.ts'

const MAX_TEXT = 200
const MAX_NAME = 400

interface Topic {
  name: string
  partitions: number
}

export class MetadataImage {
  readonly #topics = new Map<string, Topic>()
  readonly #brokers = new Set<number>()
  #tail: TailRecord[] = []
  #dropped = 0

  /** A record of a snapshot, or of the log where there is none. @throws RangeError for bytes that are no record */
  take({ value }: LogRecord): void {
    const record = value === null ? null : metadataRecord(value)
    if (record !== null) this.#apply(record)
  }

  /** A record behind what is committed for certain: named as well. @throws RangeError for bytes that are no record */
  takeTail(record: LogRecord, epoch: number): void {
    if (record.value === null) return
    // A topic that is deleted has its name until then.
    const found = recordText(record.value, (topicId) => this.#topics.get(topicId)?.name ?? null)
    if (found !== null)
      this.note({
        offset: record.offset,
        epoch,
        text: found.text.slice(0, MAX_TEXT),
        topic: found.topic?.slice(0, MAX_NAME) ?? null,
      })
    this.take(record)
  }

  note(record: TailRecord): void {
    this.#tail.push(record)
    if (this.#tail.length < 2 * MAX_TAIL) return
    this.#dropped += MAX_TAIL
    this.#tail = this.#tail.slice(MAX_TAIL)
  }

  get tail(): { tail: TailRecord[]; moreTail: number } {
    const tail = this.#tail.slice(-MAX_TAIL)
    return { tail, moreTail: this.#dropped + this.#tail.length - tail.length }
  }

  get counts(): { topics: number; partitions: number; brokers: number } {
    let partitions = 0
    for (const topic of this.#topics.values()) partitions += topic.partitions
    return { topics: this.#topics.size, partitions, brokers: this.#brokers.size }
  }

  #apply(record: MetadataRecord): void {
    switch (record.kind) {
      case 'topic':
        this.#topics.set(record.topicId, { name: record.name, partitions: 0 })
        return
      case 'remove-topic':
        this.#topics.delete(record.topicId)
        return
      case 'partition': {
        const topic = this.#topics.get(record.topicId)
        if (topic !== undefined) topic.partitions += 1
        return
      }
      case 'register-broker':
        this.#brokers.add(record.nodeId)
        return
      case 'unregister-broker':
        this.#brokers.delete(record.nodeId)
        return
      case 'feature':
      case 'broker-fenced':
      case 'register-controller':
      case 'partition-change':
      case 'config':
        return
      default:
        record satisfies never
    }
  }
}
