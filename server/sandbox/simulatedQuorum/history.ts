/**
 * A past for a fresh practice quorum, lived through in no time: a first leader, a snapshot, two changes of leader. The log
 * and the timeline of a quorum that was just started would be empty otherwise.
 */
import { advance, nextEventAtMs } from './core/cluster.ts'
import { killNode, startNode, stopNode } from './core/hosts.ts'
import { takeSnapshot } from './core/raft/replica.ts'
import { asLeader, type ClusterState, liveNode, type NodeState } from './core/state.ts'

const MINUTE_MS = 60_000
/** The past ends this long before now, with everything settled. */
export const HISTORY_MS = 10 * MINUTE_MS

function leaderOf(state: ClusterState): NodeState | null {
  const leaders = state.nodes.filter((node) => {
    const live = liveNode(node)
    return live !== null && asLeader(live) !== null
  })
  return leaders.sort((one, other) => (other.disk?.election.epoch ?? 0) - (one.disk?.election.epoch ?? 0))[0] ?? null
}

/** Time from the start of a cluster until it is formed and every node registered. */
export const FORMATION_MS = 10_000

/** Starts every node of a cluster whose time is `FORMATION_MS` before now: a quorum that nothing has happened to yet. */
export function form(state: ClusterState): void {
  for (const node of state.nodes) startNode(state, node)
  advance(state, state.nowMs + FORMATION_MS)
}

/** Starts every node of a cluster whose time is `HISTORY_MS` before now, and brings it to now. */
export function livePast(state: ClusterState): void {
  const startMs = state.nowMs
  for (const node of state.nodes) startNode(state, node)
  advance(state, startMs + 3 * MINUTE_MS)
  for (const node of state.nodes) {
    const live = liveNode(node)
    if (live !== null) takeSnapshot(live)
  }
  const restart = (end: typeof killNode, pauseMs: number) => {
    const leader = leaderOf(state)
    if (leader === null || state.nodes.length < 3) return
    end(state, leader)
    advance(state, state.nowMs + pauseMs)
    startNode(state, leader)
  }
  advance(state, startMs + 4 * MINUTE_MS)
  restart(stopNode, 4_000)
  advance(state, startMs + 7 * MINUTE_MS)
  restart(killNode, 8_000)
  advance(state, startMs + HISTORY_MS)
  // A leader at the end, also where the last election took long.
  while (leaderOf(state) === null && state.nowMs < startMs + HISTORY_MS + MINUTE_MS) {
    advance(state, nextEventAtMs(state))
  }
}
