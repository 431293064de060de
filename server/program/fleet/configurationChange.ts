/** What a configuration that was read again changes: which clusters come, go, or are reached otherwise, and what needs a new start. Pure. */
import type { NotApplied } from '../../contract/fleet/configuration.ts'
import type { ClusterOptions, Options } from '../options/options.ts'

export interface FleetChange {
  removed: ClusterOptions[]
  /** Connections are made anew. */
  renewed: ClusterOptions[]
  /** Only what people call it. */
  labelled: ClusterOptions[]
  added: ClusterOptions[]
}

/** As JSON, with what maps hold. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) => (held instanceof Map ? [...held] : held))
}

/** What differs here needs new connections. Holds secrets of Cruise Control: it is compared, never shown. */
function way({ name: _name, group: _group, racks, secretHosts, ...rest }: ClusterOptions): string {
  return textOf([rest, [...racks].sort(([a], [b]) => a - b), [...(secretHosts ?? [])].sort()])
}

export function fleetChange(watched: readonly ClusterOptions[], wanted: readonly ClusterOptions[]): FleetChange {
  const before = new Map(watched.map((one) => [one.cluster, one]))
  const after = new Set(wanted.map(({ cluster }) => cluster))
  const change: FleetChange = { removed: [], renewed: [], labelled: [], added: [] }
  change.removed = watched.filter(({ cluster }) => !after.has(cluster))
  for (const one of wanted) {
    const was = before.get(one.cluster)
    if (was === undefined) change.added.push(one)
    else if (way(was) !== way(one)) change.renewed.push(one)
    else if (was.name !== one.name || (was.group ?? null) !== (one.group ?? null)) change.labelled.push(one)
  }
  return change
}

/** By the names that the file has for it. */
const AT_START: readonly [what: string, of: (options: Options) => unknown][] = [
  ['host', ({ host }) => host],
  ['port', ({ port }) => port],
  ['basePath', ({ basePath }) => basePath],
  ['dataDir', ({ dataDir }) => dataDir],
  ['allowedHosts', ({ allowedHosts }) => allowedHosts],
  ['operateTokenFile, watchTokenFile and administerTokenFile', ({ tokens }) => tokens],
  ['access', ({ access }) => access],
  ['audit', ({ audit }) => audit],
  ['readOnly', ({ readOnly }) => readOnly],
  ['tlsCert and tlsKey', ({ tls }) => tls],
  ['behindProxy', ({ behindProxy }) => behindProxy],
  ['history', ({ retention }) => retention],
  ['alerts', ({ alerts }) => alerts],
]

export function needsStart(started: Options, read: Options): NotApplied[] {
  const differs = (of: (options: Options) => unknown) => textOf(of(started)) !== textOf(of(read))
  const found = AT_START.filter(([, of]) => differs(of)).map(
    ([what]): NotApplied => ({ what, why: 'It is in force after the next start of Quorumdeck.' }),
  )
  if (!differs(({ thresholds }) => thresholds)) return found
  const why =
    'In force for the clusters of the file, and changeRules for those that were added here, too; the rest of it after the next start of Quorumdeck.'
  return [...found, { what: 'safety', why }]
}
