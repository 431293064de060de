/** For tests: runs on a quorum whose leader dies or whose answers get lost, the same on simulated and on real Kafka. */

import { expect } from 'vitest'
import { isObserver } from '../../contract/voters.ts'
import type { StartWorkflow } from '../../contract/workflows.ts'
import type { ClusterWrites } from '../../workflows/run/ports.ts'
import { Driving, QUICK } from '../driving.ts'
import type { QuorumUnderTest } from '../quorumUnderTest.ts'
import { rowOf } from '../watching.ts'
import { LossyWay } from './lossyWay.ts'

/** Each wizard with the voter changes that it makes, in an order in which a reused quorum is whole again at the end. */
/** The wizards that change one thing. */
export type OneChange = 'add-controller' | 'remove-controller' | 'replace-disk'

export const CHANGES: readonly [kind: OneChange, changes: number][] = [
  ['remove-controller', 1],
  ['add-controller', 1],
  ['replace-disk', 2],
]

interface Place {
  quorum: QuorumUnderTest
  driving: Driving
}

/** A new dashboard on the quorum, once that is whole. */
export async function openPlace(
  quorum: QuorumUnderTest,
  more: Partial<Parameters<typeof Driving.open>[0]> = {},
): Promise<Place> {
  const driving = await Driving.open({
    bootstrapControllers: quorum.bootstrapControllers,
    hosts: quorum.port,
    thresholds: { ...QUICK, windowMs: 800 },
    ...more,
  })
  await driving.watching.view(
    'a whole quorum',
    ({ quorum: { margin, voters, autoJoin }, replicas, source }) =>
      margin === Math.ceil(voters / 2) - 1 &&
      source.tailing &&
      autoJoin !== null &&
      replicas.every((r) => isObserver(r) || r.registered),
  )
  return { quorum, driving }
}

export const seen = ({ driving }: Place) => {
  const { view } = driving.watching.observer
  if (view === null) throw new Error('nothing observed')
  return view
}

/** Breaks the disk of a follower and asks for the wizard that mends it, or for another one. */
export async function requestOf(place: Place, kind: OneChange): Promise<StartWorkflow> {
  const row = seen(place).replicas.find((r) => r.status === 'follower')
  const nodeId = row?.nodeId ?? -1
  switch (kind) {
    case 'add-controller':
      return { kind, params: {} }
    case 'remove-controller':
      return { kind, params: { nodeId, directoryId: row?.directoryId ?? '' } }
    case 'replace-disk':
      await place.quorum.port.act({ action: 'wipe', nodeId })
      await place.driving.watching.view('the failure', (v) => rowOf(v, nodeId)?.health === 'silent')
      return { kind, params: { nodeId } }
    default:
      return kind satisfies never
  }
}

async function events({ driving }: Place, id: string): Promise<string[]> {
  const { entries } = await driving.workflows.evidence(id)
  return entries.map((e) => (e.type === 'settled' ? `settled ${(e.data as { applied: boolean }).applied}` : e.type))
}

/** Kills the leader at a moment of a run, and starts it again when another leads. */
export async function killLeader(place: Place): Promise<void> {
  const leader = seen(place).quorum.leaderId ?? -1
  await place.quorum.port.act({ action: 'kill', nodeId: leader })
  void place.driving.watching
    .view('another leader', (v) => v.quorum.leaderId !== null && v.quorum.leaderId !== leader)
    .then(() => place.quorum.port.act({ action: 'start', nodeId: leader }))
    .catch((error: unknown) => place.driving.errors.push(error))
}

/** The answers to all changes of a run get lost: each change is sent once, and found applied. */
export async function expectLostAnswersSurvived(
  quorum: QuorumUnderTest,
  how: 'silence' | 'cut',
  [kind, changes]: (typeof CHANGES)[number],
): Promise<void> {
  const way = new LossyWay(how, 2)
  const place = await openPlace(quorum, { open: way.open })
  try {
    const { id } = await place.driving.start(await requestOf(place, kind))
    const done = await place.driving.drive(id)
    expect(done.state).toBe('done')
    expect(await way.lost()).toBe(changes)
    const told = await events(place, id)
    expect(told.filter((type) => type === 'intended')).toHaveLength(changes)
    expect(told.filter((type) => type === 'settled true')).toHaveLength(changes)
    expect(told).not.toContain('settled false')
    expect(await place.driving.rejections()).toEqual([])
  } finally {
    await place.driving.close()
    await way.close()
  }
}

/** The leader is killed right after it was sent the first change: whichever way that went, it was proven before the next. */
export async function expectDeadLeaderSurvived(quorum: QuorumUnderTest, kind: OneChange): Promise<void> {
  let place: Place | null = null
  let killed = false
  const writes = (real: ClusterWrites): ClusterWrites => ({
    probe: (nodeId, endpoints) => real.probe(nodeId, endpoints),
    act: (act, options) => real.act(act, options),
    changeVoters: (clusterId, change, options) =>
      real.changeVoters(clusterId, change, {
        ...options,
        mayStillSend: async () => {
          const objection = await options.mayStillSend()
          // With the next turn of the loop, so that the request is on its way.
          if (objection === null && !killed && place !== null) {
            killed = true
            const { driving } = place
            setImmediate(() => {
              if (place !== null) void killLeader(place).catch((error: unknown) => driving.errors.push(error))
            })
          }
          return objection
        },
      }),
  })
  place = await openPlace(quorum, { writes })
  try {
    const { id } = await place.driving.start(await requestOf(place, kind))
    const done = await place.driving.drive(id)
    expect(done.state).toBe('done')
    expect(killed).toBe(true)
    const told = (await events(place, id)).filter((type) => /^(intended|settled|adopted)/.test(type))
    told.forEach((type, i) => {
      expect(type === 'intended').toBe(i % 2 === 0)
    })
    expect(await place.driving.rejections()).toEqual([])
  } finally {
    await place.driving.close()
  }
}
