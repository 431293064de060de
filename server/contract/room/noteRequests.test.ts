import { expect, test } from 'vitest'
import { AddNote, MAX_NOTE, subjectOf } from './noteRequests.ts'

test.each([
  ['run:3f2a-1', { kind: 'run', id: '3f2a-1' }],
  ['alert:no-leader:payments', { kind: 'alert', id: 'no-leader:payments' }],
  ['cluster:pay ments', { kind: 'cluster', id: 'pay ments' }],
  ['shift', { kind: 'shift', id: null }],
  ['shift:payments', { kind: 'shift', id: 'payments' }],
  ['', null],
  ['run:', null],
  ['shift:', null],
  ['other:x', null],
  ['run:a b', null],
  ['run:a\nb', null],
  [`run:${'x'.repeat(200)}`, null],
])('%j', (text, subject) => expect(subjectOf(text)).toEqual(subject))

test('a note is plain text of several lines, kept as it is written', () => {
  const say = (text: string) =>
    AddNote.safeParse({ subject: 'shift', text, as: { id: 'a', name: 'Ann' } }).data?.text ?? null
  expect(say('  one\n\ttwo <b>not bold</b>  ')).toBe('one\n\ttwo <b>not bold</b>')
  for (const wrong of ['', ' \n ', 'a\u0000b', 'a\u001b[31mb', 'x'.repeat(MAX_NOTE + 1)]) expect(say(wrong)).toBeNull()
  expect(say('x'.repeat(MAX_NOTE))).toHaveLength(MAX_NOTE)
})
