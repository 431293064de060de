/** For tests: the door with all of its parts, on a database in memory. */
import type { AccessTokens } from '../http/access.ts'
import { keysInMemory, type SessionKeys } from '../http/sessionKeys.ts'
import { noWalls, type WallAccess } from '../http/wall/wallTokens.ts'
import { type OpenedAccess, openAccess } from '../program/openAccess.ts'
import { type AccessConfiguration, OPEN_ACCESS } from '../program/options/optionsAccess.ts'
import { type Database, IN_MEMORY, openDatabase } from '../storage/database.ts'

export interface AccessPartsOptions {
  tokens?: AccessTokens | null
  database?: Database
  dataDir?: string
  keys?: SessionKeys
  walls?: WallAccess
  configuration?: Partial<AccessConfiguration>
  /** Below none if left out. */
  basePath?: string
  nowMs?: () => number
  onEnded?: () => void
}

export async function accessParts(options: AccessPartsOptions = {}): Promise<OpenedAccess & { database: Database }> {
  const database = options.database ?? openDatabase(IN_MEMORY)
  const opened = await openAccess({
    database,
    dataDir: options.dataDir ?? '/nowhere',
    configuration: { ...OPEN_ACCESS, ...options.configuration },
    tokens: options.tokens ?? null,
    secureCookie: true,
    basePath: options.basePath ?? '',
    keys: options.keys ?? keysInMemory(),
    walls: options.walls ?? noWalls,
    placeOf: (cluster) => ({ cluster, group: null }),
    nowMs: options.nowMs ?? Date.now,
    onEnded: options.onEnded ?? (() => {}),
    onError: (error) => {
      throw error
    },
  })
  return { ...opened, database }
}

/** What a request with these headers brings. */
export function asking(headers: Record<string, string>, peer = '127.0.0.1') {
  return { headers, rawHeaders: Object.entries(headers).flat(), peer }
}
