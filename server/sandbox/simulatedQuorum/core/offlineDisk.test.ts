import { describe, expect, it } from 'vitest'
import { formatNode, killNode, startNode, wipeNode } from './hosts.ts'
import { appendVoters, graftLog, purgeLog } from './offlineDisk.ts'
import { endOffset, lastEpoch } from './raft/log.ts'
import { votersOf } from './raft/replica.ts'
import { localVoterNode } from './raft/transitions.ts'
import { Scenario } from './scenario.ts'
import { asLeader, liveNode } from './state.ts'

/** A quorum of three of which only this controller has its disk, with the entry that it has in its voter set. */
function survivor(release: '3.9.2' | '4.3.1' = '4.3.1') {
  const scenario = Scenario.formed({ brokers: 1, release })
  const [seedId = -1, ...lost] = [...scenario.followers(), scenario.leaderId()]
  const seed = scenario.node(seedId)
  const live = liveNode(seed)
  if (live === null) throw new Error('it runs')
  const entry = localVoterNode(scenario.state, live)
  for (const id of lost) wipeNode(scenario.state, scenario.node(id))
  killNode(scenario.state, seed)
  return { scenario, seed, entry, lost }
}

describe('a voter set at the end of a log', () => {
  it.each(['3.9.2', '4.3.1'] as const)('%s: the seed leads alone, above the epoch, and brokers follow', (release) => {
    const { scenario, seed, entry } = survivor(release)
    const before = seed.disk === null ? 0 : endOffset(seed.disk.log)
    appendVoters(scenario.state, seed, 1_005, [entry])
    expect(seed.disk?.election.epoch).toBeLessThan(1_000)
    expect(seed.disk?.log.batches.at(-1)).toMatchObject({ baseOffset: before, epoch: 1_005, control: true })
    startNode(scenario.state, seed)
    scenario.run(10_000)
    expect(scenario.leaderId()).toBe(seed.id)
    expect(scenario.quorum()).toMatchObject({ epoch: 1_006 })
    expect(scenario.voterIds()).toEqual([seed.id])
    expect(scenario.quorum().observers.map(({ key }) => key.id)).toContain(7)
    expect(scenario.quorum().highWatermark).toBeGreaterThan(before)
  })

  it('is not written to a disk whose process runs, that is empty, or whose log is of a later epoch', () => {
    const { scenario, seed, entry, lost } = survivor()
    expect(() => appendVoters(scenario.state, seed, 0, [entry])).toThrow(/ends in epoch \d+; a record of epoch 0/)
    expect(() => appendVoters(scenario.state, scenario.node(lost[0] ?? -1), 9, [entry])).toThrow(/empty disk/)
    startNode(scenario.state, seed)
    expect(() => appendVoters(scenario.state, seed, 1_005, [entry])).toThrow(/is running .* stop it first/)
    purged(scenario, lost[0] ?? -1)
    expect(() => appendVoters(scenario.state, scenario.node(lost[0] ?? -1), 9, [entry])).toThrow(/no metadata log/)
  })
})

function purged(scenario: Scenario, id: number): void {
  const node = scenario.node(id)
  if (node.disk === null) formatNode(scenario.state, node)
  purgeLog(node)
}

describe('a controller made of the copy of a broker', () => {
  it('leads with its own directory id once a voter set names it', () => {
    const { scenario, seed, entry } = survivor()
    wipeNode(scenario.state, seed)
    formatNode(scenario.state, seed)
    graftLog(seed, scenario.node(7))
    expect(seed.disk?.election.epoch).toBe(0)
    const key = scenario.key(seed.id)
    expect(key.directoryId).not.toBe(entry.key.directoryId)
    appendVoters(
      scenario.state,
      seed,
      lastEpoch(seed.disk?.log ?? { startOffset: 0, batches: [], snapshots: [] }) + 1_000,
      [{ ...entry, key }],
    )
    startNode(scenario.state, seed)
    scenario.run(10_000)
    expect(scenario.leaderId()).toBe(seed.id)
    const live = liveNode(scenario.node(7))
    expect(live === null ? [] : votersOf(live).map((voter) => voter.key)).toEqual([key])
  })

  it('needs a disk without a log, and a copy that has one', () => {
    const { scenario, seed, lost } = survivor()
    const empty = scenario.node(lost[0] ?? -1)
    expect(() => graftLog(empty, seed)).toThrow(/empty disk/)
    formatNode(scenario.state, empty)
    expect(() => graftLog(seed, scenario.node(7))).toThrow(/a metadata log of its own/)
    expect(() => graftLog(empty, empty)).toThrow(/its own copy/)
    expect(() => graftLog(seed, empty)).toThrow(/a metadata log of its own/)
    const other = scenario.node(lost[1] ?? -1)
    formatNode(scenario.state, other)
    expect(() => graftLog(empty, other)).toThrow(/holds no metadata log/)
    killNode(scenario.state, scenario.node(7))
    expect(() => graftLog(scenario.node(7), seed)).toThrow(/is no controller/)
  })
})

describe('a log that is taken away', () => {
  it('leaves the identity, and a broker reads everything anew', () => {
    const scenario = Scenario.formed({ brokers: 1 })
    const broker = scenario.node(7)
    const before = scenario.key(7)
    expect(() => purgeLog(broker)).toThrow(/is running/)
    killNode(scenario.state, broker)
    purgeLog(broker)
    expect(broker.disk).toMatchObject({ directoryId: before.directoryId, election: { epoch: 0, leaderId: null } })
    startNode(scenario.state, broker)
    scenario.run(5_000)
    const leader = scenario.leader()
    expect(broker.disk === null ? 0 : endOffset(broker.disk.log)).toBeGreaterThan(0)
    expect(leader === null ? null : asLeader(leader)?.run.role.observers.map(({ key }) => key)).toContainEqual(before)
  })
})

describe('a broker that is ahead of the seed', () => {
  /** Two records of the broker are known as committed to it, and the seed never had them. */
  function ahead() {
    const { scenario, seed, entry } = survivor()
    if (seed.disk === null) throw new Error('it has its disk')
    seed.disk.log.batches.splice(-3)
    appendVoters(scenario.state, seed, 1_005, [entry])
    return { scenario, seed, broker: scenario.node(7) }
  }

  it('ends when it runs on: it would cut below its high watermark', () => {
    const { scenario, seed, broker } = ahead()
    const before = broker.disk === null ? 0 : endOffset(broker.disk.log)
    startNode(scenario.state, seed)
    scenario.run(10_000)
    expect(broker.process).toBe('stopped')
    expect(broker.disk === null ? 0 : endOffset(broker.disk.log)).toBe(before)
  })

  it('follows once its copy was taken away', () => {
    const { scenario, seed, broker } = ahead()
    killNode(scenario.state, broker)
    purgeLog(broker)
    startNode(scenario.state, seed)
    startNode(scenario.state, broker)
    scenario.run(10_000)
    expect(broker.run?.role).toMatchObject({ kind: 'follower', leaderId: seed.id })
  })
})
