import { expect, test } from 'vitest'
import { CANDIDATE, exampleFacts, exampleRun, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { allowedCommands } from '../../engine/decisions/allowed.ts'
import { standingOf } from '../../engine/decisions/progress.ts'
import type { Run } from '../../run/run.ts'

const whole = exampleFacts()
const adding = exampleRun({ kind: 'add-controller', params: { ...CANDIDATE } }, whole)
const done = { how: 'observed', atMs: NOW, text: '' } as const
const atAdd: Run = { ...adding, params: { nodeId: 3 }, done: { candidate: done, 'caught-up': done } }
const ago = NOW - 60_000
/** Its disk was lost after it had caught up: it is back with a new one. */
const reborn = exampleFacts(
  exampleView({
    sample: {
      observers: [
        replica(7, DIRECTORY[7]),
        replica(3, CANDIDATE.directoryId, { lastFetchMs: ago, lastCaughtUpMs: ago }),
        replica(3, DIRECTORY.new2),
      ],
    },
  }),
)

test('the chosen candidate loses its disk before it is added: its new incarnation may be chosen, behind the same gates', () => {
  const choices = (facts: typeof whole, run: Run) =>
    allowedCommands(standingOf(run, facts)).filter((c) => c.type === 'choose')
  expect(choices(reborn, atAdd)).toMatchObject([{ step: 'add', nodeId: 3, directoryId: DIRECTORY.new2 }])
  expect(choices(whole, atAdd)).toEqual([])
  const chosen: Run = { ...atAdd, plan: { ...atAdd.plan, candidate: { nodeId: 3, directoryId: DIRECTORY.new2 } } }
  expect(allowedCommands(standingOf(chosen, reborn))[0]).toMatchObject({ type: 'execute', step: 'add' })
  const young = { ...reborn, track: { ...reborn.track, windows: new Map() } }
  expect(allowedCommands(standingOf(chosen, young))[0]?.type).not.toBe('execute')
})
