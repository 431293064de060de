/** `quorumdeck disk`: reads the arguments, does the work, prints what came of it. Exit codes are in the help. */
import { readFileSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { DiskReport } from '../../contract/diskReport.ts'
import { parseProperties } from '../../kafka/records/javaProperties.ts'
import { metadataLogDir } from '../../nodeConfig/logDirectories.ts'
import { nameOf } from '../../recovery/copiesRules.ts'
import { planText, receiptText } from '../../recovery/planText.ts'
import { endOf, goesItsOwnWay, placeOf, ranked } from '../../recovery/ranking.ts'
import { type DiskRefusal, refusal } from '../../recovery/refusals.ts'
import { takeBackup } from '../backup/takeBackup.ts'
import { directoryRefusals } from '../change/directory.ts'
import { readReports } from '../change/planning.ts'
import type { ChangeRequest } from '../change/request.ts'
import { runChange } from '../change/runChange.ts'
import { undoChange } from '../change/undoChange.ts'
import type { DiskHost } from '../host.ts'
import { lockState } from '../lock/lockState.ts'
import { diskDirectory, inspectDisk } from '../walk/inspectDisk.ts'
import { type Arguments, DiskUsageError, parseArguments, shellText } from './arguments.ts'
import { CHANGE_OPTIONS, changeRequest, confirmingWords } from './changeRequest.ts'
import { DISK_HELP, SUBCOMMAND_HELP } from './help.ts'
import { rankingText, reportText } from './reportText.ts'

export interface Printed {
  /** 0 done or planned, 1 refused, 2 the command line cannot be used. */
  code: 0 | 1 | 2
  /** Standard output and standard error, without the last line break. */
  out: string
  errors: string
}

const READ_OPTIONS = { config: 'one', json: 'flag', help: 'flag' } as const

const printed = (out: string): Printed => ({ code: 0, out, errors: '' })
const asJson = (value: object): string => JSON.stringify(value, null, 2)

function refused(refusals: readonly DiskRefusal[], json: boolean): Printed {
  if (json) return { code: 1, out: asJson({ result: 'refused', refusals }), errors: '' }
  const lines = refusals.map(({ code, observed, remedy }) => `  ${code}\n    ${observed}\n    ${remedy}`)
  return {
    code: 1,
    out: '',
    errors: `Refused, for ${refusals.length === 1 ? 'one reason' : `${refusals.length} reasons`}; nothing was written.\n\n${lines.join('\n\n')}`,
  }
}

/** What a properties file says of the disk. @throws DiskUsageError */
function configured(file: string): { directory: string; nodeId: number | null } {
  let said: ReadonlyMap<string, string>
  try {
    said = parseProperties(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new DiskUsageError(`--config: ${file} cannot be read: ${(error as Error).message}.`)
  }
  const directory = metadataLogDir((key) => said.get(key)?.trim() ?? null)
  const id = said.get('node.id')?.trim() ?? said.get('broker.id')?.trim()
  if (directory === null) throw new DiskUsageError(`--config: ${file} names no log directory.`)
  return { directory, nodeId: id !== undefined && /^\d+$/.test(id) ? Number(id) : null }
}

function inspect(args: Arguments, host: DiskHost): Printed {
  const json = args.flags.has('json')
  const config = args.one('config')
  const file = config === null ? null : configured(config)
  const named = args.positionals[0] ?? file?.directory
  if (named === undefined || args.positionals.length > 1)
    throw new DiskUsageError('Name one directory, or give --config server.properties.')
  const path = diskDirectory(named)
  const refusals = directoryRefusals(path).filter(({ code }) => code === 'not-a-directory')
  if (file !== null && resolve(file.directory) !== path)
    refusals.push(
      refusal(
        'other-node',
        `By ${config} the metadata log lies in ${file.directory}, not in ${path}.`,
        'Name that directory, or leave one of the two out.',
      ),
    )
  if (refusals.length > 0) return refused(refusals, json)
  // Without links: what changes a disk follows none, and takes the path of its report.
  const directory = realpathSync(path)
  const { report } = inspectDisk({ directory, nowMs: host.nowMs(), host: host.name, lock: lockState(path) })
  if (file?.nodeId != null && report.meta !== null && report.meta.nodeId !== file.nodeId)
    report.problems.unshift(
      `${config} is of node ${file.nodeId}; meta.properties is of node ${report.meta.nodeId ?? 'unknown'}`,
    )
  return printed(json ? asJson(DiskReport.parse(report)) : reportText(report))
}

function rank(args: Arguments): Printed {
  const json = args.flags.has('json')
  if (args.positionals.length === 0) throw new DiskUsageError('Name the reports: files of disk inspect --json.')
  const { reports, refusals } = readReports(args.positionals)
  const clusters = new Set(reports.map(({ meta }) => meta?.clusterId ?? null))
  if (clusters.size > 1)
    refusals.push(
      refusal(
        'other-cluster',
        `The reports are of ${clusters.size} clusters: ${reports.map((report) => `${nameOf(report)}: ${report.meta?.clusterId ?? 'unknown'}`).join('; ')}.`,
        'Give the reports of one cluster alone.',
      ),
    )
  if (refusals.length > 0) return refused(refusals, json)
  const ranking = ranked(reports)
  const [best] = ranking
  if (!json)
    return printed(
      rankingText(
        ranking,
        reports.filter((report) => endOf(report) === null),
      ),
    )
  return printed(
    asJson({
      ranking: ranking.map(({ report, end, votes }) => ({
        ...placeOf(report),
        ...end,
        votes,
        damage: report.log?.damage?.kind ?? null,
        holdsOtherRecords: best !== undefined && report !== best.report && goesItsOwnWay(report, best.report),
      })),
      next: best === undefined ? null : best.votes ? 'recover' : 'graft',
    }),
  )
}

async function backup(args: Arguments, host: DiskHost): Promise<Printed> {
  const [directory, to] = args.positionals
  if (directory === undefined || to === undefined || args.positionals.length > 2)
    throw new DiskUsageError('Name the directory, and where its copy goes.')
  const json = args.flags.has('json')
  const outcome = await takeBackup(directory, to, host)
  if (outcome.result === 'refused') return refused(outcome.refusals, json)
  const { files } = outcome.manifest
  if (json) return printed(asJson(outcome))
  const bytes = files.reduce((sum, one) => sum + one.bytes, 0)
  return printed(
    `${files.length} files, ${bytes} bytes, copied to ${outcome.directory} and read again. manifest.json has their SHA-256.`,
  )
}

/** @param program words that start this program */
async function change(
  kind: ChangeRequest['kind'],
  args: Arguments,
  host: DiskHost,
  program: readonly string[],
): Promise<Printed> {
  const json = args.flags.has('json')
  if (args.flags.has('undo')) return await undo(kind, args, host)
  const request = changeRequest(kind, args)
  const outcome = await runChange(request, host)
  switch (outcome.result) {
    case 'refused':
      return refused(outcome.refusals, json)
    case 'planned': {
      const { plan, sha256, reports } = outcome
      const words = [...program, ...confirmingWords(request, plan.plannedAtMs, sha256)]
      const command = shellText(words)
      if (json) return printed(asJson({ result: 'planned', plan, sha256, command }))
      return printed(
        `${planText(plan, sha256, reports)}\n\nNothing was written. Within 15 minutes this carries it out:\n\n  ${command}`,
      )
    }
    case 'done':
      if (json) return printed(asJson(outcome))
      return printed(receiptText(outcome.receipt, outcome.already))
    default:
      return outcome satisfies never
  }
}

async function undo(kind: ChangeRequest['kind'], args: Arguments, host: DiskHost): Promise<Printed> {
  const [directory, extra] = args.positionals
  const to = args.one('backup')
  if (kind !== 'recover') throw new DiskUsageError('Every change is taken back by disk recover DIR --undo --backup TO.')
  if (directory === undefined || extra !== undefined || to === null)
    throw new DiskUsageError('--undo needs the directory and --backup, and nothing else.')
  const outcome = await undoChange(directory, resolve(to), host)
  const json = args.flags.has('json')
  if (outcome.result === 'refused') return refused(outcome.refusals, json)
  return printed(
    json
      ? asJson(outcome)
      : `Taken back: ${outcome.plan.file} is again as the backup has it. Plan ${outcome.planSha256}.`,
  )
}

async function dispatch(args: readonly string[], host: DiskHost, program: readonly string[]): Promise<Printed> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === 'help') return printed(DISK_HELP)
  const help = SUBCOMMAND_HELP[name]
  if (help === undefined) throw new DiskUsageError(`There is no disk ${name}.`)
  const changes = name === 'recover' || name === 'set-endpoints' || name === 'graft'
  const parsed = parseArguments(rest, changes ? CHANGE_OPTIONS : READ_OPTIONS)
  if (parsed.flags.has('help')) return printed(help)
  if (changes) return await change(name, parsed, host, program)
  if (name === 'inspect') return inspect(parsed, host)
  return name === 'rank' ? rank(parsed) : await backup(parsed, host)
}

/** @param args behind `disk` @param program words that start this program, for command lines that are printed */
export async function diskCommand(
  args: readonly string[],
  host: DiskHost,
  program: readonly string[],
): Promise<Printed> {
  try {
    return await dispatch(args, host, program)
  } catch (error) {
    if (error instanceof DiskUsageError)
      return {
        code: 2,
        out: '',
        errors: `quorumdeck disk: ${error.message} See ${[...program, 'disk', args[0] ?? ''].join(' ').trim()} --help.`,
      }
    const { code = null, path = null } = error as NodeJS.ErrnoException
    if (code === null) throw error
    const what = `${path ?? 'A file'} cannot be read or written (${code}).`
    return refused([refusal('access-failed', what, 'Run it as the user that Kafka runs as.')], args.includes('--json'))
  }
}
