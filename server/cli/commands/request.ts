/** The change that the words of a command line mean. */
import { StartWorkflow, WorkflowKind } from '../../contract/workflows.ts'
import { type Given, wholeNumber, wholeNumbers } from '../arguments.ts'
import { usage } from '../failure.ts'

export const OF_CHANGE = {
  node: { type: 'string' },
  directory: { type: 'string' },
  old: { type: 'string' },
  new: { type: 'string' },
  nodes: { type: 'string' },
  controllers: { type: 'string' },
  retire: { type: 'string' },
  throttle: { type: 'string' },
  reason: { type: 'string' },
} as const

/** Recoveries begin on reports of disks, and with a person who has read them. */
const OF_SCRIPTS = WorkflowKind.options.filter((kind) => kind !== 'recover-quorum' && kind !== 'move-voters')

/** @throws CliFailure */
export function requestOf(kind: string | undefined, { values }: Given<typeof OF_CHANGE>): StartWorkflow {
  if (!OF_SCRIPTS.some((one) => one === kind)) throw usage(`Name a kind of change: ${OF_SCRIPTS.join(', ')}.`)
  const id = (flag: string, text: string | undefined) => (text === undefined ? undefined : wholeNumber(flag, text))
  const ids = (flag: string, text: string | undefined) => (text === undefined ? undefined : wholeNumbers(flag, text))
  const params = {
    nodeId: id('--node', values.node),
    directoryId: values.directory,
    oldNodeId: id('--old', values.old),
    newNodeId: id('--new', values.new),
    nodeIds: ids('--nodes', values.nodes),
    controllers: id('--controllers', values.controllers),
    retireBrokerIds: ids('--retire', values.retire),
    throttleBytesPerSecond: id('--throttle', values.throttle),
  }
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined))
  const parsed = StartWorkflow.safeParse({
    kind,
    params: given,
    ...(values.reason === undefined ? {} : { reason: values.reason }),
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.code === 'unrecognized_keys' ? issue.keys : (issue?.path ?? []).slice(1)
  throw usage(
    `${kind}: ${where.map(String).map(flagOf).join(', ') || 'its parameters'}: missing, or not what it takes.`,
  )
}

const FLAG_OF: Readonly<Record<string, keyof typeof OF_CHANGE>> = {
  nodeId: 'node',
  directoryId: 'directory',
  oldNodeId: 'old',
  newNodeId: 'new',
  nodeIds: 'nodes',
  controllers: 'controllers',
  retireBrokerIds: 'retire',
  throttleBytesPerSecond: 'throttle',
}

/** @param name of a parameter in the API */
export function flagOf(name: string): string {
  return `--${FLAG_OF[name] ?? name}`
}
