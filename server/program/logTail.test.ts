import { expect, test } from 'vitest'
import { LogTail } from './logTail.ts'

function kept(lines: string[], secrets: string[] = []): readonly string[] {
  const tail = new LogTail(secrets)
  for (const line of lines) tail.write(`${line}\n`)
  return tail.lines
}

test('secrets that it knows, and what looks like one, are struck out', () => {
  const lines = kept(
    [
      '{"msg":"a token s3cr3t-token was given"}',
      '{"err":"password=hunter2; user=x"}',
      '{"header":"Authorization: Bearer abc.def"}',
      '{"url":"postgres://deck:hunter2@db/quorumdeck"}',
      '{"sasl.jaas.config":"hunter2"}',
      '{"level":30,"msg":"link"}',
    ],
    ['s3cr3t-token'],
  )
  expect(lines.join('\n')).not.toMatch(/s3cr3t|hunter2|abc\.def/)
  expect(lines.at(-1)).toBe('{"level":30,"msg":"link"}')
})

test('only the newest lines are kept', () => {
  const lines = kept(Array.from({ length: 1000 }, (_, at) => `line ${at}`))
  expect(lines).toHaveLength(300)
  expect([lines[0], lines.at(-1)]).toEqual(['line 700', 'line 999'])
})
