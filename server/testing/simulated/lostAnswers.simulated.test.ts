/** Answers that get lost, and leaders that die at each step: nothing is sent twice, and the run is done all the same. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Workflow } from '../../contract/workflows.ts'
import {
  CHANGES,
  expectDeadLeaderSurvived,
  expectLostAnswersSurvived,
  killLeader,
  type OneChange,
  openPlace,
  requestOf,
  seen,
} from '../faults/faultyRuns.ts'
import { type QuorumUnderTest, simulatedUnderTest } from '../quorumUnderTest.ts'

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function simulated(controllers: number): Promise<QuorumUnderTest> {
  const quorum = await simulatedUnderTest({ brokers: 0, controllers })
  closers.push(() => quorum.close())
  return quorum
}

describe.each(['silence', 'cut'] as const)('answers lost by %s', (how) => {
  test.each(CHANGES)('%s: each change is sent once and found applied', async (...change) => {
    await expectLostAnswersSurvived(await simulated(3), how, change)
  })
})

describe('the leader dies', () => {
  // Five voters: one dead leader beside the change leaves a majority.
  const moments: [name: string, kind: OneChange, at: (w: Workflow) => boolean][] = [
    ['while the window fills', 'replace-disk', (w) => w.currentStep === 'caught-up'],
    ['before the removal', 'replace-disk', (w) => w.currentStep === 'remove-old'],
    ['in the soak of a replacement', 'replace-disk', (w) => w.currentStep === 'restored'],
    ['before an addition', 'add-controller', (w) => w.currentStep === 'add'],
    ['in the soak of an addition', 'add-controller', (w) => w.currentStep === 'steady'],
    ['in the soak of a removal', 'remove-controller', (w) => w.currentStep === 'stays-away'],
  ]
  test.each(moments)('%s', async (_name, kind, at) => {
    const place = await openPlace(await simulated(5))
    closers.push(() => place.driving.close())
    const { id } = await place.driving.start(await requestOf(place, kind))
    await place.driving.drive(id, at)
    await killLeader(place)
    const done = await place.driving.drive(id)
    expect(done.state).toBe('done')
    expect(place.driving.errors).toEqual([])
    expect(seen(place).quorum.voters).toBe(kind === 'replace-disk' ? 5 : kind === 'add-controller' ? 6 : 4)
  })

  test.each(CHANGES)('right after the request of %s was sent', async (kind) => {
    await expectDeadLeaderSurvived(await simulated(5), kind)
  })
})
