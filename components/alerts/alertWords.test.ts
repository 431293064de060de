import { expect, test } from 'vitest'
import { alertStanding, openWords, silenceText } from './alertWords.ts'

const free = { acknowledged: null, silencedBy: null }
const taken = { acknowledged: { by: 'Ann', atMs: 1, note: '' }, silencedBy: null }
const silenced = { acknowledged: null, silencedBy: 'Bob: new disk' }

test('who has it', () => {
  expect([free, taken, silenced].map(alertStanding)).toEqual([
    'nobody has taken it yet',
    'Ann looks after it',
    'silenced by Bob: new disk',
  ])
})

test('the sentence at the top counts what nobody has taken', () => {
  expect(openWords([])).toBe('Nothing rings')
  expect(openWords([free])).toBe('1 open alert that nobody has taken')
  expect(openWords([free, taken, silenced])).toBe('3 open alerts, 1 that nobody has taken')
  expect(openWords([taken])).toBe('1 open alert, and none that nobody has taken')
})

test('what a silence is about', () => {
  const any = { id: 's', fromMs: 0, untilMs: 1, reason: '', createdBy: '' }
  expect(silenceText({ ...any, matchers: { rule: 'ghost-observer', nodeId: 7 }, run: null, nodeIds: [] })).toBe(
    'rule ghost-observer, node 7',
  )
  expect(silenceText({ ...any, matchers: { cluster: 'c' }, run: 'r', nodeIds: [2] })).toContain('node 2')
  expect(silenceText({ ...any, matchers: { cluster: 'c' }, run: 'r', nodeIds: [] })).toContain('how many vote')
})
