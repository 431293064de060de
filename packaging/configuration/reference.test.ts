import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { optionsIn } from './paths.ts'
import { referenceText, schemaText } from './reference.ts'
import { WORDS } from './words.ts'

const ROOT = join(import.meta.dirname, '..', '..')

test('the reference and the schema for editors are those of the options as they are', () => {
  const again = 'npm run reference makes it anew'
  expect(readFileSync(join(ROOT, 'docs', 'configuration.md'), 'utf8'), again).toBe(referenceText())
  expect(readFileSync(join(ROOT, 'packaging', 'quorumdeck.schema.json'), 'utf8'), again).toBe(schemaText())
})

test('no words are of an option that there is not', () => {
  const known = new Set(optionsIn(JSON.parse(schemaText())).map(({ path }) => path))
  expect(Object.keys(WORDS).filter((path) => !known.has(path))).toEqual([])
})

test('a shape that may be one of several has each option once, with all that it takes', () => {
  const one = { type: 'object', properties: { kind: { const: 'a' }, x: { type: 'string' } }, required: ['kind', 'x'] }
  const other = { type: 'object', properties: { kind: { const: 'b' } }, required: ['kind'] }
  const found = optionsIn({ properties: { list: { type: 'array', items: { oneOf: [one, other] } } } })
  expect(found.map(({ path, schemas, required }) => [path, schemas.length, required])).toEqual([
    ['list', 1, false],
    ['list[].kind', 2, true],
    ['list[].x', 1, true],
  ])
})
