/** The segments of a metadata log, chained: one log from its first offset to its end, or to where it is not whole. Reads only. */
import { join } from 'node:path'
import {
  type LoggedVoterSet,
  type LogReport,
  MAX_EPOCHS,
  MAX_FILES,
  MAX_VOTER_SETS,
} from '../../contract/diskReport.ts'
import type { BatchHeader } from '../../kafka/records/batchHeader.ts'
import { type LogRecord, readFrames } from '../../kafka/records/recordBatch.ts'
import type { SegmentFacts } from '../../recovery/seedRules.ts'
import { type Chain, walkBatches } from './batchWalk.ts'
import { knownControlRecord } from './knownControlRecord.ts'
import type { MetadataImage } from './metadataImage.ts'

export interface WalkedLog {
  log: LogReport
  last: SegmentFacts
  voterSets: LoggedVoterSet[]
  kraftVersion: { offset: number; level: number } | null
}

/** `<base offset>.log`; `.deleted`, `.cleaned` and `.swap` have another ending. */
export function segmentBase(name: string): number | null {
  const match = /^(\d{20})\.log$/.exec(name)
  const base = Number(match?.[1])
  return match !== null && Number.isSafeInteger(base) ? base : null
}

function keepNewest<T>(list: T[], most: number): void {
  if (list.length > most) list.splice(0, list.length - most)
}

/** Collects what batches say, in their order. */
class LogContents {
  readonly epochs: LogReport['epochs'] = []
  readonly voterSets: LoggedVoterSet[] = []
  kraftVersion: WalkedLog['kraftVersion'] = null
  batches = 0
  endsWithVoters = false
  readonly #committed: number
  readonly #image: MetadataImage

  constructor(committed: number, image: MetadataImage) {
    this.#committed = committed
    this.#image = image
  }

  /** @throws RangeError for a control record that cannot be read: what it changes is not known then */
  take(batch: Buffer, header: BatchHeader): void {
    const { baseOffset, lastOffset, epoch, control } = header
    const behind = lastOffset >= this.#committed
    if (this.epochs.at(-1)?.epoch !== epoch) {
      this.epochs.push({ epoch, startOffset: baseOffset, leaderId: null })
      keepNewest(this.epochs, MAX_EPOCHS)
    }
    this.endsWithVoters = false
    const [frame] = control || behind ? readFrames(batch).frames : []
    if (frame !== undefined && control) this.#takeControl(frame.records, epoch)
    else if (frame !== undefined)
      for (const record of frame.records) if (record.offset >= this.#committed) this.#image.takeTail(record, epoch)
    this.batches += 1
  }

  #takeControl(records: Iterable<LogRecord>, epoch: number): void {
    const kinds: string[] = []
    for (const record of records) {
      const read = knownControlRecord(record)
      kinds.push(read?.kind ?? 'other')
      if (read === null) continue
      const { offset } = record
      let text = ''
      if (read.kind === 'leader-change') {
        const begun = this.epochs.at(-1)
        if (begun?.epoch === epoch) begun.leaderId = read.leaderId
        text = `node ${read.leaderId} leads epoch ${epoch}`
      }
      if (read.kind === 'kraft-version') {
        this.kraftVersion = { offset, level: read.kraftVersion }
        text = `kraft.version ${read.kraftVersion}`
      }
      if (read.kind === 'voters') {
        this.voterSets.push({ offset, epoch, from: 'log', voters: read.voters })
        keepNewest(this.voterSets, MAX_VOTER_SETS)
        text = `voters ${read.voters.map(({ nodeId }) => nodeId).join(', ')}`
      }
      if (offset >= this.#committed) this.#image.note({ offset, epoch, text: text.slice(0, 200), topic: null })
    }
    this.endsWithVoters = kinds.length === 1 && kinds[0] === 'voters'
  }
}

/**
 * @param names of its segments, the oldest first; one at least
 * @param committed records from here on go into the image, and are named
 */
export function walkLog(folder: string, names: readonly string[], committed: number, image: MetadataImage): WalkedLog {
  const startOffset = segmentBase(names[0] ?? '') ?? 0
  const chain: Chain = { nextOffset: startOffset, lastEpoch: null }
  const contents = new LogContents(committed, image)
  const segments: LogReport['segments'] = []
  let bytes = 0
  let damage: LogReport['damage'] = null
  let last: SegmentFacts | null = null
  for (const name of names) {
    const baseOffset = segmentBase(name) ?? 0
    if (damage === null && baseOffset !== chain.nextOffset)
      damage = {
        kind: 'damaged',
        file: name,
        byte: 0,
        problem: `the segment begins at offset ${baseOffset}, and the one before it ends at ${chain.nextOffset}: a segment is missing, or of another log`,
      }
    if (damage !== null) break
    const walked = walkBatches(join(folder, name), chain, {
      epochsRise: true,
      onBatch: (batch, header) => contents.take(batch, header),
    })
    if (walked.stop !== null) {
      const torn = walked.stop.kind === 'torn' && name === names.at(-1)
      damage = {
        kind: torn ? 'torn' : 'damaged',
        file: name,
        byte: walked.wholeBytes,
        problem: `${walked.stop.problem}${walked.stop.kind === 'torn' && !torn ? ', and a later segment follows' : ''}`,
      }
    }
    bytes += walked.wholeBytes
    segments.push({ name, bytes: walked.bytes, sha256: walked.sha256, baseOffset, endOffset: chain.nextOffset })
    keepNewest(segments, MAX_FILES)
    last = { file: name, baseOffset, ...walked, endsWithVoters: contents.endsWithVoters }
  }
  if (last === null) throw new RangeError('a log has one segment at least')
  const { bytes: size, sha256, wholeBytes, sha256Whole, file, baseOffset, endsWithVoters } = last
  return {
    log: {
      startOffset,
      endOffset: chain.nextOffset,
      lastEpoch: chain.lastEpoch ?? 0,
      batches: contents.batches,
      bytes,
      segments,
      epochs: contents.epochs,
      damage,
    },
    last: { file, baseOffset, bytes: size, sha256, wholeBytes, sha256Whole, endsWithVoters },
    voterSets: contents.voterSets,
    kraftVersion: contents.kraftVersion,
  }
}
