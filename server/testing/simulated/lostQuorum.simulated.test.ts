/** A lost majority, brought back by the wizard on the simulated quorum, over TCP: by what is recommended, and what is refused. */
import { afterEach, expect, test } from 'vitest'
import type { SimulatedQuorumOptions } from '../../sandbox/simulatedQuorum/start.ts'
import type { Driving } from '../driving.ts'
import { refused } from '../driving.ts'
import {
  type Closers,
  closeAll,
  openSimulated,
  type SimulatedPlace,
  viewOf as view,
  votersSeen,
} from '../simulatedPlace.ts'

const closers: Closers = []

afterEach(() => closeAll(closers))

const open = (options: SimulatedQuorumOptions = {}) => openSimulated(closers, { brokers: 2, ...options })

const ids = (driving: Driving) =>
  votersSeen(driving)
    .map((v) => v.nodeId)
    .sort((a, b) => a - b)

/** The disks of these controllers are destroyed, and nobody leads any more. */
async function lose({ quorum, driving }: SimulatedPlace, lost: readonly number[]): Promise<void> {
  for (const nodeId of lost) await quorum.port.act({ action: 'wipe', nodeId })
  await driving.watching.until('nobody leads', () => driving.watching.observer.link.state !== 'live')
}

const followers = (driving: Driving) => votersSeen(driving).flatMap((v) => (v.status === 'follower' ? [v.nodeId] : []))

async function recover({ quorum, driving }: SimulatedPlace, lost: number[]) {
  const reports = await quorum.port.reports()
  return await driving.start({ kind: 'recover-quorum', params: { reports, lost }, reason: 'both disks burnt' })
}

test('two of three disks are gone: the last one leads alone, and there are three again', async () => {
  const place = await open()
  const { driving } = place
  const lost = followers(driving)
  const seed = view(driving).quorum.leaderId
  await lose(place, lost)
  const { id, recovery, steps } = await recover(place, lost)
  expect(recovery).toMatchObject({ way: 'record', seed: { nodeId: seed }, loss: { atLeast: 0 } })
  expect(steps.map((s) => s.key).slice(0, 6)).toEqual(['gone', 'fence', 'stop', 'write', 'seed-leads', 'back'])
  const done = await driving.driveStating(id)
  expect(done.state).toBe('done')
  expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
  expect(ids(driving)).toEqual([...lost, seed].map(Number).sort((a, b) => a - b))
  expect(view(driving).quorum.leaderEpoch).toBeGreaterThan(recovery?.epoch ?? 0)
  const { entries } = await driving.workflows.evidence(id)
  expect(entries[0]?.data).toMatchObject({ reports: [{ format: 'quorumdeck-disk-report' }, {}, {}] })
  expect(driving.errors).toEqual([])
})

test('all three are gone: the copy of a broker is put on a new disk', async () => {
  const place = await open()
  const { driving } = place
  const lost = ids(driving)
  await lose(place, lost)
  const { id, recovery } = await recover(place, lost)
  expect(recovery).toMatchObject({ way: 'graft', seed: { nodeId: lost[0] }, source: { nodeId: expect.any(Number) } })
  const done = await driving.driveStating(id)
  expect(done.state).toBe('done')
  expect(ids(driving)).toEqual(lost)
  expect(view(driving).quorum).toMatchObject({ voters: 3, margin: 1 })
})

test('three of five are gone: the second survivor follows, and becomes a voter with the disk it has', async () => {
  const place = await open({ controllers: 5 })
  const { driving } = place
  const [one, two, three, four] = followers(driving)
  const lost = [one, two, three].map(Number)
  const kept = votersSeen(driving).find((v) => v.nodeId === four)?.directoryId
  await lose(place, lost)
  const { id, steps } = await recover(place, lost)
  expect(steps.map((s) => s.key)).toContain('followers')
  const done = await driving.driveStating(id)
  expect(done.state).toBe('done')
  expect(ids(driving)).toHaveLength(5)
  expect([kept, votersSeen(driving).find((v) => v.nodeId === four)?.directoryId].every((d) => d != null)).toBe(true)
})

test('it is refused while somebody leads, while a majority is left, for a disk that was read, and for a stranger', async () => {
  const place = await open()
  const { quorum, driving } = place
  const [one = -1, other = -1] = followers(driving)
  expect(await refused(recover(place, [one, other]))).toMatchObject({ code: 'quorum-not-lost' })
  const before = await quorum.port.reports()
  await lose(place, [one, other])
  const reports = await quorum.port.reports()
  const start = (params: { reports: typeof reports; lost: number[] }) =>
    driving.start({ kind: 'recover-quorum', params })
  expect(await refused(start({ reports, lost: [one] }))).toMatchObject({ code: 'voter-without-report' })
  expect(await refused(start({ reports: before, lost: [one] }))).toMatchObject({
    gates: expect.arrayContaining(['majority-left']),
  })
  expect(await refused(start({ reports: before, lost: [one, other] }))).toMatchObject({ code: 'lost-is-readable' })
  expect(await refused(start({ reports, lost: [one, other, 77] }))).toMatchObject({ code: 'lost-is-no-voter' })
  const foreign = reports.map((r, i) => (i > 0 || r.meta === null ? r : { ...r, meta: { ...r.meta, clusterId: 'x' } }))
  expect(await refused(start({ reports: foreign, lost: [one, other] }))).toMatchObject({ code: 'other-cluster' })
})

test('an old voter that comes back stops it: nothing is written beside a quorum that lives', async () => {
  const place = await open()
  const { quorum, driving } = place
  const [one = -1, other = -1] = followers(driving)
  await quorum.port.act({ action: 'kill', nodeId: one })
  await lose(place, [other])
  const reports = (await quorum.port.reports()).filter((r) => r.meta?.nodeId !== one)
  const { id } = await driving.start({ kind: 'recover-quorum', params: { reports, lost: [one, other] } })
  await driving.driveStating(id, (w) => w.currentStep === 'write')
  await quorum.port.act({ action: 'start', nodeId: one })
  const held = await driving.until(id, 'the fence broken', (w) =>
    w.steps.some((s) => s.key === 'write' && s.gates.some((g) => g.code === 'lost-fenced' && !g.ok)),
  )
  expect(held.steps.find((s) => s.key === 'write')?.commands).toEqual([])
  expect(held.allowedCommands.map((c) => c.type)).not.toContain('do-it-for-me')
})
