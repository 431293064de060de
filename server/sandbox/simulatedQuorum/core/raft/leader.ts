/**
 * The leader's bookkeeping, rule for rule that of Kafka's LeaderState: who fetched when and how far, the high watermark,
 * check-quorum, and which replicas are voters and which observers.
 */

import { majorityOf } from '../../../../contract/voters.ts'
import type { ReplicaRow } from '../api/rpc.ts'
import type { ClusterState, LeaderNode, LeaderRole, ReplicaBook } from '../state.ts'
import { ownKey, wallClock } from '../state.ts'
import { CAUGHT_UP_WITHIN_MS, CHECK_QUORUM_TIMEOUT_MS, OBSERVER_SESSION_TIMEOUT_MS } from '../timing.ts'
import { endOffset } from './log.ts'
import type { ReplicaKey } from './records.ts'
import { advanceImage, votersOf } from './replica.ts'
import { matchesVoter, type VoterSet } from './voterSet.ts'

function newBook(key: ReplicaKey): ReplicaBook {
  return { key, endOffset: null, lastFetchMs: null, lastFetchLeaderEndOffset: null, lastCaughtUpMs: null }
}

export function booksOf(voters: VoterSet): Record<number, ReplicaBook> {
  return Object.fromEntries(voters.map((voter) => [voter.key.id, newBook(voter.key)]))
}

function sameKey(one: ReplicaKey, other: ReplicaKey): boolean {
  return one.id === other.id && one.directoryId === other.directoryId
}

function findBook(role: LeaderRole, key: ReplicaKey): ReplicaBook | null {
  const voter = role.voters[key.id]
  if (voter !== undefined && matchesVoter(voter.key, key)) return voter
  return role.observers.find((book) => sameKey(book.key, key)) ?? null
}

function findOrCreateBook(role: LeaderRole, key: ReplicaKey): ReplicaBook {
  const known = findBook(role, key)
  if (known !== null) return known
  const book = newBook(key)
  role.observers.push(book)
  return book
}

/** Moves books between voters and observers after the voter set changed (updateVoterAndObserverStates). */
function regroup(role: LeaderRole, voters: VoterSet): void {
  const before = { ...role.voters }
  const after: Record<number, ReplicaBook> = {}
  for (const { key } of voters) {
    const book = findBook(role, key) ?? newBook(key)
    delete before[key.id]
    role.observers = role.observers.filter((observer) => !sameKey(observer.key, key))
    book.key = key
    after[key.id] = book
  }
  role.voters = after
  for (const book of Object.values(before)) {
    if (!role.observers.some((observer) => sameKey(observer.key, book.key))) role.observers.push(book)
  }
}

/**
 * High watermark: the largest offset a majority of *voters* holds, a leader outside the voter set not counting. Nothing is
 * exposed before a record of this epoch is held by a majority.
 */
function raiseHighWatermark(role: LeaderRole): boolean {
  const offsets = Object.values(role.voters)
    .map((book) => book.endOffset)
    .sort((one, other) => (other ?? -1) - (one ?? -1))
  const candidate = offsets[Math.floor(offsets.length / 2)] ?? null
  if (candidate === null || candidate <= role.epochStartOffset) return false
  if (role.highWatermark !== null && candidate <= role.highWatermark) return false
  role.highWatermark = candidate
  return true
}

function publishHighWatermark(node: LeaderNode): void {
  node.run.highWatermark = node.run.role.highWatermark
  advanceImage(node)
}

/** After an append or a change of voters; true when the high watermark moved. */
export function updateLocalState(node: LeaderNode): boolean {
  const role = node.run.role
  findOrCreateBook(role, ownKey(node)).endOffset = endOffset(node.disk.log)
  regroup(role, votersOf(node))
  if (!raiseHighWatermark(role)) return false
  publishHighWatermark(node)
  return true
}

/** Counts a fetch (also of a snapshot) for check-quorum: the leader must hear from a majority within 1.5 fetch timeouts. */
export function noteVoterFetch(state: ClusterState, node: LeaderNode, key: ReplicaKey): void {
  const role = node.run.role
  const book = role.voters[key.id]
  if (book !== undefined && matchesVoter(book.key, key) && !role.fetchedVoters.includes(key.id)) {
    role.fetchedVoters.push(key.id)
  }
  const voters = Object.keys(role.voters).length
  const leaderCounts = role.voters[node.id] === undefined ? 0 : 1
  if (role.fetchedVoters.length < majorityOf(voters) - leaderCounts) return
  role.fetchedVoters = []
  role.checkQuorumAtMs = state.nowMs + CHECK_QUORUM_TIMEOUT_MS
}

/** Books a replica's fetch; true when it moved the high watermark (LeaderState.updateReplicaState). */
export function updateReplicaState(
  state: ClusterState,
  node: LeaderNode,
  key: ReplicaKey,
  fetchOffset: number,
): boolean {
  const role = node.run.role
  const now = wallClock(state, node)
  const book = findOrCreateBook(role, key)
  const leaderEnd = findOrCreateBook(role, ownKey(node)).endOffset
  if (leaderEnd !== null) {
    if (fetchOffset >= leaderEnd) {
      book.lastCaughtUpMs = Math.max(book.lastCaughtUpMs ?? now, now)
    } else if ((book.lastFetchLeaderEndOffset ?? 0) > 0 && fetchOffset >= (book.lastFetchLeaderEndOffset ?? 0)) {
      // It has reached what this leader had at its last fetch: it was caught up then, not now.
      const then = book.lastFetchMs ?? -1
      book.lastCaughtUpMs = Math.max(book.lastCaughtUpMs ?? then, then)
    }
    book.lastFetchLeaderEndOffset = leaderEnd
  }
  book.lastFetchMs = Math.max(book.lastFetchMs ?? now, now)
  book.endOffset = fetchOffset
  noteVoterFetch(state, node, key)
  const voter = role.voters[key.id]
  if (voter === undefined || !matchesVoter(voter.key, key) || !raiseHighWatermark(role)) return false
  publishHighWatermark(node)
  return true
}

/** Kafka's whole test of a voter to be added: caught up once under this leader and seen within the last hour. */
export function isCaughtUp(state: ClusterState, node: LeaderNode, key: ReplicaKey): boolean {
  const book = node.run.role.observers.find((observer) => sameKey(observer.key, key))
  if (book === undefined || book.lastCaughtUpMs === null || book.lastFetchMs === null) return false
  return book.lastFetchMs > wallClock(state, node) - CAUGHT_UP_WITHIN_MS
}

/** The rows of DescribeQuorum. Old observers are forgotten here and nowhere else; the leader's row is found by id. */
export function describeReplicas(
  state: ClusterState,
  node: LeaderNode,
): { voters: ReplicaRow[]; observers: ReplicaRow[] } {
  const role = node.run.role
  const now = wallClock(state, node)
  const own = ownKey(node)
  role.observers = role.observers.filter(
    (book) => sameKey(book.key, own) || now - (book.lastFetchMs ?? -1) < OBSERVER_SESSION_TIMEOUT_MS,
  )
  const row = (book: ReplicaBook): ReplicaRow => ({
    key: book.key,
    logEndOffset: book.endOffset,
    lastFetchMs: book.key.id === node.id ? now : book.lastFetchMs,
    lastCaughtUpMs: book.key.id === node.id ? now : book.lastCaughtUpMs,
  })
  return { voters: Object.values(role.voters).map(row), observers: role.observers.map(row) }
}

/** Other voters, the one with the longest log first: who should lead next. */
export function successorsOf(node: LeaderNode): number[] {
  return Object.values(node.run.role.voters)
    .filter((book) => book.key.id !== node.id)
    .sort((one, other) => (other.endOffset ?? -1) - (one.endOffset ?? -1) || one.key.id - other.key.id)
    .map((book) => book.key.id)
}
