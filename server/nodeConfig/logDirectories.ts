/** Where a node keeps its data, by its properties. Pure. Source: ServerLogConfigs, MetadataLogConfig. */
import { listed } from './listenerConfig.ts'

/** Kafka's own where neither log.dir nor log.dirs is set. Source: ServerLogConfigs#LOG_DIR_DEFAULT. */
export const DEFAULT_LOG_DIR = '/tmp/kafka-logs'

type Said = (key: string) => string | null

/** The property that counts: log.dirs goes before log.dir. */
export function logDirsKey(said: Said): 'log.dirs' | 'log.dir' {
  return said('log.dirs') === null ? 'log.dir' : 'log.dirs'
}

/** Every directory of the node; that of the metadata log may be another one. */
export function logDirs(said: Said): string[] {
  return listed(said(logDirsKey(said)) ?? DEFAULT_LOG_DIR)
}

/** Where the metadata log lies: metadata.log.dir, else the first of log.dirs. */
export function metadataLogDir(said: Said): string | null {
  return said('metadata.log.dir') ?? logDirs(said)[0] ?? null
}
