/** Everything that can happen in a world, as data: it can be listed, done, and read by people. */
import type { SandboxAction } from '../../contract/sandbox.ts'
import type { AllowedCommand } from '../../contract/workflows.ts'
import { carryOut } from '../world/hosts.ts'
import { begin, mend, type OddKind, odditiesAt } from '../world/networkFaults.ts'
import { sendRaw } from '../world/rawChange.ts'
import { nodeTexts } from '../world/stateText.ts'
import { trueVoters } from '../world/truth.ts'
import { crashDashboard, pass, possibleCommands, say } from '../world/virtualRuns.ts'
import { BOOT_MS, type Fate, nodeOf, QUICK_BOOT_MS, runCluster, type World } from '../world/world.ts'
import { mayGoFirst, replaceDiskMeanwhile } from './emergency.ts'

type HostAction = 'kill' | 'start' | 'freeze' | 'resume' | 'wipe' | 'format and start'

export type Action =
  | { kind: 'say'; command: string }
  | { kind: 'pass'; ms: number }
  | { kind: 'host'; action: HostAction; nodeId: number }
  | { kind: 'fate'; fate: Fate }
  | { kind: 'crash' }
  | { kind: 'odd'; oddity: OddKind; nodeId: number }
  | { kind: 'mend' }
  | { kind: 'raw'; change: 'remove' | 'add'; nodeId: number }
  | { kind: 'emergency'; nodeId: number }

const QUANTA_MS = [300, 2500]
const FATES: readonly Fate[] = ['request lost', 'answer lost', 'request late', 'request twice', 'answer twice']
/** They end the run, or only say who drives it. */
const NOT_FORWARD: ReadonlySet<AllowedCommand['type']> = new Set(['abort', 'leave', 'park', 'take-over'])

function commandText({ type, step, key, nodeId, directoryId }: AllowedCommand): string {
  return [type, step, key, nodeId, directoryId].filter((part) => part !== undefined).join(' ')
}

export function actionText(action: Action): string {
  switch (action.kind) {
    case 'say':
      return `the operator says: ${action.command}`
    case 'pass':
      return `${action.ms} ms pass`
    case 'host':
      return `${action.action} node ${action.nodeId}`
    case 'fate':
      return `the next voter change: ${action.fate}`
    case 'crash':
      return 'the dashboard crashes and is started again'
    case 'odd':
      return `node ${action.nodeId}: ${action.oddity}`
    case 'mend':
      return 'what was cut off, slow, or showed a wrong time is right again'
    case 'raw':
      return `somebody else: ${action.change} ${action.nodeId}`
    case 'emergency':
      return `an emergency goes first: the disk of ${action.nodeId} is replaced while the run rests`
    default:
      return action satisfies never
  }
}

function hostActions(world: World, nodeId: number): HostAction[] {
  const { process, disk } = nodeOf(world, nodeId)
  const downMs = world.cluster.nowMs - (world.since[nodeId] ?? 0)
  if (process === 'running') return ['kill', 'freeze', 'wipe']
  if (process === 'frozen') return ['resume', 'kill', 'wipe']
  if (disk === null) return downMs >= QUICK_BOOT_MS ? ['format and start'] : []
  return downMs >= BOOT_MS ? ['start', 'wipe'] : []
}

/** All that can happen now. Of nodes that cannot be distinguished only one is named. */
export function actionsOf(world: World): Action[] {
  const { run, sending } = world.dashboard
  if (run === null || run.outcome !== null) return []
  const actions: Action[] = QUANTA_MS.map((ms) => ({ kind: 'pass', ms }))
  for (const command of possibleCommands(world)) {
    if (!NOT_FORWARD.has(command.type)) actions.push({ kind: 'say', command: commandText(command) })
  }
  if (sending !== null && world.fate === null) for (const fate of FATES) actions.push({ kind: 'fate', fate })
  actions.push({ kind: 'crash' })
  if (world.oddity !== null) actions.push({ kind: 'mend' })
  const voters = new Set(trueVoters(world).map((v) => v.nodeId))
  const seen = new Set<string>()
  for (const [nodeId, text] of nodeTexts(world)) {
    if (seen.has(text)) continue
    seen.add(text)
    for (const action of hostActions(world, nodeId)) actions.push({ kind: 'host', action, nodeId })
    if (world.oddity === null) {
      for (const oddity of odditiesAt(world, nodeId)) actions.push({ kind: 'odd', oddity, nodeId })
    }
    if (voters.size === 0) continue
    if (mayGoFirst(world, nodeId)) actions.push({ kind: 'emergency', nodeId })
    if (voters.has(nodeId)) actions.push({ kind: 'raw', change: 'remove', nodeId })
    else if (nodeOf(world, nodeId).process === 'running') actions.push({ kind: 'raw', change: 'add', nodeId })
  }
  return actions
}

function actOnHost(world: World, action: HostAction, nodeId: number): void {
  const acts: SandboxAction['action'][] = action === 'format and start' ? ['format', 'start'] : [action]
  for (const one of acts) carryOut(world, { action: one, nodeId } as SandboxAction)
}

/** Does it to this world. */
export function perform(world: World, action: Action): void {
  switch (action.kind) {
    case 'say': {
      const command = possibleCommands(world).find((c) => commandText(c) === action.command)
      if (command !== undefined) say(world, command)
      return
    }
    case 'pass':
      pass(world, action.ms)
      return
    case 'host':
      actOnHost(world, action.action, action.nodeId)
      return
    case 'fate':
      world.fate = action.fate
      return
    case 'crash':
      crashDashboard(world)
      return
    case 'odd':
      begin(world, action.oddity, action.nodeId)
      return
    case 'mend':
      mend(world)
      return
    case 'raw':
      sendRaw(world, action.change, action.nodeId)
      runCluster(world, world.cluster.nowMs)
      return
    case 'emergency':
      replaceDiskMeanwhile(world, action.nodeId)
      return
    default:
      action satisfies never
  }
}
