/** A voter change that is appended, never committed, and cut off by an election: told at each step, believed at none. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { KafkaConnection } from '../../kafka/connection.ts'
import { removeRaftVoterV0 } from '../../kafka/raftVoters.ts'
import { parseAddresses } from '../../program/options/options.ts'
import { type SimulatedQuorum, startSimulatedQuorum } from '../../sandbox/simulatedQuorum/start.ts'
import { Watching } from '../watching.ts'

let quorum: SimulatedQuorum
let watching: Watching

beforeAll(async () => {
  quorum = await startSimulatedQuorum({})
  watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
})
afterAll(async () => {
  watching.stop()
  await quorum.close()
})

test('appended, pending, retracted', async () => {
  const before = await watching.view(
    'a whole quorum',
    (v) => v.quorum.margin === 1 && v.source.tailing && v.clusterId !== null,
  )
  const leader = before.quorum.leaderId ?? -1
  const followers = [0, 1, 2].filter((id) => id !== leader)
  const removed = before.replicas.find((r) => r.nodeId === followers[0])
  // Cut off, not frozen: a frozen follower may find the record in its socket when it wakes.
  for (const nodeId of followers) quorum.simulation.cutLink(leader, nodeId)

  const [address] = parseAddresses('test', quorum.bootstrapControllers[leader] ?? '')
  if (address === undefined || removed?.directoryId == null) throw new Error('no leader, or no follower')
  const connection = await KafkaConnection.open(address, {}, { connectTimeoutMs: 5000, requestTimeoutMs: 10_000 })
  const request = { clusterId: before.clusterId ?? '', voterId: removed.nodeId, directoryId: removed.directoryId }
  const answer = connection.send((c) => removeRaftVoterV0.async(c, request)).catch((error: Error) => error)

  const told = () => watching.events.findLast((e) => e.kind === 'voters-changed' && e.title.includes('removed')) ?? null
  const appended = await watching.until('the change in the log', told)
  expect(appended).toMatchObject({ committed: false, retracted: false })
  const pending = await watching.view('the pending change', (v) => v.quorum.pendingVoterChange !== null)
  expect(pending.quorum.pendingVoterChange?.removed).toEqual([
    { nodeId: removed.nodeId, directoryId: removed.directoryId },
  ])
  expect(pending.findings.map((f) => f.code)).toContain('pending-voter-change')
  // DescribeQuorum alone would have us believe it.
  expect(pending.quorum.voters).toBe(2)

  // The followers elect one of them; the old leader is alone with its record.
  const after = await watching.view('a new leader', (v) => v.quorum.leaderId !== leader && v.quorum.voters === 3)
  expect(after.replicas.filter((r) => r.status !== 'observer').map((r) => r.nodeId)).toEqual([0, 1, 2])
  const retracted = await watching.until('the retraction', () => {
    const event = told()
    return event?.retracted ? event : null
  })
  expect(retracted).toMatchObject({ id: appended.id, committed: false })
  expect(retracted.revision).toBeGreaterThan(appended.revision)
  for (const nodeId of followers) quorum.simulation.healLink(leader, nodeId)
  await watching.view(
    'whole again, nothing pending',
    (v) => v.quorum.pendingVoterChange === null && v.quorum.margin === 1,
  )
  await answer
  connection.close()
})
