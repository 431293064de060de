/** Faults of the network, of clocks and of hosts that only the simulation can make on purpose. */
import { describe, expect, it } from 'vitest'
import { cutLink, formatNode, freezeNode, healLink, killNode, startNode, stepClock, wipeNode } from './hosts.ts'
import { hitMessages } from './messageFaults.ts'
import { takeSnapshot } from './raft/replica.ts'
import { Scenario } from './scenario.ts'
import { liveNode } from './state.ts'

const observerIds = (scenario: Scenario) => scenario.quorum().observers.map(({ key }) => key.id)

describe('a lost message', () => {
  it('request of a client: nothing happens, nothing is answered', () => {
    const scenario = Scenario.formed()
    const [id = -1] = scenario.followers()
    hitMessages(scenario.state, { from: null, to: scenario.leaderId(), what: 'request', effect: 'lose' }, 1)
    const request = { api: 'removeRaftVoter', clusterId: null, voter: scenario.key(id) } as const
    const answer = scenario.send(scenario.leaderId(), request)
    scenario.run(10_000)
    expect(answer()).toBeNull()
    expect(scenario.voterIds()).toEqual([0, 1, 2])
  })

  it('answer to a client: the change is made, nobody hears of it', () => {
    const scenario = Scenario.formed()
    const [id = -1] = scenario.followers()
    hitMessages(scenario.state, { from: scenario.leaderId(), to: null, what: 'answer', effect: 'lose' }, 1)
    const request = { api: 'removeRaftVoter', clusterId: null, voter: scenario.key(id) } as const
    const answer = scenario.send(scenario.leaderId(), request)
    scenario.run(10_000)
    expect(answer()).toBeNull()
    expect(scenario.voterIds()).not.toContain(id)
  })

  it('between nodes: a follower fetches again after its request timeout, and stays', () => {
    const scenario = Scenario.formed()
    const { epoch } = scenario.quorum()
    const [id = -1] = scenario.followers()
    hitMessages(scenario.state, { from: id, to: scenario.leaderId(), what: 'request', effect: 'lose' }, 1)
    scenario.run(1_000)
    const late = scenario.quorum().voters.find(({ key }) => key.id === id)?.lastFetchMs ?? 0
    scenario.run(4_000)
    const row = scenario.quorum().voters.find(({ key }) => key.id === id)
    expect(row?.lastFetchMs ?? 0).toBeGreaterThan(late)
    expect(scenario.quorum().epoch - epoch).toBeLessThanOrEqual(1)
    expect(scenario.state.messageFaults).toEqual([])
  })
})

describe('a message that comes twice', () => {
  it('changes nothing', () => {
    const scenario = Scenario.formed()
    const { epoch, voters } = scenario.quorum()
    for (const what of ['request', 'answer'] as const) {
      hitMessages(scenario.state, { from: 'any', to: 'any', what, effect: 'double' }, 200)
    }
    scenario.run(60_000)
    expect(scenario.state.messageFaults).toEqual([])
    expect(scenario.quorum()).toMatchObject({ epoch, voters: voters.map(({ key }) => ({ key })) })
  })
})

describe('a disk of another cluster', () => {
  it('is refused by the leader and never listed', () => {
    const scenario = Scenario.formed()
    const node = scenario.addController(3)
    wipeNode(scenario.state, node)
    formatNode(scenario.state, node, 'AAAAAAAAAAAAAAAAAAAAAQ')
    startNode(scenario.state, node)
    scenario.run(10_000)
    expect(observerIds(scenario)).not.toContain(3)
    killNode(scenario.state, node)
    wipeNode(scenario.state, node)
    formatNode(scenario.state, node)
    startNode(scenario.state, node)
    scenario.run(5_000)
    expect(observerIds(scenario)).toContain(3)
  })
})

describe('a snapshot that takes long', () => {
  it('is not shown by the leader until the log is fetched again', () => {
    const scenario = Scenario.formed()
    for (const node of scenario.state.nodes) {
      const live = liveNode(node)
      if (live !== null) takeSnapshot(live)
    }
    const node = scenario.addController(3)
    node.snapshotPieces = 20
    scenario.run(6_000)
    expect(observerIds(scenario)).not.toContain(3)
    scenario.run(10_000)
    expect(observerIds(scenario)).toContain(3)
  })
})

describe('a clock that is set', () => {
  it('moves the times that the leader tells, and no election', () => {
    const scenario = Scenario.formed()
    const { epoch } = scenario.quorum()
    const leader = scenario.node(scenario.leaderId())
    stepClock(leader, 3_600_000)
    scenario.run(3_000)
    stepClock(leader, -7_200_000)
    scenario.run(3_000)
    const { voters, leaderId } = scenario.quorum()
    expect(voters.find(({ key }) => key.id === leaderId)?.lastFetchMs).toBe(scenario.state.nowMs - 3_600_000)
    expect(scenario.quorum().epoch).toBe(epoch)
  })
})

describe('an uncommitted tail', () => {
  it('is cut off when another leads without it', () => {
    const scenario = Scenario.formed()
    const old = scenario.leaderId()
    const others = scenario.followers()
    for (const id of others) cutLink(scenario.state, old, id)
    const [gone = -1] = others
    scenario.send(old, { api: 'removeRaftVoter', clusterId: null, voter: scenario.key(gone) })
    scenario.run(100)
    const tail = scenario
      .node(old)
      .disk?.log.batches.slice(-3)
      .map((batch) => batch.records[0]?.kind)
    expect(tail).toContain('kraftVoters')
    scenario.run(8_000)
    expect(scenario.leaderId()).not.toBe(old)
    for (const id of others) healLink(scenario.state, old, id)
    scenario.run(3_000)
    expect(scenario.voterIds()).toEqual([0, 1, 2])
  })

  it('holds where a follower has it, and the quorum needs that one', () => {
    const scenario = Scenario.formed()
    const old = scenario.leaderId()
    const [kept = -1, gone = -1] = scenario.followers()
    freezeNode(scenario.node(gone))
    scenario.send(old, { api: 'removeRaftVoter', clusterId: null, voter: scenario.key(gone) })
    scenario.run(300)
    killNode(scenario.state, scenario.node(old))
    scenario.run(20_000)
    // The voters are the dead leader and the follower that holds the record: neither is a majority alone.
    expect(scenario.leader()).toBeNull()
    startNode(scenario.state, scenario.node(old))
    scenario.run(10_000)
    expect(scenario.voterIds()).toEqual([kept, old].sort())
  })
})
