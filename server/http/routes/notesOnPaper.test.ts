import { expect, test } from 'vitest'
import { withNotes } from './notesOnPaper.ts'

const note = (text: string, atMs: number) => ({
  id: String(atMs),
  subject: 'run:1',
  cluster: null,
  atMs,
  by: { id: 'ann', name: 'Ann *' },
  text,
  acknowledged: null,
})

test('without notes the runbook is as it was', () => expect(withNotes('# R\n', [])).toBe('# R\n'))

test('notes come oldest first, quoted, and nothing in them is markup', () => {
  expect(withNotes('# R\n', [note('# no title\n```\nrm', 60_000), note('plain', 0)])).toBe(
    '# R\n\n## Notes of people\n\n1970-01-01T00:00:00Z, Ann \\*:\n\n> plain\n\n' +
      '1970-01-01T00:01:00Z, Ann \\*:\n\n> \\# no title\n>\n> \\`\\`\\`\n>\n> rm\n',
  )
})
