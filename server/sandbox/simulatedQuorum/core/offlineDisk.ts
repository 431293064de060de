/**
 * What is done to the disk of a node that does not run: a voter set at the end of its log, a log that comes from another
 * disk, a log that goes. The commands of `quorumdeck disk` do the same to real disks.
 */
import { appendBatch, copyLog, emptyLog, endOffset, lastEpoch, latestSnapshot, startAtSnapshot } from './raft/log.ts'
import type { VoterSet } from './raft/voterSet.ts'
import type { ClusterState, Disk, NodeState } from './state.ts'
import { wallClock } from './state.ts'

/** The disk of a node that is not running. */
function idleDisk(node: NodeState): Disk {
  if (node.process !== 'stopped')
    throw new Error(`Node ${node.id} is running and holds the lock of its disk; stop it first`)
  if (node.disk === null) throw new Error(`Node ${node.id} has an empty disk`)
  return node.disk
}

/**
 * Appends one control batch with a KRaftVoters record in this epoch. quorum-state stays as it is: Kafka takes the epoch of the
 * log where that is higher (QuorumState.initialize). A log that ends before its newest snapshot begins anew at the end of that:
 * Kafka elects nobody on a record that stands before a snapshot.
 */
export function appendVoters(state: ClusterState, node: NodeState, epoch: number, voters: VoterSet): void {
  const { log } = idleDisk(node)
  if (log.batches.length === 0 && latestSnapshot(log) === null)
    throw new Error(`The disk of node ${node.id} holds no metadata log to append to`)
  if (epoch < lastEpoch(log))
    throw new Error(
      `The log of node ${node.id} ends in epoch ${lastEpoch(log)}; a record of epoch ${epoch} cannot follow`,
    )
  startAtSnapshot(log)
  appendBatch(log, {
    baseOffset: endOffset(log),
    epoch,
    timestampMs: wallClock(state, node),
    control: true,
    records: [{ kind: 'kraftVoters', voters }],
  })
}

/** Log and snapshots of another disk on a disk that holds none. Its directory id stays its own, and nothing was voted for in it. */
export function graftLog(node: NodeState, from: NodeState): void {
  const disk = idleDisk(node)
  if (node.id === from.id) throw new Error(`Node ${node.id} cannot be made of its own copy`)
  if (node.config.controllerListener === null) throw new Error(`Node ${node.id} is no controller`)
  if (holdsLog(disk)) throw new Error(`The disk of node ${node.id} holds a metadata log of its own; wipe it first`)
  const { disk: source } = from
  if (source === null || !holdsLog(source)) throw new Error(`The disk of node ${from.id} holds no metadata log`)
  if (source.clusterId !== disk.clusterId) throw new Error(`Node ${from.id} belongs to another cluster`)
  disk.log = copyLog(source.log)
  disk.bootstrap = { ...disk.bootstrap, voters: source.bootstrap.voters }
  disk.election = { epoch: 0, leaderId: null, votedKey: null }
}

export function holdsLog({ log }: Disk): boolean {
  return log.batches.length > 0 || log.snapshots.length > 0
}

/**
 * `rm -r __cluster_metadata-0`: log, snapshots, quorum-state and the checkpoint with the first voters lie there. meta.properties
 * and the features of bootstrap.checkpoint lie beside it and stay.
 */
export function purgeLog(node: NodeState): void {
  const disk = idleDisk(node)
  disk.log = emptyLog()
  disk.election = { epoch: 0, leaderId: null, votedKey: null }
  disk.bootstrap = { ...disk.bootstrap, voters: null }
}
