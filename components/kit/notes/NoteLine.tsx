'use client'
/** One note: its text as it was written, who wrote it, and when. */
import type { RoomNote } from '../../../server/contract/room/notes.ts'
import { formatMoment } from '../words/format.ts'
import './notes.css'

export function NoteLine({ note, nowMs }: { readonly note: RoomNote; readonly nowMs: number }) {
  const { text, by, atMs, acknowledged } = note
  return (
    <>
      <p className="qd-note__text">{text}</p>
      <p className="qd-small qd-dim">
        {by.name}, <time dateTime={new Date(atMs).toISOString()}>{formatMoment(atMs, nowMs)}</time>
        {acknowledged !== null && ` · acknowledged by ${acknowledged.by}, ${formatMoment(acknowledged.atMs, nowMs)}`}
      </p>
    </>
  )
}
