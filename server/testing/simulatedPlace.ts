/** For tests: a simulated quorum and the workflows on it, and what of it is looked at most. */
import { votersOf } from '../contract/voters.ts'
import {
  type SimulatedQuorum,
  type SimulatedQuorumOptions,
  startSimulatedQuorum,
} from '../sandbox/simulatedQuorum/start.ts'
import { Driving, type DrivingOptions } from './driving.ts'
import { healthy } from './watching.ts'

export interface SimulatedPlace {
  quorum: SimulatedQuorum
  driving: Driving
}

/** What is still open; to be closed after each test. */
export type Closers = (() => Promise<void>)[]

export async function closeAll(closers: Closers): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
}

/** Resolves when every voter is healthy, the log is followed, and auto-join is known. */
export async function openSimulated(
  closers: Closers,
  quorumOptions: SimulatedQuorumOptions = {},
  more: Partial<DrivingOptions> = {},
): Promise<SimulatedPlace> {
  const quorum = await startSimulatedQuorum(quorumOptions)
  closers.push(() => quorum.close())
  const driving = await Driving.open({ bootstrapControllers: quorum.bootstrapControllers, hosts: quorum.port, ...more })
  closers.push(() => driving.close())
  const brokers = quorumOptions.brokers ?? 3
  await driving.watching.view(
    'a whole quorum, and every broker registered',
    (v) =>
      healthy(v) &&
      v.source.tailing &&
      v.quorum.autoJoin !== null &&
      v.replicas.filter((r) => r.roles.includes('broker')).length >= brokers,
  )
  return { quorum, driving }
}

export function viewOf(driving: Driving) {
  const { view } = driving.watching.observer
  if (view === null) throw new Error('nothing observed')
  return view
}

export const votersSeen = (driving: Driving) => votersOf(viewOf(driving))
