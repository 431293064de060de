/** Control records of a copy that may be written on. Pure. */
import { type ControlRecord, controlRecord } from '../../kafka/records/controlRecord.ts'
import type { LogRecord } from '../../kafka/records/recordBatch.ts'

/** A voter set is written anew from what is read of it: nothing may be in it that is not known here. @throws RangeError in words */
export function knownControlRecord(record: LogRecord): ControlRecord | null {
  const read = controlRecord(record)
  const version = read?.kind === 'voters' ? (record.value?.readInt16BE(0) ?? 0) : 0
  if (version !== 0) throw new RangeError(`it has a voter set of version ${version}, and only version 0 is known`)
  return read
}
