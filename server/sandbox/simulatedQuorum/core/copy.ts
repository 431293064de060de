/**
 * A copy of a cluster that goes its own way. By hand, because a check that branches at every step copies far more often
 * than it does anything else: what never changes once it is made (batches, snapshots, messages, configurations, voter
 * sets) is shared, everything else is made anew.
 */
import { copyImage } from './raft/image.ts'
import { copyLog } from './raft/log.ts'
import type { Ballot, ClusterState, Disk, FetchLoop, LeaderRole, NodeState, ReplicaBook, Role, Run } from './state.ts'

export function copyCluster(state: ClusterState): ClusterState {
  return {
    ...state,
    nodes: state.nodes.map(copyNode),
    queue: [...state.queue],
    partitions: [...state.partitions],
    messageFaults: state.messageFaults.map((fault) => ({ ...fault })),
    outbox: [...state.outbox],
    probes: [...state.probes],
  }
}

function copyNode(node: NodeState): NodeState {
  return {
    ...node,
    disk: node.disk === null ? null : copyDisk(node.disk),
    run: node.run === null ? null : copyRun(node.run),
    inbox: [...node.inbox],
  }
}

function copyDisk(disk: Disk): Disk {
  return { ...disk, log: copyLog(disk.log), election: { ...disk.election }, bootstrap: { ...disk.bootstrap } }
}

function copyRun(run: Run): Run {
  return {
    ...run,
    role: copyRole(run.role),
    voterHistory: [...run.voterHistory],
    kraftHistory: [...run.kraftHistory],
    image: copyImage(run.image),
    forwarded: run.forwarded.map((one) => ({ ...one })),
  }
}

function copyFetch(fetch: FetchLoop): FetchLoop {
  return { ...fetch }
}

function copyBallot(ballot: Ballot): Ballot {
  return {
    granted: [...ballot.granted],
    rejected: [...ballot.rejected],
    askAtMs: { ...ballot.askAtMs },
    electionAtMs: ballot.electionAtMs,
  }
}

function copyBooks(books: Record<number, ReplicaBook>): Record<number, ReplicaBook> {
  const copies: Record<number, ReplicaBook> = {}
  for (const id of Object.keys(books)) {
    const book = books[Number(id)]
    if (book !== undefined) copies[Number(id)] = { ...book }
  }
  return copies
}

function copyLeader(role: LeaderRole): LeaderRole {
  const { controller } = role
  return {
    ...role,
    voters: copyBooks(role.voters),
    observers: role.observers.map((book) => ({ ...book })),
    fetchedVoters: [...role.fetchedVoters],
    pending: role.pending === null ? null : { ...role.pending },
    probeBackoff: { ...role.probeBackoff },
    parked: [...role.parked],
    staticUpdates: { ...role.staticUpdates },
    controller: { ...controller, heartbeats: { ...controller.heartbeats }, waiting: [...controller.waiting] },
  }
}

function copyRole(role: Role): Role {
  switch (role.kind) {
    case 'unattached':
    case 'follower':
      return { ...role, fetch: copyFetch(role.fetch) }
    case 'prospective':
    case 'candidate':
      return { ...role, ballot: copyBallot(role.ballot) }
    case 'leader':
      return copyLeader(role)
    case 'resigned':
      return { ...role }
    default:
      return role satisfies never
  }
}
