/**
 * `meta.properties`, which says whose disk it is. Source: org.apache.kafka.metadata.properties.MetaProperties; version 1 is
 * KRaft's, version 0 was ZooKeeper's.
 */
import { parseProperties } from './javaProperties.ts'

export interface MetaProperties {
  version: number
  clusterId: string | null
  nodeId: number | null
  /** Since Kafka 3.7; written at the next start where it is missing. */
  directoryId: string | null
}

function id(text: string | undefined): number | null {
  if (text === undefined) return null
  if (!/^\d{1,10}$/.test(text.trim())) throw new RangeError(`${text.slice(0, 40)} is no node id`)
  return Number(text)
}

/** @throws RangeError, SyntaxError for a text that is none */
export function parseMetaProperties(text: string): MetaProperties {
  const properties = parseProperties(text)
  const version = properties.get('version')?.trim()
  if (version !== '0' && version !== '1') {
    throw new RangeError(version === undefined ? 'it has no version' : `version ${version.slice(0, 40)} is not known`)
  }
  const directoryId = properties.get('directory.id')?.trim() ?? null
  if (directoryId !== null && !/^[A-Za-z0-9_-]{22}$/.test(directoryId))
    throw new RangeError(`${directoryId.slice(0, 40)} is no directory id`)
  return {
    version: Number(version),
    clusterId: properties.get('cluster.id')?.trim() ?? null,
    nodeId: id(properties.get('node.id') ?? properties.get('broker.id')),
    directoryId,
  }
}
