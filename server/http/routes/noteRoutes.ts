/** Notes over HTTP: written, read in pages, and of a hand-over acknowledged. */
import { randomBytes } from 'node:crypto'
import { Hono } from 'hono'
import {
  AcknowledgeNote,
  AddNote,
  AddRunNote,
  type NoteList,
  type NoteSubject,
  subjectOf,
} from '../../contract/room/noteRequests.ts'
import type { RoomNote } from '../../contract/room/notes.ts'
import type { Actor } from '../../contract/workflows.ts'
import type { NoteStore } from '../../storage/notes.ts'
import type { Workflows } from '../../workflows/engine/workflows.ts'
import type { RequestEnv } from '../api.ts'
import { refuse } from '../refusal.ts'
import { jsonBody } from '../requestBody.ts'
import { idOf } from './runId.ts'

const PAGE = 50
/** Notes about one subject. */
const MAX_NOTES = 1_000

export interface NoteRoutesOptions {
  notes: NoteStore
  workflows: Workflows
  /** The name of a cluster that is watched here. @throws Refusal for any other */
  known: (cluster: string) => string
  nowMs: () => number
}

/** Two of one moment are in no order; those of two moments are. */
function newId(atMs: number): string {
  return `${atMs.toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`
}

export function noteRoutes({ notes, workflows, known, nowMs }: NoteRoutesOptions) {
  /** The cluster that a subject is about. @throws Refusal where there is no such subject */
  const clusterOf = async (subject: NoteSubject): Promise<string | null> => {
    switch (subject.kind) {
      case 'run':
        return (await workflows.get(idOf(subject.id))).cluster
      case 'cluster':
        return known(subject.id)
      case 'shift':
        return subject.id === null ? null : known(subject.id)
      case 'alert':
        return null
      default:
        return subject satisfies never
    }
  }
  const list = async (subject: string, before: string | undefined): Promise<NoteList> => {
    const parsed = subjectOf(subject)
    if (parsed === null) throw refuse.badSubject()
    await clusterOf(parsed)
    const page = await notes.page(subject, before ?? null, PAGE + 1)
    const shown = page.slice(0, PAGE)
    return { notes: shown, next: page.length > PAGE ? (shown.at(-1)?.id ?? null) : null }
  }
  const add = async (subject: string, text: string, as: Actor): Promise<RoomNote> => {
    const parsed = subjectOf(subject)
    if (parsed === null) throw refuse.badSubject()
    const cluster = await clusterOf(parsed)
    if ((await notes.count(subject)) >= MAX_NOTES) throw refuse.tooManyNotes(MAX_NOTES)
    const atMs = nowMs()
    const note: RoomNote = { id: newId(atMs), subject, cluster, atMs, by: as, text, acknowledged: null }
    await notes.add(note)
    return note
  }
  return new Hono<RequestEnv>()
    .get('/api/notes', async (c) => c.json<NoteList>(await list(c.req.query('subject') ?? '', c.req.query('before'))))
    .post('/api/notes', jsonBody(AddNote), async (c) => {
      const { subject, text, as } = c.req.valid('json')
      return c.json<RoomNote>(await add(subject, text, as), 201)
    })
    .post('/api/notes/:id/acknowledge', jsonBody(AcknowledgeNote), async (c) => {
      const id = c.req.param('id')
      const { as } = c.req.valid('json')
      const note = await notes.find(id)
      if (note === null) throw refuse.unknownNote(id)
      if (subjectOf(note.subject)?.kind !== 'shift') throw refuse.noHandOverNote()
      // One browser may serve both shifts: then its name has changed.
      if (note.by.id === as.id && note.by.name === as.name) throw refuse.ownNote(as.name)
      await notes.acknowledge(id, as.name, nowMs())
      return c.json<RoomNote>((await notes.find(id)) ?? note)
    })
    .get('/api/workflows/:id/notes', async (c) =>
      c.json<NoteList>(await list(`run:${idOf(c.req.param('id'))}`, c.req.query('before'))),
    )
    .post('/api/workflows/:id/notes', jsonBody(AddRunNote), async (c) => {
      const { text, as } = c.req.valid('json')
      return c.json<RoomNote>(await add(`run:${idOf(c.req.param('id'))}`, text, as), 201)
    })
}
