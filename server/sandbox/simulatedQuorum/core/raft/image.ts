/** What the metadata log holds about features, controllers and brokers: the part of Kafka's MetadataImage we need. */
import type { FeatureRange, Listener, LogRecord } from './records.ts'

interface ControllerRegistration {
  readonly id: number
  readonly incarnationId: string
  readonly listeners: readonly Listener[]
  readonly features: readonly FeatureRange[]
}

interface BrokerRegistration {
  readonly id: number
  readonly incarnationId: string
  readonly epoch: number
  readonly listeners: readonly Listener[]
  readonly features: readonly FeatureRange[]
  readonly fenced: boolean
  readonly inControlledShutdown: boolean
  readonly logDirs: readonly string[]
}

/** Plain values only; `applyRecord` changes it in place. */
export interface MetadataImage {
  features: Record<string, number>
  controllers: Record<number, ControllerRegistration>
  brokers: Record<number, BrokerRegistration>
  /** Dynamic configurations by broker. They outlive its registration, as in Kafka. */
  configs: Record<number, Record<string, string>>
}

export function emptyImage(): MetadataImage {
  return { features: {}, controllers: {}, brokers: {}, configs: {} }
}

export function copyImage(image: MetadataImage): MetadataImage {
  return {
    features: { ...image.features },
    controllers: { ...image.controllers },
    brokers: { ...image.brokers },
    configs: { ...image.configs },
  }
}

/** Control records and NoOps leave the image as it is. */
export function applyRecord(image: MetadataImage, record: LogRecord): void {
  switch (record.kind) {
    case 'featureLevel':
      image.features[record.name] = record.level
      return
    case 'registerController':
      image.controllers[record.controllerId] = {
        id: record.controllerId,
        incarnationId: record.incarnationId,
        listeners: record.listeners,
        features: record.features,
      }
      return
    case 'registerBroker':
      image.brokers[record.brokerId] = {
        id: record.brokerId,
        incarnationId: record.incarnationId,
        epoch: record.brokerEpoch,
        listeners: record.listeners,
        features: record.features,
        fenced: record.fenced,
        inControlledShutdown: record.inControlledShutdown,
        logDirs: record.logDirs,
      }
      return
    case 'brokerChange': {
      const broker = image.brokers[record.brokerId]
      if (broker === undefined) return
      image.brokers[record.brokerId] = {
        ...broker,
        fenced: record.fencing === 'none' ? broker.fenced : record.fencing === 'fence',
        inControlledShutdown: broker.inControlledShutdown || record.startsControlledShutdown,
      }
      return
    }
    case 'unregisterBroker':
      delete image.brokers[record.brokerId]
      return
    case 'brokerConfig': {
      const { [record.name]: _before, ...others } = image.configs[record.brokerId] ?? {}
      image.configs[record.brokerId] = record.value === null ? others : { ...others, [record.name]: record.value }
      return
    }
    case 'leaderChange':
    case 'kraftVersion':
    case 'kraftVoters':
    case 'snapshotHeader':
    case 'snapshotFooter':
    case 'noOp':
    case 'beginTransaction':
    case 'endTransaction':
      return
    default: {
      record satisfies never
    }
  }
}

/** The records that rebuild the image: what a snapshot of it holds. */
export function imageRecords(image: MetadataImage): LogRecord[] {
  const features = Object.entries(image.features).map(
    ([name, level]): LogRecord => ({ kind: 'featureLevel', name, level }),
  )
  const brokers = Object.values(image.brokers).map(
    ({ id, epoch, ...rest }): LogRecord => ({ kind: 'registerBroker', brokerId: id, brokerEpoch: epoch, ...rest }),
  )
  const controllers = Object.values(image.controllers).map(
    ({ id, ...rest }): LogRecord => ({ kind: 'registerController', controllerId: id, ...rest }),
  )
  const configs = Object.entries(image.configs).flatMap(([id, own]) =>
    Object.entries(own).map(
      ([name, value]): LogRecord => ({ kind: 'brokerConfig', brokerId: Number(id), name, value }),
    ),
  )
  return [...features, ...brokers, ...controllers, ...configs]
}
