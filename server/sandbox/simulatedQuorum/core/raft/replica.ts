/**
 * What every replica knows from its own log: the voter set and kraft.version in force (uncommitted ones count,
 * KRaftControlRecordStateMachine), and the metadata image that follows the high watermark.
 */

import type { LiveNode, Run } from '../state.ts'
import { ownKey } from '../state.ts'
import { SNAPSHOT_EVERY_RECORDS } from '../timing.ts'
import type { MetadataImage } from './image.ts'
import { applyRecord, copyImage, emptyImage, imageRecords } from './image.ts'
import { addSnapshot, appendBatch, endOffset, epochBelow, latestSnapshot, recordsBetween } from './log.ts'
import { type Batch, nextOffset, type ReplicaKey } from './records.ts'
import type { VoterSet } from './voterSet.ts'
import { isVoter } from './voterSet.ts'

/** Offset of voters that come from the bootstrap checkpoint, below every offset of the log. */
export const BOOTSTRAP_OFFSET = -1

/** Voters in force: the newest in the log, else those of the bootstrap checkpoint, else the static ones. */
export function votersOf(node: LiveNode): VoterSet {
  return node.run.voterHistory.at(-1)?.voters ?? node.config.staticVoters ?? []
}

/** Offset of the newest voter record; `null` with a static quorum. */
export function votersOffsetOf(node: LiveNode): number | null {
  return node.run.voterHistory.at(-1)?.offset ?? null
}

export function kraftVersionOf(node: LiveNode): number {
  return node.run.kraftHistory.at(-1)?.level ?? 0
}

export function isVoterNode(node: LiveNode): boolean {
  return node.config.controllerListener !== null && isVoter(votersOf(node), ownKey(node))
}

export function otherVoterKeys(node: LiveNode): ReplicaKey[] {
  return votersOf(node)
    .map((voter) => voter.key)
    .filter((key) => key.id !== node.id)
}

function noteControlRecords(run: Run, batch: Batch): void {
  for (const [index, record] of batch.records.entries()) {
    const offset = batch.baseOffset + index
    if (record.kind === 'kraftVoters') run.voterHistory.push({ offset, voters: record.voters })
    else if (record.kind === 'kraftVersion') run.kraftHistory.push({ offset, level: record.level })
  }
}

/** Adds a batch to the log and lets its voter set take effect at once. */
export function append(node: LiveNode, batch: Batch): void {
  appendBatch(node.disk.log, batch)
  if (batch.control) noteControlRecords(node.run, batch)
}

/** Forgets voter sets whose records were cut off. */
export function forgetFrom(run: Run, offset: number): void {
  run.voterHistory = run.voterHistory.filter((entry) => entry.offset < offset)
  run.kraftHistory = run.kraftHistory.filter((entry) => entry.offset < offset)
}

/** Reads snapshot and log anew: at the start of a process and after a snapshot was downloaded. */
export function loadFromDisk(node: LiveNode): void {
  const { disk, run } = node
  run.voterHistory = []
  run.kraftHistory = []
  run.image = emptyImage()
  run.imageOffset = 0
  run.imageEpoch = 0
  run.imageTimestampMs = 0
  run.featuresOffset = null
  if (disk.bootstrap.voters !== null) {
    run.voterHistory.push({ offset: BOOTSTRAP_OFFSET, voters: disk.bootstrap.voters })
    run.kraftHistory.push({ offset: BOOTSTRAP_OFFSET, level: 1 })
  }
  const snapshot = latestSnapshot(disk.log)
  if (snapshot !== null) {
    const offset = snapshot.id.offset - 1
    if (snapshot.voters !== null) run.voterHistory.push({ offset, voters: snapshot.voters })
    run.kraftHistory.push({ offset, level: snapshot.kraftVersion })
    for (const record of snapshot.records) applyRecord(run.image, record)
    run.imageOffset = snapshot.id.offset
    run.imageEpoch = snapshot.id.epoch
    run.imageTimestampMs = snapshot.lastContainedLogTimestampMs
    run.featuresOffset = offset
    run.highWatermark = Math.max(run.highWatermark ?? 0, snapshot.id.offset)
  }
  const from = snapshot?.id.offset ?? 0
  for (const batch of disk.log.batches) if (batch.control && batch.baseOffset >= from) noteControlRecords(run, batch)
}

/** Replays committed records into the image; writes a snapshot when enough of them have come. */
export function advanceImage(node: LiveNode): void {
  const { run, disk } = node
  const end = Math.min(run.highWatermark ?? 0, endOffset(disk.log))
  if (end <= run.imageOffset) return
  for (const { batch, record } of recordsBetween(disk.log, run.imageOffset, end)) {
    applyRecord(run.image, record)
    // The publisher of features counts in whole batches (FeaturesPublisher).
    if (record.kind === 'featureLevel' || record.kind === 'kraftVersion') run.featuresOffset = nextOffset(batch) - 1
    run.imageEpoch = batch.epoch
    run.imageTimestampMs = batch.timestampMs
  }
  run.imageOffset = end
  const since = end - (latestSnapshot(disk.log)?.id.offset ?? 0)
  if (since >= SNAPSHOT_EVERY_RECORDS) takeSnapshot(node)
}

/** Writes a snapshot of everything committed; the log then begins at the snapshot before it. */
export function takeSnapshot(node: LiveNode): void {
  const { run, disk } = node
  const offset = run.imageOffset
  const epoch = epochBelow(disk.log, offset)
  if (offset === 0 || epoch === null) return
  const below = <T extends { offset: number }>(entries: readonly T[]) =>
    entries.findLast((entry) => entry.offset < offset) ?? null
  addSnapshot(disk.log, {
    id: { offset, epoch },
    lastContainedLogTimestampMs: run.imageTimestampMs,
    kraftVersion: below(run.kraftHistory)?.level ?? 0,
    voters: below(run.voterHistory)?.voters ?? null,
    records: imageRecords(run.image),
  })
}

/** The image as the active controller sees it: with what is appended and not yet committed. */
export function imageWithTail(node: LiveNode): MetadataImage {
  const { run, disk } = node
  if (endOffset(disk.log) === run.imageOffset) return run.image
  const image = copyImage(run.image)
  for (const { record } of recordsBetween(disk.log, run.imageOffset, endOffset(disk.log))) applyRecord(image, record)
  return image
}
