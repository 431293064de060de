/** Notes: about a run with its evidence and runbook, about anything else, and the hand-over of the shift. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ErrorBody } from '../../../contract/errors.ts'
import { NoteList } from '../../../contract/room/noteRequests.ts'
import { RoomNote } from '../../../contract/room/notes.ts'
import { Evidence, Workflow } from '../../../contract/workflows.ts'
import { CLUSTER, type Serving, serve } from '../../serving.ts'

const ANN = { id: 'ann', name: 'Ann' }
const BEN = { id: 'ben', name: 'Ben' }

let serving: Serving
beforeAll(async () => {
  serving = await serve()
  await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
})
afterAll(async () => serving.close())

const call = async (path: string, body?: unknown) => {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(serving.url + path, { ...init, headers: { 'content-type': 'application/json' } })
  return { status: answer.status, text: await answer.text() }
}
const codeOf = ({ text }: { text: string }) => ErrorBody.parse(JSON.parse(text)).error.code
const listOf = async (path: string) => NoteList.parse(JSON.parse((await call(path)).text))

test('a note on a run is with the run, its evidence and its runbook, and makes no command of the driver stale', async () => {
  const begun = await call(`/api/clusters/${CLUSTER}/workflows`, { kind: 'add-controller', params: {}, as: ANN })
  const { id, revision } = Workflow.parse(JSON.parse(begun.text))
  const written = await call(`/api/workflows/${id}/notes`, { text: 'rack 3 has\nno power', as: BEN })
  expect(written.status).toBe(201)
  const note = RoomNote.parse(JSON.parse(written.text))
  expect(note).toMatchObject({ subject: `run:${id}`, cluster: CLUSTER, by: BEN, text: 'rack 3 has\nno power' })
  for (const path of [`/api/workflows/${id}/notes`, `/api/notes?subject=run:${id}`]) {
    expect((await listOf(path)).notes).toEqual([note])
  }
  const command = { type: 'park', reason: 'waits for power' }
  const sent = await call(`/api/workflows/${id}/commands`, {
    commandId: 'p1',
    expectedRevision: revision,
    command,
    as: ANN,
  })
  expect(sent.status).toBe(200)
  const evidence = Evidence.parse(JSON.parse((await call(`/api/workflows/${id}/evidence`)).text))
  expect(evidence.notes).toEqual([note])
  expect((await call(`/api/workflows/${id}/runbook`)).text).toContain('Ben:\n\n> rack 3 has\n>\n> no power')
})

test('a hand-over note stands until somebody else has read it; earlier ones are read in pages', async () => {
  const subject = `shift:${CLUSTER}`
  const leave = async (text: string) =>
    RoomNote.parse(JSON.parse((await call('/api/notes', { subject, text, as: ANN })).text))
  for (let at = 0; at < 60; at += 1) await leave(`night ${at}`)
  const { id } = await leave('watch disk sdb')
  expect(codeOf(await call(`/api/notes/${id}/acknowledge`, { as: ANN }))).toBe('own-note')
  const read = await call(`/api/notes/${id}/acknowledge`, { as: BEN })
  expect(RoomNote.parse(JSON.parse(read.text)).acknowledged?.by).toBe('Ben')
  // The second to read it changes nothing.
  await call(`/api/notes/${id}/acknowledge`, { as: { id: 'eva', name: 'Eva' } })
  const first = await listOf(`/api/notes?subject=${subject}`)
  expect(first.notes[0]).toMatchObject({ text: 'watch disk sdb', acknowledged: { by: 'Ben' } })
  expect(first.notes).toHaveLength(50)
  const second = await listOf(`/api/notes?subject=${subject}&before=${first.next}`)
  expect([second.notes.length, second.next, second.notes.at(-1)?.text]).toEqual([11, null, 'night 0'])
  expect((await listOf('/api/notes?subject=shift')).notes).toEqual([])
})

test('what is no subject, no text or no note is refused, and nothing is kept', async () => {
  const add = (subject: string, text = 'x') => call('/api/notes', { subject, text, as: ANN })
  expect(codeOf(await add('nothing'))).toBe('bad-subject')
  expect(codeOf(await add('run:nobody'))).toBe('unknown-workflow')
  expect(codeOf(await add('cluster:nobody'))).toBe('unknown-cluster')
  expect(codeOf(await add('shift', ' '))).toBe('bad-request')
  expect(codeOf(await add('shift', 'x'.repeat(4_001)))).toBe('bad-request')
  expect(codeOf(await call('/api/notes/nothing/acknowledge', { as: ANN }))).toBe('unknown-note')
  expect(codeOf(await call('/api/notes'))).toBe('bad-subject')
  const { text } = await add('alert:no-leader', '<script>alert(1)</script>')
  const note = RoomNote.parse(JSON.parse(text))
  expect(note.text).toBe('<script>alert(1)</script>')
  expect(codeOf(await call(`/api/notes/${note.id}/acknowledge`, { as: BEN }))).toBe('no-hand-over-note')
})
