/** For tests of simulated and real quorums: an election that lies before the newest snapshot is read all the same. */
import { expect, vi } from 'vitest'
import type { QuorumEvent } from '../contract/past/events.ts'
import { PATIENCE_MS } from './patience.ts'
import type { QuorumUnderTest } from './quorumUnderTest.ts'
import { Watching } from './watching.ts'

const WAIT = { timeout: PATIENCE_MS, interval: 250 }

/** A quorum that writes snapshots often and cleans its log. Leaves it running. */
export async function expectBackfill(quorum: QuorumUnderTest): Promise<void> {
  const { bootstrapControllers, port } = quorum
  const watching = new Watching({ bootstrapControllers })
  const earlier: QuorumEvent[] = []
  let late: Watching | null = null
  try {
    const before = await watching.view(
      'a steady quorum',
      ({ quorum: { leaderId, settling } }) => leaderId !== null && !settling,
    )
    quorum.takeSnapshots()
    // The first record of a cleaned log is the one that cannot be asked for.
    const begun = before.quorum.highWatermark ?? 0
    await watching.view('more in the log', (view) => (view.quorum.highWatermark ?? 0) > begun + 4)
    const killed = before.quorum.leaderId ?? -1
    await port.act({ action: 'kill', nodeId: killed })
    const elected = await watching.view(
      'another leader',
      ({ quorum: { leaderId } }) => leaderId !== null && leaderId !== killed,
    )
    await port.act({ action: 'start', nodeId: killed })
    const { highWatermark } = elected.quorum
    await watching.view('more in the log', (view) => (view.quorum.highWatermark ?? 0) > (highWatermark ?? 0) + 4)
    // Whoever comes now begins with a snapshot that the election is in.
    quorum.takeSnapshots()
    const isElection = ({ kind, epoch }: QuorumEvent) =>
      kind === 'leader-elected' && epoch === elected.quorum.leaderEpoch
    await vi.waitUntil(async () => {
      late?.stop()
      earlier.length = 0
      late = new Watching({ bootstrapControllers })
      late.observer.subscribe({ onEarlierEvent: (event) => earlier.push(event) })
      await late.view('a view with the log', ({ source }) => source.tailing)
      return await vi.waitUntil(() => earlier.some(isElection), { timeout: 3000 }).catch(() => false)
    }, WAIT)
    const election = earlier.find(isElection)
    expect(election).toMatchObject({ committed: true, retracted: false })
    expect(Math.abs((election?.atMs ?? 0) - elected.observedAtMs)).toBeLessThan(60_000)
  } finally {
    watching.stop()
    ;(late as Watching | null)?.stop()
  }
}
