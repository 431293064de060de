import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RoomNote } from '../contract/room/notes.ts'
import { type DatabasePlace, databasePlace } from '../testing/databasePlace.ts'
import { type NoteStore, openNotes } from './notes.ts'

let place: DatabasePlace
let notes: NoteStore
beforeEach(async () => {
  place = await databasePlace()
  notes = openNotes(await place.open())
})
afterEach(() => place.remove())

const note = (at: number, subject = 'run:1'): RoomNote => ({
  id: String(at).padStart(8, '0'),
  subject,
  cluster: 'c',
  atMs: at,
  by: { id: 'ann', name: 'Ann' },
  text: `note ${at}\n<i>as it is</i>`,
  acknowledged: null,
})

test('pages lead from the newest to the oldest, of one subject, as they were written', async () => {
  for (let at = 1; at <= 250; at += 1) await notes.add(note(at))
  await notes.add(note(999, 'run:2'))
  const first = await notes.page('run:1', null, 50)
  expect(first[0]).toEqual(note(250))
  const second = await notes.page('run:1', first.at(-1)?.id ?? null, 50)
  expect(second.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 50 }, (_, index) => 200 - index))
  expect((await notes.all('run:1')).map(({ atMs }) => atMs)).toEqual(
    Array.from({ length: 250 }, (_, index) => index + 1),
  )
  expect([await notes.count('run:1'), await notes.count('run:2'), await notes.count('run:3')]).toEqual([250, 1, 0])
})

test('a note is acknowledged once', async () => {
  await notes.add(note(1, 'shift'))
  expect(await notes.acknowledge(note(1).id, 'Ben', 7)).toBe(true)
  expect(await notes.acknowledge(note(1).id, 'Eva', 8)).toBe(false)
  expect((await notes.find(note(1).id))?.acknowledged).toEqual({ by: 'Ben', atMs: 7 })
  expect(await notes.find('nothing')).toBeNull()
  expect(await notes.acknowledge('nothing', 'Ben', 7)).toBe(false)
})
