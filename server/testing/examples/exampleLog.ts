/** For tests: the metadata log of the example quorum, with brokers 7 and 8 and one topic. */
import { EMPTY_LOG, type LogFacts } from '../../quorum/log/metadataLog.ts'
import { EMPTY_PLACEMENT, type PartitionPlacement, placed } from '../../quorum/log/placement.ts'

export const TOPIC = 'orders'

export function partition(over: Partial<PartitionPlacement> = {}): PartitionPlacement {
  return { replicas: [7, 8], isr: [7, 8], adding: [], removing: [], leader: 7, ...over }
}

/** @param partitions of the topic, by their number */
export function exampleLog(partitions: PartitionPlacement[] = [], over: Partial<LogFacts> = {}): LogFacts {
  const registered = (port: number) => ({
    endpoints: [{ listener: 'CONTROLLER', host: 'localhost', port }],
    incarnationId: `process at ${port}`,
  })
  const broker = (port: number) => ({ ...registered(port), fenced: false, rack: null })
  const topicId = 'topic-id'
  return {
    ...EMPTY_LOG,
    controllers: new Map([0, 1, 2, 3].map((id) => [id, registered(8000 + id)])),
    brokers: new Map([
      [7, broker(9092)],
      [8, broker(9093)],
    ]),
    controllerMetadataVersions: new Map([0, 1, 2, 3].map((id) => [id, 30])),
    placement: placed(EMPTY_PLACEMENT, [
      { kind: 'topic', topicId, name: TOPIC },
      { kind: 'config', resource: `topic:${TOPIC}`, name: 'min.insync.replicas', value: '2' },
      ...partitions.map((placement, i) => ({
        kind: 'partition' as const,
        topicId,
        partition: i,
        placement: {
          ...placement,
          replicas: [...placement.replicas],
          isr: [...placement.isr],
          adding: [...placement.adding],
          removing: [...placement.removing],
        },
      })),
    ]),
    ...over,
  }
}
