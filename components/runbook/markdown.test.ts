import { expect, test } from 'vitest'
import { blocksOf, spansOf } from './markdown.ts'

test('the blocks of a runbook, in their order', () => {
  const text = [
    '# Title with `code`',
    '',
    'A paragraph',
    'of two lines.',
    '',
    '```diff',
    '- a=1',
    '',
    '+ a=2',
    '```',
    '- one',
    '  - By hand: `status`.',
    '- two',
    '',
    '1. first',
    '2. second',
    '',
    '| Voter | Lag |',
    '|---|---|',
    '| 0 | 1 |',
    '### Deep',
  ].join('\n')
  const blocks = blocksOf(text)
  expect(blocks.map((b) => b.kind)).toEqual(['heading', 'paragraph', 'code', 'list', 'list', 'table', 'heading'])
  expect(blocks[1]).toMatchObject({ spans: [{ text: 'A paragraph of two lines.' }] })
  expect(blocks[2]).toEqual({ kind: 'code', language: 'diff', text: '- a=1\n\n+ a=2' })
  expect(blocks[3]).toMatchObject({
    from: null,
    items: [{ under: [[{ text: 'By hand: ' }, { kind: 'code' }, {}]] }, {}],
  })
  expect(blocks[4]).toMatchObject({ from: 1 })
  expect(blocks[5]).toEqual({ kind: 'table', head: ['Voter', 'Lag'], rows: [['0', '1']] })
})

test('whatever else stands there stays text, and an open fence ends with the document', () => {
  expect(spansOf('a **b** `c` * <script>')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'bold', text: 'b' },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'c' },
    { kind: 'text', text: ' * <script>' },
  ])
  expect(blocksOf('```\nrest')).toEqual([{ kind: 'code', language: '', text: 'rest' }])
  expect(blocksOf('')).toEqual([])
})

test('a numbered list that a command parts goes on counting, and what is stressed is no asterisk', () => {
  const blocks = blocksOf('1. first\n\n```\nstart\n```\n\n2. second\n3. third')
  expect(blocks.map((b) => (b.kind === 'list' ? b.from : b.kind))).toEqual([1, 'code', 2])
  expect(spansOf('by *Inspect a disk*, 2 * 3 * 4')).toEqual([
    { kind: 'text', text: 'by ' },
    { kind: 'emphasis', text: 'Inspect a disk' },
    { kind: 'text', text: ', 2 * 3 * 4' },
  ])
})
