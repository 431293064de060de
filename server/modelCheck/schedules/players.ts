/** Who works on the goal of a schedule: nobody, a hasty human with Kafka's own commands, or one who follows the wizard. */
import type { StartWorkflow } from '../../contract/workflows.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { includes } from '../../workflows/run/voterSet.ts'
import { CooperativeOperator } from '../cooperativeOperator.ts'
import { carryOut } from '../world/hosts.ts'
import { poll } from '../world/observation.ts'
import { sendRaw } from '../world/rawChange.ts'
import { trueMargin, trueVoters } from '../world/truth.ts'
import { crashDashboard, pass, startRun } from '../world/virtualRuns.ts'
import { BOOT_MS, nodeOf, runCluster, type World } from '../world/world.ts'
import type { Goal, Schedule } from './schedule.ts'

export interface Player {
  /** Commands that were given to the quorum or to the wizard. */
  commands: number
  /** Changes that left no living majority by what was true when they were sent. */
  unsafe: number
  /** Nothing is left to do. */
  isDone: boolean
  /** Lets time pass up to this moment, and does what is to be done. */
  play(world: World, toMs: number): void
  /** A fault of the way to the quorum, or of the dashboard. */
  suffer(world: World, kind: 'answer lost' | 'request lost' | 'dashboard crash'): void
}

export class Nobody implements Player {
  commands = 0
  unsafe = 0
  isDone = true
  play(world: World, toMs: number): void {
    runCluster(world, toMs)
  }
  suffer(): void {}
}

type RawCommand = 'format and start' | 'start' | 'stop' | 'remove' | 'add'

const RAW_STEPS: Readonly<Record<Goal, readonly RawCommand[]>> = {
  // The order of Kafka's documentation: the new disk runs, then the old incarnation goes and the new one is added.
  'replace a failed disk': ['format and start', 'remove', 'add'],
  'add a controller': ['start', 'add'],
  'remove a controller': ['remove', 'stop'],
}

/** How long the tool waits for an answer, and the human before the next try, in ms. */
const RAW_PATIENCE_MS = 5000
const RAW_AGAIN_MS = 2000
const RAW_TRIES = 12

/** Types the commands one after the other, looks at nothing, and tries again where one fails. */
export class RawOperator implements Player {
  commands = 0
  unsafe = 0
  readonly #schedule: Schedule
  #step = 0
  #tries = 0
  #nextAtMs: number
  #isLost = false

  constructor(schedule: Schedule, startMs: number) {
    this.#schedule = schedule
    this.#nextAtMs = startMs + schedule.beginsAtMs
  }

  get isDone(): boolean {
    return this.#step >= RAW_STEPS[this.#schedule.goal].length
  }

  play(world: World, toMs: number): void {
    while (!this.isDone && this.#nextAtMs <= toMs) {
      runCluster(world, Math.max(world.cluster.nowMs, this.#nextAtMs))
      this.#type(world)
    }
    runCluster(world, Math.max(world.cluster.nowMs, toMs))
  }

  suffer(_world: World, kind: 'answer lost' | 'request lost' | 'dashboard crash'): void {
    // What the tool sent is under way or done; a human who sees no answer types it again.
    if (kind === 'answer lost') this.#isLost = true
  }

  #type(world: World): void {
    const { goal, thinksMs } = this.#schedule
    const command = RAW_STEPS[goal][this.#step]
    this.commands += 1
    const isGood = command === 'remove' || command === 'add' ? this.#change(world, command) : this.#host(world, command)
    this.#tries += 1
    if (isGood || this.#tries >= RAW_TRIES) {
      this.#step += 1
      this.#tries = 0
    }
    this.#nextAtMs = world.cluster.nowMs + (isGood ? thinksMs : RAW_AGAIN_MS)
  }

  #host(world: World, command: RawCommand | undefined): boolean {
    const { about: nodeId } = this.#schedule
    const node = nodeOf(world, nodeId)
    if (command === 'stop') return carryOut(world, { action: 'kill', nodeId }) || node.process === 'stopped'
    if (node.process !== 'stopped') return true
    if (world.cluster.nowMs - (world.since[nodeId] ?? 0) < BOOT_MS) return false
    if (node.disk === null) carryOut(world, { action: 'format', nodeId })
    return carryOut(world, { action: 'start', nodeId })
  }

  #change(world: World, change: 'remove' | 'add'): boolean {
    const { about } = this.#schedule
    const before = trueVoters(world)
    const requestId = sendRaw(world, change, about)
    if (requestId === null) return false
    const key = { nodeId: about, directoryId: nodeOf(world, about).disk?.directoryId ?? null }
    const rest = before.filter((v) => v.nodeId !== about)
    const after = change === 'add' ? [...rest, key] : rest
    const isUnsafe = after.length > 0 && trueMargin(world, after) < 0
    const patienceMs = world.cluster.nowMs + RAW_PATIENCE_MS
    let isGood = false
    world.dashboard.rpc = rawRpc(requestId, world.cluster.nowMs)
    while (world.dashboard.rpc.answer === null && world.cluster.nowMs < patienceMs) {
      runCluster(world, world.cluster.nowMs + 50)
    }
    const { answer } = world.dashboard.rpc
    world.dashboard.rpc = null
    if (answer !== null && 'error' in answer) isGood = answer.error === 0
    const changed = trueVoters(world)
    const isAppended = changed.length > 0 && changed.length !== before.length
    if (isUnsafe && (isGood || isAppended)) this.unsafe += 1
    if (!this.#isLost) return isGood
    this.#isLost = false
    return false
  }
}

function rawRpc(requestId: number, sentMs: number) {
  return {
    intentSeq: -1,
    requestId,
    nodeId: -1,
    runId: -1,
    sentMs,
    isDeaf: false,
    comesTwice: false,
    answer: null,
  } as World['dashboard']['rpc'] & object
}

const WIZARDS: Readonly<Record<Goal, StartWorkflow['kind']>> = {
  'replace a failed disk': 'replace-disk',
  'add a controller': 'add-controller',
  'remove a controller': 'remove-controller',
}

/** Between two tries to begin a run that is refused, in ms. */
const BEGIN_AGAIN_MS = 2000
const STEP_MS = 250

/** Begins the run, and does what the wizard recommends. */
export class WizardUser implements Player {
  unsafe = 0
  isDone = false
  readonly #schedule: Schedule
  readonly #operator = new CooperativeOperator()
  #beginAtMs: number
  #begun = 0

  constructor(schedule: Schedule, startMs: number) {
    this.#schedule = schedule
    this.#beginAtMs = startMs + schedule.beginsAtMs
  }

  get commands(): number {
    return this.#operator.commands + this.#begun
  }

  play(world: World, toMs: number): void {
    while (world.cluster.nowMs < toMs && !this.isDone) {
      const { run } = world.dashboard
      if (run === null) {
        if (this.#beginAtMs >= toMs) break
        runCluster(world, Math.max(world.cluster.nowMs, this.#beginAtMs - 2000))
        while (world.cluster.nowMs < this.#beginAtMs) {
          poll(world)
          runCluster(world, Math.min(this.#beginAtMs, world.cluster.nowMs + STEP_MS))
        }
        this.#begin(world)
        continue
      }
      if (run.outcome !== null) {
        this.isDone = true
        break
      }
      this.#keepUp(world)
      this.#operator.act(world)
      pass(world, Math.min(STEP_MS, toMs - world.cluster.nowMs))
    }
    runCluster(world, Math.max(world.cluster.nowMs, toMs))
  }

  suffer(world: World, kind: 'answer lost' | 'request lost' | 'dashboard crash'): void {
    if (kind === 'dashboard crash') crashDashboard(world)
    else world.fate = kind
  }

  /** The new controller is the operator's to look after: what ends is started again, on a new disk where that is lost. */
  #keepUp(world: World): void {
    const { goal, about: nodeId } = this.#schedule
    const { process, disk } = nodeOf(world, nodeId)
    const isNew = goal === 'add a controller' || world.dashboard.run?.done['new-disk'] !== undefined
    if (!isNew || process !== 'stopped' || world.cluster.nowMs - (world.since[nodeId] ?? 0) < BOOT_MS) return
    if (disk === null) carryOut(world, { action: 'format', nodeId })
    carryOut(world, { action: 'start', nodeId })
  }

  #begin(world: World): void {
    const { goal, about: nodeId } = this.#schedule
    const voter = trueVoters(world).find((v) => v.nodeId === nodeId)
    const kind = WIZARDS[goal]
    const params = kind === 'remove-controller' ? { nodeId, directoryId: voter?.directoryId ?? '' } : { nodeId }
    try {
      startRun(world, { kind, params } as Pick<StartWorkflow, 'kind' | 'params'>)
      this.#begun += 1
    } catch (error) {
      if (!(error instanceof WorkflowRefusal)) throw error
      this.#beginAtMs = world.cluster.nowMs + BEGIN_AGAIN_MS
    }
  }
}

/** Whether the voters are as the goal wants them. */
export function isReached(world: World, { goal, about, voters }: Schedule, old: string | null): boolean {
  const plannedVoters = trueVoters(world)
  if (plannedVoters.length === 0) return false
  const plannedVoter = plannedVoters.find((v) => v.nodeId === about)
  switch (goal) {
    case 'add a controller':
      return plannedVoter !== undefined && plannedVoters.length === voters + 1
    case 'remove a controller':
      return plannedVoter === undefined && plannedVoters.length === voters - 1
    case 'replace a failed disk':
      return (
        plannedVoter !== undefined &&
        !includes(plannedVoters, { nodeId: about, directoryId: old }) &&
        plannedVoters.length === voters
      )
    default:
      return goal satisfies never
  }
}
