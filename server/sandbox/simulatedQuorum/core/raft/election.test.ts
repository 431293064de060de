import { describe, expect, it } from 'vitest'
import { copyCluster } from '../copy.ts'
import { cutLink, freezeNode, healLink, killNode, resumeNode, startNode, stopNode } from '../hosts.ts'
import type { KafkaRelease } from '../profiles.ts'
import { Scenario } from '../scenario.ts'
import { asLeader, liveNode } from '../state.ts'
import { endOffset } from './log.ts'

const releases: KafkaRelease[] = ['3.9.2', '4.1.2', '4.3.1']

describe.each(releases)('elections of %s', (release) => {
  it.each([1, 2, 3, 4, 5])('elects one leader whom all follow (seed %i)', (seed) => {
    const scenario = Scenario.formed({ release, seed, brokers: 2 })
    const leaderId = scenario.leaderId()
    const others = scenario.state.nodes.filter((node) => node.id !== leaderId)
    expect(others.map((node) => node.run?.role)).toMatchObject(others.map(() => ({ kind: 'follower', leaderId })))
  })

  it.each([1, 2, 3])('replaces a killed leader after the fetch timeout (seed %i)', (seed) => {
    const scenario = Scenario.formed({ release, seed })
    const dead = scenario.leaderId()
    const epoch = scenario.quorum().epoch
    killNode(scenario.state, scenario.node(dead))
    const took = scenario.runUntil(() => scenario.leader() !== null, 15_000)
    expect(took).toBeGreaterThan(1_000)
    expect(scenario.leaderId()).not.toBe(dead)
    scenario.run(3_000)
    const { voters, epoch: newEpoch, highWatermark } = scenario.quorum()
    expect(newEpoch).toBeGreaterThan(epoch)
    expect(highWatermark).not.toBeNull()
    // The dead voter stays listed and was never seen by this leader.
    expect(voters.find(({ key }) => key.id === dead)).toMatchObject({
      logEndOffset: null,
      lastFetchMs: null,
      lastCaughtUpMs: null,
    })
  })

  it('elects another leader while the old one is frozen, and the old one follows when it goes on', () => {
    const scenario = Scenario.formed({ release })
    const frozen = scenario.node(scenario.leaderId())
    freezeNode(frozen)
    scenario.runUntil(() => scenario.leader() !== null, 15_000)
    scenario.run(2_000)
    const leaderId = scenario.leaderId()
    expect(leaderId).not.toBe(frozen.id)
    resumeNode(scenario.state, frozen)
    scenario.run(3_000)
    expect(frozen.run?.role).toMatchObject({ kind: 'follower' })
    expect(scenario.leader()).not.toBeNull()
  })

  it('hands over quickly when the leader is stopped in order', () => {
    const scenario = Scenario.formed({ release })
    stopNode(scenario.state, scenario.node(scenario.leaderId()))
    expect(scenario.runUntil(() => scenario.leader() !== null, 15_000)).toBeLessThan(3_000)
  })

  it('makes the leader resign without a majority of fetches, after 1.5 fetch timeouts', () => {
    const scenario = Scenario.formed({ release })
    const leader = scenario.node(scenario.leaderId())
    for (const id of scenario.followers()) freezeNode(scenario.node(id))
    const took = scenario.runUntil(() => leader.run?.role.kind !== 'leader', 10_000)
    expect(took).toBeGreaterThan(2_000)
    expect(took).toBeLessThanOrEqual(3_600)
    scenario.run(30_000)
    expect(scenario.leader()).toBeNull()
  })

  it('finds a leader within seconds as long as a majority is there, whoever else comes and goes', () => {
    const scenario = Scenario.formed({ release, controllers: 5 })
    for (let round = 0; round < 60; round += 1) {
      const victim = scenario.node((round * 7) % 5)
      const isBack = victim.process !== 'running'
      const down = scenario.state.nodes.filter((node) => node.process !== 'running').length
      if (victim.process === 'stopped') startNode(scenario.state, victim)
      else if (victim.process === 'frozen') resumeNode(scenario.state, victim)
      else if (down < 2 && round % 3 === 0) freezeNode(victim)
      else if (down < 2) killNode(scenario.state, victim)
      scenario.run(isBack ? 2_000 : 500)
      // A replica whose log is behind must not keep the others from being elected by raising epochs.
      scenario.runUntil(() => scenario.leader()?.run.role.highWatermark != null, 12_000)
    }
  })

  it('elects nobody with one of three voters, and somebody as soon as a second is back', () => {
    const scenario = Scenario.formed({ release })
    const [one, other] = scenario.followers().map((id) => scenario.node(id))
    if (one === undefined || other === undefined) throw new Error('three voters expected')
    killNode(scenario.state, one)
    killNode(scenario.state, other)
    scenario.run(60_000)
    expect(scenario.leader()).toBeNull()
    startNode(scenario.state, one)
    scenario.runUntil(() => scenario.leader() !== null, 15_000)
  })
})

describe('pre-vote (KIP-996)', () => {
  it('keeps a voter that is cut off from raising the epoch', () => {
    const scenario = Scenario.formed({ release: '4.3.1' })
    const [cut] = scenario.followers()
    if (cut === undefined) throw new Error('a follower expected')
    const epoch = scenario.quorum().epoch
    for (const id of [0, 1, 2].filter((other) => other !== cut)) cutLink(scenario.state, cut, id)
    scenario.run(30_000)
    for (const id of [0, 1, 2].filter((other) => other !== cut)) healLink(scenario.state, cut, id)
    scenario.run(10_000)
    expect(scenario.quorum().epoch).toBe(epoch)
    expect(scenario.node(cut).run?.role.kind).toBe('follower')
  })

  it('did not exist in 3.9: the voter comes back with a higher epoch and forces an election', () => {
    const scenario = Scenario.formed({ release: '3.9.2' })
    const [cut] = scenario.followers()
    if (cut === undefined) throw new Error('a follower expected')
    const epoch = scenario.quorum().epoch
    for (const id of [0, 1, 2].filter((other) => other !== cut)) cutLink(scenario.state, cut, id)
    scenario.run(30_000)
    for (const id of [0, 1, 2].filter((other) => other !== cut)) healLink(scenario.state, cut, id)
    scenario.run(10_000)
    expect(scenario.quorum().epoch).toBeGreaterThan(epoch)
  })
})

describe('the log', () => {
  it('is the same below the high watermark on every replica after many faults', () => {
    for (const seed of [11, 12, 13, 14, 15, 16]) {
      const scenario = Scenario.formed({ seed, controllers: 5, brokers: 1 })
      for (let round = 0; round < 12; round += 1) {
        const victim = scenario.node((round * 7 + seed) % 5)
        if (victim.process === 'stopped') startNode(scenario.state, victim)
        else if (victim.process === 'frozen') resumeNode(scenario.state, victim)
        else if (round % 3 === 0) freezeNode(victim)
        else killNode(scenario.state, victim)
        scenario.run(1_300 + round * 400)
        const live = scenario.state.nodes.flatMap((node) => (node.disk === null ? [] : [node]))
        const committed = Math.min(...live.map((node) => node.run?.highWatermark ?? 0))
        const prefixes = live.map((node) =>
          JSON.stringify(node.disk?.log.batches.filter((batch) => batch.baseOffset < committed)),
        )
        expect(new Set(prefixes).size).toBe(1)
        const leadersByEpoch = live.flatMap((node) => {
          const running = liveNode(node)
          return running !== null && asLeader(running) !== null ? [running.disk.election.epoch] : []
        })
        expect(new Set(leadersByEpoch).size).toBe(leadersByEpoch.length)
      }
    }
  })

  it('holds what the followers know as the high watermark: a majority of the voters has it', () => {
    const scenario = Scenario.formed({ controllers: 5 })
    for (const id of scenario.followers().slice(0, 2)) freezeNode(scenario.node(id))
    scenario.run(1_000)
    const before = scenario.quorum().highWatermark ?? 0
    scenario.run(4_000)
    expect(scenario.quorum().highWatermark).toBeGreaterThan(before)
    const [third] = scenario.followers().slice(2)
    freezeNode(scenario.node(third ?? -1))
    scenario.run(1_000)
    const stuck = scenario.quorum()
    scenario.run(1_500)
    const later = scenario.quorum()
    expect(later.highWatermark).toBe(stuck.highWatermark)
    expect(later.voters.find(({ key }) => key.id === later.leaderId)?.logEndOffset).toBeGreaterThan(
      later.highWatermark ?? 0,
    )
  })
})

describe('determinism', () => {
  const trace = (seed: number) => {
    const scenario = new Scenario({ seed, brokers: 3 })
    const moments: string[] = []
    for (let step = 0; step < 60; step += 1) {
      if (step === 20) killNode(scenario.state, scenario.node(scenario.leader()?.id ?? 0))
      if (step === 40)
        for (const node of scenario.state.nodes) if (node.process === 'stopped') startNode(scenario.state, node)
      scenario.run(500)
      moments.push(JSON.stringify(scenario.state))
    }
    return moments
  }

  it('the same seed gives the same run, another seed another', () => {
    expect(trace(42)).toEqual(trace(42))
    expect(trace(42).at(-1)).not.toEqual(trace(43).at(-1))
  })

  it('a copy goes its own way and, left alone, the same way', () => {
    const scenario = Scenario.formed({ brokers: 1 })
    const before = JSON.stringify(scenario.state)
    const copied = copyCluster(scenario.state)
    scenario.run(10_000)
    expect(JSON.stringify(copied)).toBe(before)
    const twin = Scenario.formed({ brokers: 1 })
    Object.assign(twin.state, copied)
    twin.run(10_000)
    expect(endOffset(twin.node(0).disk?.log ?? { startOffset: 0, batches: [], snapshots: [] })).toBe(
      endOffset(scenario.node(0).disk?.log ?? { startOffset: 0, batches: [], snapshots: [] }),
    )
    expect(JSON.stringify(twin.state)).toBe(JSON.stringify(scenario.state))
  })
})
