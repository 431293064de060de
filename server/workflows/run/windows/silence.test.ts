import { expect, test } from 'vitest'
import { exampleFacts, exampleView } from '../../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../../testing/examples/exampleObservation.ts'
import { silenceOf } from './silence.ts'

const key = { nodeId: 2, directoryId: DIRECTORY[2] }
const dead = (lastFetchMs: number) =>
  exampleView({
    sample: {
      voters: [
        LEADER,
        replica(1, DIRECTORY[1]),
        replica(2, DIRECTORY[2], { lastFetchMs, lastCaughtUpMs: lastFetchMs }),
      ],
    },
  })

test('a silence is another one after another fetch, another leader, or where the clock of the leader is not known', () => {
  const of = (view: ReturnType<typeof exampleView>) => silenceOf(exampleFacts(view), key)
  const first = of(dead(NOW - 60_000))
  expect(first).toContain('is silent, last heard')
  expect(of(dead(NOW - 60_000))).toBe(first)
  expect(of(dead(NOW - 50_000))).not.toBe(first)
  const view = dead(NOW - 60_000)
  const as = (quorum: Partial<typeof view.quorum>) => of({ ...view, quorum: { ...view.quorum, ...quorum } })
  expect(as({ leaderEpoch: 99 })).not.toBe(first)
  expect(as({ leaderClockMs: null })).toContain('last heard never')
  expect(silenceOf(exampleFacts(), key)).toContain('is ok')
  expect(silenceOf(exampleFacts(), { ...key, nodeId: 99 })).toContain('is not listed')
})
