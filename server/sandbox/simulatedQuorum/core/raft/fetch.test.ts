import { describe, expect, it } from 'vitest'
import type { ClientRequest } from '../api/rpc.ts'
import { freezeNode, killNode, startNode } from '../hosts.ts'
import { Scenario } from '../scenario.ts'
import { liveNode } from '../state.ts'
import { endOffset, lastEpoch } from './log.ts'
import { takeSnapshot } from './replica.ts'

type Fetch = Extract<ClientRequest, { api: 'fetch' }>

function tailOf(scenario: Scenario, changes: Partial<Fetch> = {}): Fetch {
  const leader = scenario.leader()
  if (leader === null) throw new Error('a leader expected')
  return {
    api: 'fetch',
    clusterId: null,
    knownTopic: true,
    replica: null,
    epoch: leader.disk.election.epoch,
    offset: endOffset(leader.disk.log),
    lastFetchedEpoch: lastEpoch(leader.disk.log),
    highWatermark: null,
    maxWaitMs: 500,
    ...changes,
  }
}

describe('tailing the log as a consumer', () => {
  it('waits for the next record and does not become an observer', () => {
    const scenario = Scenario.formed()
    const answer = scenario.ask(scenario.leaderId(), tailOf(scenario))
    expect(answer.batches.flatMap(({ records }) => records)).toEqual([{ kind: 'noOp' }])
    expect(scenario.quorum().observers).toEqual([])
  })

  it('gets records that are not committed', () => {
    const scenario = Scenario.formed()
    for (const id of scenario.followers()) freezeNode(scenario.node(id))
    scenario.run(600)
    const answer = scenario.ask(scenario.leaderId(), tailOf(scenario))
    expect(answer.batches[0]?.baseOffset).toBeGreaterThanOrEqual(answer.highWatermark ?? 0)
  })

  it('is told of a wrong place, a wrong epoch and a wrong node', () => {
    const scenario = Scenario.formed()
    const leader = scenario.leaderId()
    const { epoch, offset } = tailOf(scenario)
    expect(scenario.ask(leader, tailOf(scenario, { offset: offset + 1_000 })).diverging?.epoch).toBe(epoch)
    expect(scenario.ask(leader, tailOf(scenario, { epoch: epoch - 1, lastFetchedEpoch: 0 })).error).toBe(74)
    expect(scenario.ask(leader, tailOf(scenario, { epoch: epoch + 1 })).error).toBe(75)
    expect(scenario.ask(leader, tailOf(scenario, { clusterId: 'other' })).topError).toBe(104)
    expect(scenario.ask(leader, tailOf(scenario, { knownTopic: false })).topError).toBe(42)
    const [follower] = scenario.followers()
    const elsewhere = scenario.ask(follower ?? -1, tailOf(scenario))
    expect(elsewhere).toMatchObject({ error: 6, leader: { leaderId: leader, epoch } })
    expect(elsewhere.leader.listener?.port).toBe(9_000 + leader)
  })

  it('is refused with a waiting answer when the leader stops leading', () => {
    const scenario = Scenario.formed({ controllers: 3 })
    const leader = scenario.leaderId()
    for (const id of scenario.followers()) freezeNode(scenario.node(id))
    scenario.run(2_400)
    const answer = scenario.send(leader, tailOf(scenario, { maxWaitMs: 60_000, offset: tailOf(scenario).offset }))
    scenario.run(5_000)
    expect(answer()).not.toBeNull()
  })
})

describe('snapshots', () => {
  it('serve whoever starts from nothing, and a log that no longer reaches back', () => {
    const scenario = Scenario.formed({ brokers: 1 })
    for (const node of scenario.state.nodes) {
      const live = liveNode(node)
      if (live !== null) takeSnapshot(live)
    }
    const fromStart = scenario.ask(scenario.leaderId(), tailOf(scenario, { offset: 0, lastFetchedEpoch: 0 }))
    expect(fromStart.snapshotId).not.toBeNull()
    const { epoch } = tailOf(scenario)
    const snapshotId = fromStart.snapshotId ?? { offset: -1, epoch: -1 }
    const request = {
      api: 'fetchSnapshot',
      clusterId: null,
      knownTopic: true,
      replica: null,
      epoch,
      snapshotId,
    } as const
    const answer = scenario.ask(scenario.leaderId(), request)
    expect(answer.snapshot?.voters?.map(({ key }) => key.id)).toEqual([0, 1, 2])
    expect(scenario.ask(scenario.leaderId(), { ...request, snapshotId: { offset: 5, epoch: 1 } })).toMatchObject({
      error: 98,
    })
    const joined = scenario.addController(3)
    scenario.run(3_000)
    expect(joined.disk?.log.startOffset).toBe(snapshotId.offset)
    expect(scenario.quorum().observers.find(({ key }) => key.id === 3)?.logEndOffset).toBeGreaterThan(snapshotId.offset)
    killNode(scenario.state, joined)
    startNode(scenario.state, joined)
    scenario.run(3_000)
    expect(joined.run?.image.brokers[7]?.fenced).toBe(false)
  })
})

describe("the leader's bookkeeping", () => {
  it('counts a silent follower as caught up only as long as it was', () => {
    const scenario = Scenario.formed()
    const [id] = scenario.followers()
    freezeNode(scenario.node(id ?? -1))
    scenario.run(10_000)
    const { voters, leaderId } = scenario.quorum()
    const now = voters.find(({ key }) => key.id === leaderId)?.lastFetchMs ?? 0
    const row = voters.find(({ key }) => key.id === id)
    expect(now).toBe(scenario.state.nowMs)
    expect(now - (row?.lastFetchMs ?? 0)).toBeGreaterThan(9_000)
    expect(now - (row?.lastCaughtUpMs ?? 0)).toBeGreaterThan(9_000)
  })

  it('tells times of the leader, whatever its clock shows', () => {
    const scenario = Scenario.formed()
    scenario.node(scenario.leaderId()).clockOffsetMs = -60_000
    const { voters, leaderId } = scenario.quorum()
    expect(voters.find(({ key }) => key.id === leaderId)?.lastFetchMs).toBe(scenario.state.nowMs - 60_000)
  })

  it('keeps a slow follower in the quorum, late but below the fetch timeout', () => {
    const scenario = Scenario.formed()
    const [id] = scenario.followers()
    scenario.node(id ?? -1).slow = true
    const epoch = scenario.quorum().epoch
    let worstAgeMs = 0
    for (let step = 0; step < 60; step += 1) {
      scenario.run(250)
      const { voters } = scenario.quorum()
      const row = voters.find(({ key }) => key.id === id)
      worstAgeMs = Math.max(worstAgeMs, scenario.state.nowMs - (row?.lastFetchMs ?? 0))
    }
    expect(scenario.quorum().epoch).toBe(epoch)
    expect(worstAgeMs).toBeGreaterThan(1_000)
  })

  it('forgets an observer five minutes after its last fetch, and only when somebody looks', () => {
    const scenario = Scenario.formed({ brokers: 1 })
    killNode(scenario.state, scenario.node(7))
    scenario.run(290_000)
    expect(scenario.quorum().observers.map(({ key }) => key.id)).toEqual([7])
    scenario.run(20_000)
    expect(scenario.leader()?.run.role.observers.map(({ key }) => key.id)).toEqual([7])
    expect(scenario.quorum().observers).toEqual([])
  })
})
