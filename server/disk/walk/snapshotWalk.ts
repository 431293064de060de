/** Snapshots of a metadata log, streamed: which are complete, and what the newest of those holds. Reads only. */
import { join } from 'node:path'
import type { LoggedVoterSet, SnapshotReport } from '../../contract/diskReport.ts'
import { type RecordFrame, readFrames } from '../../kafka/records/recordBatch.ts'
import { walkBatches } from './batchWalk.ts'
import { knownControlRecord } from './knownControlRecord.ts'
import { MetadataImage } from './metadataImage.ts'

/** Types of control records (ControlRecordType). */
const HEADER = 3
const FOOTER = 4

export interface WalkedSnapshot {
  report: SnapshotReport
  kraftVersion: number | null
  voters: LoggedVoterSet | null
  image: MetadataImage
}

/** Finished ones; `.part`, `.deleted` and everything else is not. */
export function snapshotId(name: string): { endOffset: number; epoch: number } | null {
  const match = /^(\d{20})-(\d{10})\.checkpoint$/.exec(name)
  const [endOffset, epoch] = [Number(match?.[1]), Number(match?.[2])]
  return match !== null && Number.isSafeInteger(endOffset) ? { endOffset, epoch } : null
}

/** @param decode whether its records are read as well */
export function walkSnapshot(folder: string, name: string, decode: boolean): WalkedSnapshot {
  const id = snapshotId(name) ?? { endOffset: 0, epoch: 0 }
  const image = new MetadataImage()
  let kraftVersion: number | null = null
  let voters: LoggedVoterSet | null = null
  let begun = false
  let ended = false
  const takeControl = ({ records }: RecordFrame) => {
    for (const record of records) {
      const type = record.key !== null && record.key.length >= 4 ? record.key.readInt16BE(2) : null
      if (type === HEADER) begun = true
      if (type === FOOTER) ended = true
      const read = knownControlRecord(record)
      if (read?.kind === 'kraft-version') kraftVersion = read.kraftVersion
      if (read?.kind === 'voters')
        voters = { offset: id.endOffset, epoch: id.epoch, from: 'snapshot', voters: read.voters }
    }
  }
  const chain = { nextOffset: 0, lastEpoch: null }
  const walked = walkBatches(join(folder, name), chain, {
    epochsRise: false,
    onBatch: (batch, { control }) => {
      if (ended) throw new RangeError('it stands behind the footer')
      const [frame] = readFrames(batch).frames
      if (frame === undefined) return
      if (control) takeControl(frame)
      else if (!begun) throw new RangeError('the header of a snapshot is missing')
      else if (decode) for (const record of frame.records) image.take(record)
    },
  })
  const problem =
    walked.stop !== null
      ? `byte ${walked.wholeBytes}: ${walked.stop.problem}`
      : begun && ended
        ? ''
        : `its ${begun ? 'footer' : 'header'} is missing: it was never finished`
  return {
    report: {
      name,
      bytes: walked.bytes,
      sha256: walked.sha256,
      ...id,
      complete: problem === '',
      problem: problem.slice(0, 400),
    },
    kraftVersion,
    voters,
    image,
  }
}
