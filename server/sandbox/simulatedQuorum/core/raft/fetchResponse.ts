/** Fetch answers of one node, with what it knows of the leader. */

import type { FetchResponse, LeaderHint } from '../api/rpc.ts'
import type { LiveNode } from '../state.ts'
import type { Listener, OffsetAndEpoch } from './records.ts'
import { votersOf } from './replica.ts'
import { voterById } from './voterSet.ts'

/** Leader and epoch a node knows; candidates and the unattached know none. */
export function leaderHint(node: LiveNode): LeaderHint {
  const { epoch, leaderId } = node.disk.election
  const kind = node.run.role.kind
  const known = kind === 'unattached' || kind === 'candidate' ? null : leaderId
  return { leaderId: known, epoch, listener: known === null ? null : leaderListener(node, known) }
}

function leaderListener(node: LiveNode, leaderId: number): Listener | null {
  if (leaderId === node.id) return node.config.controllerListener
  return voterById(votersOf(node), leaderId)?.listeners[0] ?? null
}

const nothing = { topError: 0, diverging: null, snapshotId: null, batches: [] } as const

export function fetchError(node: LiveNode, error: number): FetchResponse {
  return {
    api: 'fetch',
    ...nothing,
    error,
    leader: leaderHint(node),
    logStartOffset: node.disk.log.startOffset,
    highWatermark: null,
  }
}

export function fetchTopError(node: LiveNode, topError: number): FetchResponse {
  return { ...fetchError(node, 0), topError }
}

export function fetchResult(
  node: LiveNode,
  highWatermark: number | null,
  found: Partial<Pick<FetchResponse, 'batches'>> & { diverging?: OffsetAndEpoch; snapshotId?: OffsetAndEpoch },
): FetchResponse {
  return { ...fetchError(node, 0), ...found, highWatermark }
}
