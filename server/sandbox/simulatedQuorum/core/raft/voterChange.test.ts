import { describe, expect, it } from 'vitest'
import { advance, answerProbe, submit, takeOutbox, takeProbes } from '../cluster.ts'
import { formatNode, freezeNode, killNode, resumeNode, startNode, wipeNode } from '../hosts.ts'
import type { ProbeResult } from '../messages.ts'
import { Scenario } from '../scenario.ts'
import { recordsBetween } from './log.ts'

const otherDirectory = 'AAAAAAAAAAAAAAAAAAAAAw'

/** Voters {0, 1, 2}, one follower's disk lost and formatted anew. */
function withNewDisk() {
  const scenario = Scenario.formed({ brokers: 1 })
  const [id] = scenario.followers()
  if (id === undefined) throw new Error('a follower expected')
  const old = scenario.key(id)
  wipeNode(scenario.state, scenario.node(id))
  formatNode(scenario.state, scenario.node(id))
  startNode(scenario.state, scenario.node(id))
  scenario.run(3_000)
  return { scenario, id, old, fresh: scenario.key(id) }
}

describe('a replaced disk', () => {
  it('goes through as the article tells it', () => {
    const { scenario, id, old, fresh } = withNewDisk()
    expect(fresh.directoryId).not.toBe(old.directoryId)
    const both = scenario.quorum()
    expect(both.voters.map(({ key }) => key)).toContainEqual(old)
    expect(both.observers.find(({ key }) => key.id === id)).toMatchObject({ key: fresh })
    const dead = both.voters.find(({ key }) => key.id === id)
    expect(dead?.logEndOffset).toBeLessThan(both.highWatermark ?? 0)

    const tooSoon = scenario.add(fresh)
    expect(tooSoon.error).toBe(126)
    expect(tooSoon.message).toMatch(
      /^The voter id for ReplicaKey\(id=\d, directoryId=.{22}\) is already part of the set of voters \[ReplicaKey\(id=0, /,
    )
    const wrong = scenario.remove({ id, directoryId: otherDirectory })
    expect(wrong.error).toBe(127)
    expect(wrong.message).toMatch(
      /^Cannot remove voter ReplicaKey\(id=\d, directoryId=A{21}w\) from the set of voters \[/,
    )

    expect(scenario.remove(old)).toMatchObject({ error: 0, message: null })
    expect(scenario.voterIds()).not.toContain(id)
    expect(scenario.add(fresh)).toMatchObject({ error: 0, message: null })
    scenario.run(1_000)
    const after = scenario.quorum()
    expect(after.voters.map(({ key }) => key)).toContainEqual(fresh)
    // The dead incarnation is an observer now, until its last fetch is five minutes old.
    expect(after.observers.map(({ key }) => key)).toContainEqual(old)
    scenario.run(310_000)
    expect(scenario.quorum().observers.map(({ key }) => key)).not.toContainEqual(old)
  })

  it('of the leader never catches up while another leader does not lead: a leader refuses its own id', () => {
    const scenario = Scenario.formed()
    const id = scenario.leaderId()
    wipeNode(scenario.state, scenario.node(id))
    formatNode(scenario.state, scenario.node(id))
    startNode(scenario.state, scenario.node(id))
    scenario.runUntil(() => scenario.leader() !== null, 15_000)
    scenario.run(3_000)
    expect(scenario.leaderId()).not.toBe(id)
    expect(scenario.quorum().observers.map(({ key }) => key)).toContainEqual(scenario.key(id))
  })
})

describe('AddRaftVoter', () => {
  it('answers in the order of its checks', () => {
    const scenario = Scenario.formed()
    const id = 3
    const [follower] = scenario.followers()
    const request = {
      api: 'addRaftVoter',
      clusterId: null,
      voter: { id, directoryId: otherDirectory },
      listeners: [{ name: 'CONTROLLER', host: 'localhost', port: 9_003 }],
      ackWhenCommitted: true,
    } as const
    expect(scenario.add(request.voter, { clusterId: 'other', voter: { id: -1, directoryId: null } })).toMatchObject({
      error: 104,
      message: `The given id "other" doesn't match the cluster id "${scenario.state.clusterId}"`,
    })
    expect(scenario.ask(follower ?? -1, request)).toMatchObject({ error: 6, message: null })
    expect(scenario.add({ id, directoryId: 'AAAAAAAAAAAAAAAAAAAAAA' }, { listeners: [] })).toMatchObject({
      error: 42,
      message: "Add voter request didn't include a valid voter",
    })
    expect(scenario.add(request.voter, { listeners: [{ name: 'OTHER', host: 'h', port: 1 }] })).toMatchObject({
      error: 42,
      message: expect.stringContaining('for the default listener ListenerName(CONTROLLER)'),
    })
    // Nobody at the address, then at once again while the connection backs off.
    expect(scenario.add(request.voter)).toMatchObject({
      error: 7,
      message: 'Aborted add voter operation for since API_VERSIONS returned an error BROKER_NOT_AVAILABLE',
    })
    expect(scenario.add(request.voter)).toMatchObject({
      error: 7,
      message: expect.stringMatching(/^New voter ReplicaKey\(id=3, .*\) is not ready to receive requests$/),
    })
    scenario.run(100)
    const node = scenario.addController(id)
    expect(scenario.add(scenario.key(id))).toMatchObject({
      error: 7,
      message: expect.stringMatching(/since it is lagging behind$/),
    })
    scenario.run(2_000)
    freezeNode(node)
    expect(scenario.add(scenario.key(id))).toMatchObject({ error: 7, message: 'The request timed out.' })
    resumeNode(scenario.state, node)
    scenario.run(2_000)
    expect(scenario.add(scenario.key(id))).toMatchObject({ error: 0 })
    expect(scenario.voterIds()).toEqual([0, 1, 2, 3])
  })

  it('allows one change at a time, and none before the last is committed', () => {
    const scenario = Scenario.formed()
    scenario.addController(3)
    scenario.run(2_000)
    const [one, other] = scenario.followers()
    freezeNode(scenario.node(one ?? -1))
    freezeNode(scenario.node(other ?? -1))
    const leader = scenario.leaderId()
    const first = scenario.send(leader, { api: 'removeRaftVoter', clusterId: null, voter: scenario.key(one ?? -1) })
    scenario.run(100)
    expect(scenario.add(scenario.key(3))).toMatchObject({
      error: 7,
      message: 'Request timed out waiting for leader to handle previous voter change request',
    })
    scenario.runUntil(() => first() !== null, 2_500)
    expect(first()?.response).toMatchObject({ error: 7, message: 'The request timed out.' })
    expect(scenario.add(scenario.key(3))).toMatchObject({
      error: 7,
      message: expect.stringMatching(
        /^Request timed out waiting for voters to commit the latest voter change at Optional\[\d+\] with HWM \d+$/,
      ),
    })
  })

  it('is under way until it is committed, also where it was answered at once', () => {
    const scenario = Scenario.formed()
    scenario.addController(3)
    scenario.run(2_000)
    for (const id of scenario.followers()) freezeNode(scenario.node(id))
    expect(scenario.add(scenario.key(3), { ackWhenCommitted: false })).toMatchObject({ error: 0, message: null })
    expect(scenario.voterIds()).toEqual([0, 1, 2, 3])
    expect(scenario.remove(scenario.key(3))).toMatchObject({
      error: 7,
      message: 'Request timed out waiting for leader to handle previous voter change request',
    })
  })

  it('asks whoever stands behind the address of the candidate', () => {
    const scenario = Scenario.formed()
    const voter = { id: 9, directoryId: otherDirectory }
    const answered = (result: ProbeResult) => {
      const listeners = [{ name: 'CONTROLLER', host: 'elsewhere', port: 9_999 }]
      const request = { api: 'addRaftVoter', clusterId: null, voter, listeners, ackWhenCommitted: true } as const
      const { state } = scenario
      submit(state, { nodeId: scenario.leaderId(), listener: 'controller' }, 1_000, request)
      advance(state, state.nowMs)
      const [probe] = takeProbes(state)
      expect(probe).toMatchObject({ host: 'elsewhere', port: 9_999 })
      if (probe !== undefined) answerProbe(state, probe, result)
      advance(state, state.nowMs)
      const response = takeOutbox(state).at(-1)?.response
      scenario.run(100)
      return response
    }
    const aborted = `Aborted add voter operation for ReplicaKey(id=9, directoryId=${otherDirectory}) since`
    expect(answered({ error: 35, kraft: null })).toMatchObject({
      error: 7,
      message: 'Aborted add voter operation for since API_VERSIONS returned an error UNSUPPORTED_VERSION',
    })
    expect(answered({ error: 0, kraft: null })).toMatchObject({
      error: 42,
      message: `${aborted} the kraft.version range (min: 0, max: 0) doesn't support the finalized version 1`,
    })
    expect(answered({ error: 0, kraft: { min: 2, max: 3 } })).toMatchObject({
      error: 42,
      message: `${aborted} the kraft.version range (min: 2, max: 3 doesn't support the finalized version 1`,
    })
    expect(answered({ error: 0, kraft: { min: 0, max: 1 } })).toMatchObject({
      error: 7,
      message: `${aborted} it is lagging behind`,
    })
  })

  it('is answered in the words of 3.9 by 3.9', () => {
    const scenario = Scenario.formed({ release: '3.9.2' })
    const [id] = scenario.followers()
    expect(scenario.remove(scenario.key(id ?? -1))).toMatchObject({ error: 0, message: 'NONE' })
  })

  it('knows a stopped node for up to an hour but cannot reach it', () => {
    const scenario = Scenario.formed()
    const node = scenario.addController(3)
    scenario.run(3_000)
    killNode(scenario.state, node)
    expect(scenario.add(scenario.key(3))).toMatchObject({ error: 7, message: expect.stringContaining('API_VERSIONS') })
  })
})

describe('RemoveRaftVoter', () => {
  it('loses the quorum when the healthy voter is removed while another is dead', () => {
    const scenario = Scenario.formed()
    const leader = scenario.leaderId()
    const [dead, healthy] = scenario.followers()
    if (dead === undefined || healthy === undefined) throw new Error('two followers expected')
    killNode(scenario.state, scenario.node(dead))
    scenario.run(3_000)
    const answer = scenario.send(leader, { api: 'removeRaftVoter', clusterId: null, voter: scenario.key(healthy) })
    scenario.run(100)
    // In force as soon as it is appended, though it can never be committed.
    expect(scenario.voterIds()).toEqual([dead, leader].sort())
    scenario.run(2_500)
    expect(answer()?.response).toMatchObject({ error: 7, message: 'The request timed out.' })
    scenario.run(60_000)
    expect(scenario.leader()).toBeNull()
    // Only the dead voter can bring it back; then the removal is committed.
    startNode(scenario.state, scenario.node(dead))
    scenario.runUntil(() => scenario.leader() !== null, 20_000)
    scenario.run(3_000)
    expect(scenario.voterIds()).toEqual([dead, leader].sort())
    expect(scenario.quorum().observers.map(({ key }) => key.id)).toContain(healthy)
  })

  it('lets a removed leader lead until the removal is committed, then it resigns', () => {
    const scenario = Scenario.formed()
    const removed = scenario.leaderId()
    expect(scenario.remove(scenario.key(removed))).toMatchObject({ error: 0 })
    scenario.runUntil(() => scenario.leader() !== null && scenario.leaderId() !== removed, 15_000)
    scenario.run(4_000)
    expect(scenario.voterIds()).not.toContain(removed)
    expect(scenario.quorum().observers.map(({ key }) => key)).toContainEqual(scenario.key(removed))
  })

  it('refuses the last voter', () => {
    const scenario = Scenario.formed({ controllers: 1 })
    expect(scenario.remove(scenario.key(0))).toMatchObject({ error: 127 })
  })

  it('is undone by an election that cuts it off', () => {
    const scenario = Scenario.formed({ brokers: 1 })
    const old = scenario.leaderId()
    const [one, other] = scenario.followers()
    if (one === undefined || other === undefined) throw new Error('two followers expected')
    freezeNode(scenario.node(one))
    freezeNode(scenario.node(other))
    // What waits for the frozen must not carry the record to them.
    scenario.run(600)
    scenario.send(old, { api: 'removeRaftVoter', clusterId: null, voter: scenario.key(one) })
    scenario.run(100)
    expect(scenario.voterIds()).toEqual([old, other].sort())
    killNode(scenario.state, scenario.node(old))
    scenario.node(one).inbox = []
    scenario.node(other).inbox = []
    resumeNode(scenario.state, scenario.node(one))
    resumeNode(scenario.state, scenario.node(other))
    scenario.runUntil(() => scenario.leader() !== null, 20_000)
    startNode(scenario.state, scenario.node(old))
    scenario.run(5_000)
    expect(scenario.voterIds()).toEqual([0, 1, 2])
    const { disk } = scenario.node(old)
    if (disk === null) throw new Error('a disk expected')
    const removals = [...recordsBetween(disk.log, 0, Number.POSITIVE_INFINITY)].filter(
      ({ record }) => record.kind === 'kraftVoters' && record.voters.length < 3,
    )
    expect(removals).toEqual([])
  })
})

describe('joining by itself', () => {
  it('replaces its own old incarnation within seconds', () => {
    const scenario = Scenario.formed({ autoJoin: true })
    const [id] = scenario.followers()
    if (id === undefined) throw new Error('a follower expected')
    wipeNode(scenario.state, scenario.node(id))
    formatNode(scenario.state, scenario.node(id))
    startNode(scenario.state, scenario.node(id))
    scenario.run(10_000)
    expect(scenario.quorum().voters.map(({ key }) => key)).toContainEqual(scenario.key(id))
    expect(scenario.voterIds()).toEqual([0, 1, 2])
  })

  it('does not exist before 4.2', () => {
    const scenario = Scenario.formed({ autoJoin: true, release: '4.1.2' })
    const [id] = scenario.followers()
    if (id === undefined) throw new Error('a follower expected')
    scenario.remove(scenario.key(id))
    scenario.run(10_000)
    expect(scenario.voterIds()).not.toContain(id)
  })
})

it('a voter that was added as it is has nothing to update', () => {
  const scenario = Scenario.formed()
  scenario.addController(3)
  scenario.run(3_000)
  expect(scenario.add(scenario.key(3)).error).toBe(0)
  scenario.run(10_000)
  const sets = scenario.leader()?.disk.log.batches.flatMap((b) => b.records.filter((r) => r.kind === 'kraftVoters'))
  expect(sets).toHaveLength(2)
})
