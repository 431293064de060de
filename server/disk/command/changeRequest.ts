/** From the arguments of `recover`, `set-endpoints` and `graft` to what is asked for, and back to a command line. Pure. */
import type { Endpoint } from '../../contract/quorumView.ts'
import { configuredListeners, listed } from '../../nodeConfig/listenerConfig.ts'
import type { ChangeRequest } from '../change/request.ts'
import { type Arguments, DiskUsageError, nodeIds, type OptionKinds } from './arguments.ts'

export const CHANGE_OPTIONS: OptionKinds = {
  lost: 'many',
  reports: 'many',
  backup: 'one',
  voter: 'many',
  from: 'one',
  listener: 'many',
  'planned-at': 'one',
  confirm: 'one',
  undo: 'flag',
  json: 'flag',
  help: 'flag',
}

/** Options of each, beside those that all have. */
const OWN: Record<ChangeRequest['kind'], readonly string[]> = {
  recover: ['lost'],
  'set-endpoints': ['voter'],
  graft: ['lost', 'from', 'listener'],
}

/** `CONTROLLER://host:port[,OTHER://host:port]`. @throws DiskUsageError */
function endpointsOf(option: string, text: string): Endpoint[] {
  const found = configuredListeners(text)
  const wrong = found.length !== listed(text).length || found.length === 0
  if (wrong || found.some(({ host, port }) => host === '' || port === null || port < 1))
    throw new DiskUsageError(`${option}: ${JSON.stringify(text)} is no list of LISTENER://host:port.`)
  return found.map(({ name, host, port }) => ({ listener: name, host, port: port ?? 0 }))
}

/** @throws DiskUsageError */
function votersOf(values: readonly string[]): Map<number, Endpoint[]> {
  const voters = new Map<number, Endpoint[]>()
  for (const value of values) {
    const [, id, addresses = ''] = /^(\d{1,9})=(.*)$/.exec(value) ?? []
    if (id === undefined) throw new DiskUsageError(`--voter: ${JSON.stringify(value)} is no ID=LISTENER://host:port.`)
    if (voters.has(Number(id))) throw new DiskUsageError(`--voter: node ${id} is given twice.`)
    voters.set(Number(id), endpointsOf('--voter', addresses))
  }
  return voters
}

/** @throws DiskUsageError */
function plannedAt(text: string | null): number | null {
  if (text === null) return null
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms) || ms < 0)
    throw new DiskUsageError(
      `--planned-at: ${JSON.stringify(text)} is no time as it was printed, 2026-01-02T03:04:05.678Z.`,
    )
  return ms
}

/** @throws DiskUsageError */
export function changeRequest(kind: ChangeRequest['kind'], args: Arguments): ChangeRequest {
  const [directory, extra] = args.positionals
  if (directory === undefined) throw new DiskUsageError('Name the directory first: metadata.log.dir of the node.')
  if (extra !== undefined)
    throw new DiskUsageError(`One directory is worked on at a time; ${JSON.stringify(extra)} is one too many.`)
  for (const [other, options] of Object.entries(OWN))
    for (const name of options)
      if (!OWN[kind].includes(name) && args.many(name).length > 0)
        throw new DiskUsageError(`--${name} belongs to disk ${other}.`)
  const need = (name: string, what: string): string[] => {
    const values = args.many(name)
    if (values.length === 0) throw new DiskUsageError(`--${name} is missing: ${what}.`)
    return values
  }
  const confirm = args.one('confirm')?.toLowerCase() ?? null
  const at = plannedAt(args.one('planned-at'))
  if ((confirm === null) !== (at === null))
    throw new DiskUsageError('--planned-at and --confirm go together, as the plan printed them.')
  if (confirm !== null && !/^[0-9a-f]{64}$/.test(confirm))
    throw new DiskUsageError('--confirm takes the 64 digits of the SHA-256 that the plan printed.')
  const backup = args.one('backup')
  if (backup === null && kind !== 'graft')
    throw new DiskUsageError('--backup is missing: the directory that disk backup has made.')
  return {
    kind,
    directory,
    reportFiles: need('reports', 'disk inspect --json of every copy that can be had'),
    backup,
    endpoints: kind === 'set-endpoints' ? votersOf(need('voter', 'ID=LISTENER://host:port of every voter')) : new Map(),
    listeners:
      kind === 'graft'
        ? endpointsOf('--listener', need('listener', 'LISTENER://host:port of this controller').join(','))
        : [],
    from: kind === 'graft' ? (need('from', 'the log directory of the broker')[0] ?? null) : null,
    lost:
      kind === 'set-endpoints'
        ? nodeIds('--lost', args.many('lost'))
        : nodeIds(
            '--lost',
            need('lost', kind === 'graft' ? 'every voter of the newest set' : 'the voters whose disks are gone'),
          ),
    plannedAtMs: at,
    confirm,
  }
}

const endpointsText = (endpoints: readonly Endpoint[]): string =>
  endpoints
    .map(({ listener, host, port }) => `${listener}://${host.includes(':') ? `[${host}]` : host}:${port}`)
    .join(',')

/** The words that carry a plan out. */
export function confirmingWords(request: ChangeRequest, plannedAtMs: number, sha256: string): string[] {
  const { kind, directory, lost, endpoints, listeners, from, reportFiles, backup } = request
  return [
    ...['disk', kind, directory],
    ...(lost.length === 0 ? [] : ['--lost', lost.join(',')]),
    ...[...endpoints].flatMap(([id, list]) => ['--voter', `${id}=${endpointsText(list)}`]),
    ...(from === null ? [] : ['--from', from]),
    ...(listeners.length === 0 ? [] : ['--listener', endpointsText(listeners)]),
    ...['--reports', ...reportFiles],
    ...(backup === null ? [] : ['--backup', backup]),
    ...['--planned-at', new Date(plannedAtMs).toISOString(), '--confirm', sha256],
  ]
}
