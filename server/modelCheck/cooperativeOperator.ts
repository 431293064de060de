/** An operator who does what is recommended, and waits otherwise. */
import type { AllowedCommand } from '../contract/workflows.ts'
import { pass, possibleCommands, say } from './world/virtualRuns.ts'
import type { World } from './world/world.ts'

/** Between two looks of the operator at the run. */
const LOOKS_EVERY_MS = 250
const GOING_ON: ReadonlySet<AllowedCommand['type']> = new Set(['resume', 'replan'])

/** What is recommended; a run that rests, or was changed by somebody else, is gone on with. */
export function nextForward(commands: readonly AllowedCommand[]): AllowedCommand | null {
  return commands.find((c) => c.recommended) ?? commands.find((c) => GOING_ON.has(c.type)) ?? null
}

/** The same words as before lead nowhere: they are said again only after some time. */
const SAME_AGAIN_MS = 2000

export class CooperativeOperator {
  commands = 0
  #last = ''
  #lastAtMs = 0

  /** Says what there is to say now. */
  act(world: World): void {
    const command = nextForward(possibleCommands(world))
    if (command === null) return
    const text = [command.type, command.step, command.key, command.nodeId, command.directoryId].join(' ')
    const { nowMs } = world.cluster
    if (text === this.#last && nowMs - this.#lastAtMs < SAME_AGAIN_MS) return
    this.#last = text
    this.#lastAtMs = nowMs
    if (say(world, command)) this.commands += 1
  }

  /** Drives the run until it ends, for so long at the most. @returns whether it has ended */
  drive(world: World, limitMs: number, onStep: (world: World) => void = () => {}): boolean {
    const endMs = world.cluster.nowMs + limitMs
    while (world.dashboard.run !== null && world.dashboard.run.outcome === null && world.cluster.nowMs < endMs) {
      this.act(world)
      onStep(world)
      pass(world, LOOKS_EVERY_MS)
    }
    return world.dashboard.run?.outcome !== null
  }
}
