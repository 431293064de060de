import { expect, test } from 'vitest'
import { newActor, readActor, renamed } from './actor.ts'

const actor = newActor('3f2a000011112222')

test('a browser names itself, and is read back as it was kept', () => {
  expect(actor).toEqual({ id: 'browser-3f2a000011112222', name: 'Browser 3f2a' })
  expect(readActor(JSON.stringify(actor))).toEqual(actor)
})

test.each([null, '', 'no json', '{}', '{"id":"a b","name":"x"}', '{"id":"a","name":""}'])(
  'what is no actor is as if nothing had been kept: %s',
  (kept) => expect(readActor(kept)).toBeNull(),
)

test('a name is plain text; the id stays', () => {
  expect(renamed(actor, ' Ann ')).toEqual({ id: actor.id, name: 'Ann' })
  expect(renamed(actor, '   ')).toBeNull()
  expect(renamed(actor, '<b>Ann</b>')).toBeNull()
  expect(renamed(actor, 'x'.repeat(65))).toBeNull()
})
