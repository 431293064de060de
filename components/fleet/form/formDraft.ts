/** What is typed about a cluster, as text, and what the server is asked with. Pure. */
import type { FieldProblem } from '../../../server/contract/errors.ts'
import type { AddCluster, ClusterSettings } from '../../../server/contract/fleet/clusterSettings.ts'

export interface Draft {
  readonly name: string
  readonly group: string
  readonly controllers: string
  readonly brokers: string
  readonly commandConfig: string
  readonly clusterId: string
  readonly intervalMs: string
  readonly racks: string
}
export type DraftField = keyof Draft

export const EMPTY: Draft = {
  name: '',
  group: '',
  controllers: '',
  brokers: '',
  commandConfig: '',
  clusterId: '',
  intervalMs: '1000',
  racks: '',
}

const FIELD_OF: Readonly<Record<string, DraftField>> = {
  name: 'name',
  group: 'group',
  bootstrapControllers: 'controllers',
  bootstrapServers: 'brokers',
  commandConfig: 'commandConfig',
  clusterId: 'clusterId',
  intervalMs: 'intervalMs',
  racks: 'racks',
}

export function draftOf(settings: ClusterSettings): Draft {
  return {
    name: settings.name,
    group: settings.group ?? '',
    controllers: settings.bootstrapControllers.join('\n'),
    brokers: settings.bootstrapServers.join('\n'),
    commandConfig: settings.commandConfig?.name ?? '',
    clusterId: settings.clusterId ?? '',
    intervalMs: String(settings.intervalMs),
    racks: Object.entries(settings.racks)
      .map(([nodeId, rack]) => `${nodeId}=${rack}`)
      .join(', '),
  }
}

const parts = (text: string, by: RegExp) =>
  text
    .split(by)
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** What is no number or no rack is said here, before anything is sent. */
export function requestOf(draft: Draft): { request: AddCluster; problems: ReadonlyMap<DraftField, string> } {
  const problems = new Map<DraftField, string>()
  const intervalMs = Number(draft.intervalMs.trim() || '1000')
  if (!Number.isInteger(intervalMs) || intervalMs < 100 || intervalMs > 60_000)
    problems.set('intervalMs', 'A whole number from 100 to 60000.')
  const racks: Record<string, string> = {}
  for (const part of parts(draft.racks, /[,\n]/)) {
    const [, nodeId, rack] = /^(\d{1,10})\s*=\s*([^=]+)$/.exec(part) ?? []
    if (nodeId === undefined || rack === undefined) problems.set('racks', `${part} names no rack. Write 1=a, 2=b.`)
    else racks[nodeId] = rack
  }
  const commandConfig = draft.commandConfig.trim()
  if (commandConfig !== '' && !/^[\w-][\w.-]{0,99}$/.test(commandConfig))
    problems.set('commandConfig', 'The name of the file alone, without a path.')
  return {
    request: {
      name: draft.name,
      group: draft.group.trim() || null,
      bootstrapControllers: parts(draft.controllers, /[\s,]+/),
      bootstrapServers: parts(draft.brokers, /[\s,]+/),
      commandConfig: commandConfig || null,
      clusterId: draft.clusterId.trim() || null,
      intervalMs,
      racks,
    },
    problems,
  }
}

/** What the server says of its fields, at the fields of the form. */
export function problemsAt(fields: readonly FieldProblem[]): ReadonlyMap<DraftField, string> {
  const problems = new Map<DraftField, string>()
  for (const { path, message } of fields) {
    const field = FIELD_OF[path.split('.')[0] ?? '']
    if (field === undefined) continue
    const before = problems.get(field)
    problems.set(field, before === undefined ? message : `${before} ${message}`)
  }
  return problems
}
