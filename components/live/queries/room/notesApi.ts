/** The part of the HTTP API that is about notes: loaded with what shows them. */
import { type AddNote, NoteList } from '../../../../server/contract/room/noteRequests.ts'
import { RoomNote } from '../../../../server/contract/room/notes.ts'
import type { Actor } from '../../../../server/contract/workflows.ts'
import { answered, routes } from '../api.ts'

const { notes } = routes

export const notesApi = {
  page: (subject: string, before: string | null) => {
    const asked = new URLSearchParams({ subject, ...(before === null ? {} : { before }) })
    return answered(NoteList, fetch(`${notes.$path()}?${asked}`))
  },
  add: (json: AddNote) => answered(RoomNote, notes.$post({ json })),
  acknowledge: (id: string, as: Actor) =>
    answered(RoomNote, notes[':id'].acknowledge.$post({ param: { id }, json: { as } })),
}
