/** Bodies and lists of notes, and what a note may be about. */
import * as z from 'zod/mini'
import { Actor } from '../workflows.ts'
import { RoomNote } from './notes.ts'

/** Longest note, in characters: at most 4 kB of Latin letters. */
export const MAX_NOTE = 4_000

/** Several lines, and no other control characters. */
const LINES = /^[^\p{Cc}]*$/u

const NoteText = z.string().check(
  z.trim(),
  z.minLength(1),
  z.maxLength(MAX_NOTE),
  z.refine((text) => LINES.test(text.replaceAll(/[\n\t]/g, '')), 'must be plain text'),
)

const SUBJECT = /^(?:(?:run|alert):[\w.:-]{1,128}|cluster:[^\p{Cc}]{1,64}|shift(?::[^\p{Cc}]{1,64})?)$/u

export type NoteSubject =
  | { readonly kind: 'run' | 'alert' | 'cluster'; readonly id: string }
  /** `id` null: of all clusters. */
  | { readonly kind: 'shift'; readonly id: string | null }

/** `null` for what no note can be about. */
export function subjectOf(text: string): NoteSubject | null {
  if (!SUBJECT.test(text)) return null
  const at = text.indexOf(':')
  if (at < 0) return { kind: 'shift', id: null }
  return { kind: text.slice(0, at) as 'run', id: text.slice(at + 1) }
}

/** Body of `POST /api/notes`. */
export const AddNote = z.strictObject({ subject: z.string().check(z.maxLength(200)), text: NoteText, as: Actor })
export type AddNote = z.infer<typeof AddNote>

/** Body of `POST /api/workflows/{id}/notes`. */
export const AddRunNote = z.strictObject({ text: NoteText, as: Actor })
export type AddRunNote = z.infer<typeof AddRunNote>

/** Body of `POST /api/notes/{id}/acknowledge`. */
export const AcknowledgeNote = z.strictObject({ as: Actor })
export type AcknowledgeNote = z.infer<typeof AcknowledgeNote>

export const NoteList = z.object({
  /** Newest first. */
  notes: z.array(RoomNote),
  /** `before` of the next page; `null`: this was the last. */
  next: z.nullable(z.string()),
})
export type NoteList = z.infer<typeof NoteList>
