/** Whoever asks whether a node may be stopped gets the answer of the wizard that would stop it, in every state of its ordinary run. */
import { expect, test } from 'vitest'
import type { Gate } from '../../contract/workflows.ts'
import { standingOf } from '../../workflows/engine/decisions/progress.ts'
import { type StopAction, stopQuestion } from '../../workflows/engine/decisions/stopQuestion.ts'
import type { Facts } from '../../workflows/run/facts.ts'
import { WorkflowRefusal } from '../../workflows/run/refusal.ts'
import { allOk, hostGatesOf } from '../../workflows/run/step.ts'
import { focusOf } from '../../workflows/wizards/parts.ts'
import { factsOf } from '../world/observation.ts'
import { START_STATES, waypoints } from './startStates.ts'

const OF_STOP = 'margin-if-stopped'
/** Codes that are about the run itself, and not about the quorum without the node. */
const byCode = (gates: readonly { code: string; ok: boolean }[]) => new Map(gates.map(({ code, ok }) => [code, ok]))

function answered(action: StopAction, nodeId: number, facts: Facts): Gate[] | null {
  try {
    return stopQuestion(action, nodeId, facts)
  } catch (error) {
    if (error instanceof WorkflowRefusal) return null
    throw error
  }
}

test('may-stop and may-restart agree with the gates of the wizards on every state of the start states', () => {
  let compared = 0
  let refused = 0
  for (const start of START_STATES) {
    for (const [waypoint, world] of waypoints(start).entries()) {
      const { run } = world.dashboard
      if (run === null) continue
      const facts = factsOf(world)
      const step = standingOf(run, facts).current
      const gates = step === null ? [] : hostGatesOf(step)
      const { target } = focusOf(run).plan
      // A step that stops a node which votes: its gates are what the question is about.
      if (target === null || !gates.some(({ code }) => code === OF_STOP)) continue
      const isRestart = step?.key.endsWith('restart') === true
      const where = `${start.name}, waypoint ${waypoint}, ${step?.key}`
      const answer = answered(isRestart ? 'restart' : 'stop', target.nodeId, facts)
      // Nobody leads, or nothing is seen: no node may be stopped, by anybody.
      if (answer === null) {
        expect(allOk(gates), where).toBe(false)
        refused += 1
        continue
      }
      const asked = byCode(answer)
      for (const { code, ok } of gates) {
        // What a person has stated to the run, nobody has stated to the question.
        if (!asked.has(code)) continue
        expect(asked.get(code), `${where}: ${code}`).toBe(ok)
        compared += 1
        if (!ok) refused += 1
      }
      expect(asked.has(OF_STOP), where).toBe(true)
    }
  }
  console.log(`may-stop: ${compared} verdicts compared, ${refused} of them refusals`)
  expect(compared).toBeGreaterThan(100)
  expect(refused).toBeGreaterThan(0)
})
