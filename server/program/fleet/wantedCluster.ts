/** A cluster as somebody wrote it into a form, made into one that can be watched; every field that cannot be used is named. Pure. */
import type { FieldProblem } from '../../contract/errors.ts'
import type { AddCluster, EditCluster } from '../../contract/fleet/clusterSettings.ts'
import { hostPort } from '../../contract/hostPort.ts'
import type { Address } from '../../kafka/connection.ts'
import type { Racks } from '../../quorum/assessment/findings/racks.ts'
import type { AddedCluster, Reach } from '../../storage/addedClusters.ts'
import { parseAddresses } from '../options/options.ts'
import { parseRacks, racksOfPlan } from '../options/optionsRacks.ts'

export const DEFAULT_INTERVAL_MS = 1000
const CLUSTER_ID = /^[\w-]{1,64}$/
/** One line of words. */
const LINE = /^[^\p{Cc}]*$/u

/** A cluster as it is kept, without its short name. */
export type Usable = Pick<AddedCluster, 'name' | 'commandConfig'> & { reach: Reach }

function addressesOf(field: string, list: readonly string[], problems: FieldProblem[]): string[] {
  const found: string[] = []
  list.forEach((text, at) => {
    const path = `${field}.${at}`
    let address: string | null = null
    try {
      address = parseAddresses(field, [text]).map(hostPort)[0] ?? null
    } catch {
      problems.push({
        path,
        message: `${JSON.stringify(text)} is no address. Give host:port, localhost:9093 for example.`,
      })
      return
    }
    if (address !== null && found.includes(address)) problems.push({ path, message: `${address} is named twice.` })
    else if (address !== null) found.push(address)
  })
  return found
}

function racksProblems(racks: Record<string, string>, problems: FieldProblem[]): Record<string, string> {
  for (const [nodeId, rack] of Object.entries(racks)) {
    try {
      parseRacks(`${nodeId}=${rack}`)
    } catch {
      problems.push({ path: `racks.${nodeId}`, message: 'Name the rack in one line, without = and comma.' })
    }
  }
  return Object.fromEntries(Object.entries(racks).map(([nodeId, rack]) => [nodeId, rack.trim()]))
}

export function usableCluster(wanted: AddCluster): { usable: Usable; problems: FieldProblem[] } {
  const problems: FieldProblem[] = []
  const name = wanted.name.trim()
  const group = wanted.group?.trim() || null
  const clusterId = wanted.clusterId?.trim() || null
  if (name === '') problems.push({ path: 'name', message: 'Give it a name: it is what everybody sees in the list.' })
  for (const [path, text] of [
    ['name', name],
    ['group', group ?? ''],
  ] as const)
    if (!LINE.test(text)) problems.push({ path, message: 'Write it in one line.' })
  const bootstrapControllers = addressesOf('bootstrapControllers', wanted.bootstrapControllers ?? [], problems)
  const bootstrapServers = addressesOf('bootstrapServers', wanted.bootstrapServers ?? [], problems)
  if ((wanted.bootstrapControllers ?? []).length + (wanted.bootstrapServers ?? []).length === 0)
    problems.push({ path: 'bootstrapControllers', message: 'Name at least one controller, or a broker.' })
  if (clusterId !== null && !CLUSTER_ID.test(clusterId))
    problems.push({ path: 'clusterId', message: 'This is no cluster id. kafka-cluster cluster-id prints it.' })
  const racks = racksProblems(wanted.racks ?? {}, problems)
  const intervalMs = wanted.intervalMs ?? DEFAULT_INTERVAL_MS
  const reach: Reach = { group, bootstrapControllers, bootstrapServers, clusterId, intervalMs, racks }
  return { usable: { name, commandConfig: wanted.commandConfig ?? null, reach }, problems }
}

/** How a planned cluster is reached until somebody edits it. */
export function reachOf({ plan, reach }: Pick<AddedCluster, 'plan' | 'reach'>): Reach {
  if (reach !== null) return reach
  return {
    group: null,
    bootstrapControllers: (plan?.controllers ?? []).map(hostPort),
    bootstrapServers: [],
    // A foreign cluster at these addresses is refused, and said to be one.
    clusterId: plan?.clusterId ?? null,
    intervalMs: DEFAULT_INTERVAL_MS,
    racks: plan === null ? {} : Object.fromEntries([...racksOfPlan(plan)].map(([id, rack]) => [String(id), rack])),
  }
}

/** What was there, with what changes. */
export function editedCluster(added: AddedCluster, change: EditCluster): AddCluster {
  const { name = added.name, commandConfig = added.commandConfig, ...rest } = change
  return { ...reachOf(added), ...rest, name, commandConfig }
}

export function addressesIn(list: readonly string[]): Address[] {
  return list.length === 0 ? [] : parseAddresses('', [...list])
}

export function racksIn(racks: Record<string, string>): Racks {
  return new Map(Object.entries(racks).map(([nodeId, rack]) => [Number(nodeId), rack]))
}

/** Whether connections have to be made anew; a name and a group are only labels. */
export function isReachedOtherwise(before: Usable, after: Usable): boolean {
  const way = ({ commandConfig, reach: { group: _label, ...reach } }: Usable) => JSON.stringify([commandConfig, reach])
  return way(before) !== way(after)
}
