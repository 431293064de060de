/** The dashboard is killed in every state of every step of a wizard that makes several changes, on the simulated quorum. */
import { expect, test } from 'vitest'
import { driveDying, stepsDiedIn } from '../faults/dyingRuns.ts'
import { doubles } from '../faults/mortalProcess.ts'
import { simulatedUnderTest } from '../quorumUnderTest.ts'

test('a rolling restart goes on whenever its dashboard dies', async () => {
  const quorum = await simulatedUnderTest({ brokers: 1 })
  try {
    const { deaths, run, entries } = await driveDying(quorum, {
      kind: 'rolling-restart',
      params: { nodeIds: [0, 1, 2] },
    })
    expect(run.state).toBe('done')
    expect(doubles(entries)).toEqual([])
    expect(stepsDiedIn(deaths)).toEqual(expect.arrayContaining(['0.restart', '1.restart', '2.restart']))
    expect(deaths.filter((place) => place.startsWith('on a host: restart'))).toHaveLength(3)
  } finally {
    await quorum.close()
  }
})
