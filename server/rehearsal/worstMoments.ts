/** When a fault hurts a run most, and which ones can happen then. Pure. */
import { carryOut } from '../proof/hosts.ts'
import { factsOf } from '../proof/observation.ts'
import { trueLeader, trueVoters } from '../proof/truth.ts'
import { copyWorld, nodeOf, type World } from '../proof/world.ts'
import { focusOf } from '../workflows/parts.ts'
import { currentStep, stepsOf } from '../workflows/progress.ts'

export interface Moment {
  /** In words. */
  text: string
  world: World
  /** Whether a request has just left. */
  sent: boolean
}

export interface Fault {
  text: string
  /** The controller that it takes away; `null` where none. */
  nodeId: number | null
  befall(world: World): void
}

function changeText({ kind, nodeId }: { kind: 'add' | 'remove'; nodeId: number }): string {
  return `${kind === 'add' ? 'adding' : 'removing'} controller ${nodeId}`
}

/** Keeps a copy of each of the worst moments while a run is played. */
export class MomentKeeper {
  readonly moments: Moment[] = []
  readonly #seen = new Set<string>()
  #sending = ''

  /** Before time passes. */
  beforeStep(world: World): void {
    const { sending, run } = world.dashboard
    this.#sending = ''
    if (sending !== null) {
      this.#sending = changeText(sending.change)
      this.#keep(`right before ${this.#sending}`, world, false)
      return
    }
    if (run === null || run.outcome !== null || run.intent !== null) return
    const step = currentStep(run, stepsOf(run, factsOf(world)))
    if (step === null || step.change !== null || !step.gates.some((g) => g.code === 'steady')) return
    this.#keep(`while it is watched: ${step.title.toLowerCase()}`, world, false, step.key)
  }

  /** A moment after a request left. */
  afterSending(world: World): void {
    if (this.#sending !== '') this.#keep(`right after the request for ${this.#sending}`, world, true)
  }

  #keep(text: string, world: World, sent: boolean, key = text): void {
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.moments.push({ text, world: copyWorld(world), sent })
  }
}

function loses(text: string, nodeId: number, action: 'kill' | 'wipe'): Fault {
  return { text, nodeId, befall: (world) => void carryOut(world, { action, nodeId }) }
}

const ANSWER_LOST: Fault = {
  text: 'the answer is lost',
  nodeId: null,
  befall: ({ dashboard }) => {
    if (dashboard.rpc !== null) dashboard.rpc = { ...dashboard.rpc, isDeaf: true }
  },
}

export function faultsAt({ world, sent }: Moment): Fault[] {
  const { run, sending } = world.dashboard
  if (run === null) return []
  const { target, candidate } = focusOf(run).plan
  const leader = trueLeader(world)?.id ?? null
  const runs = (id: number) => nodeOf(world, id).process === 'running'
  const aside = new Set([leader, target?.nodeId, candidate?.nodeId, sending?.change.nodeId, run.intent?.change.nodeId])
  const other = trueVoters(world).findLast(({ nodeId }) => !aside.has(nodeId) && runs(nodeId))
  const isNew = candidate !== null && candidate.nodeId !== leader && runs(candidate.nodeId)
  return [
    ...(leader === null ? [] : [loses(`the leader, ${leader}, dies`, leader, 'kill')]),
    ...(other === undefined ? [] : [loses(`voter ${other.nodeId} dies`, other.nodeId, 'kill')]),
    ...(sent ? [ANSWER_LOST] : []),
    ...(isNew
      ? [
          loses(`the new controller, ${candidate.nodeId}, dies`, candidate.nodeId, 'kill'),
          loses(`the new controller, ${candidate.nodeId}, loses its disk`, candidate.nodeId, 'wipe'),
        ]
      : []),
  ]
}
