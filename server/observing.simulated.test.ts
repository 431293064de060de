/** How the observer behaves where the way to the quorum is odd. */

import { afterEach, expect, test } from 'vitest'
import { type SimulatedQuorum, startSimulatedQuorum } from './sandbox/simulatedQuorum/start.ts'
import { Watching } from './watching.ts'

let quorum: SimulatedQuorum
const watchings: Watching[] = []

afterEach(async () => {
  for (const watching of watchings.splice(0)) watching.stop()
  await quorum.close()
})

function watch(...args: ConstructorParameters<typeof Watching>): Watching {
  const watching = new Watching(...args)
  watchings.push(watching)
  return watching
}

test('a cluster made anew at the same addresses is noticed, not called leaderless', async () => {
  quorum = await startSimulatedQuorum({})
  const watching = watch({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const before = await watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
  const old = before.replicas.map((r) => r.directoryId)
  await quorum.port.act({ action: 'reset' })
  const after = await watching.view(
    'the new one',
    (v) => v.quorum.margin === 1 && !old.includes(v.replicas[0]?.directoryId ?? null),
  )
  expect(after.replicas).toHaveLength(6)
})

test('followers that name a leader which we cannot reach: said so', async () => {
  quorum = await startSimulatedQuorum({})
  const first = watch({ bootstrapControllers: quorum.bootstrapControllers })
  const { quorum: facts } = await first.view('a leader', (v) => v.quorum.margin === 1)
  await quorum.port.act({ action: 'freeze', nodeId: facts.leaderId ?? -1 })
  const watching = watch({ bootstrapControllers: quorum.bootstrapControllers })
  await watching.until('the words', () => watching.links.some((l) => l.problem?.code === 'leader-not-reached'))
  await watching.view('the next leader', (v) => v.quorum.leaderId !== facts.leaderId)
})
