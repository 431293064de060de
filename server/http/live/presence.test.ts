import { expect, test } from 'vitest'
import type { Person } from '../../contract/room/presence.ts'
import { presenceOf } from './presence.ts'

const person = (id: string, change: Partial<Person> = {}): Person => ({
  id,
  name: id.toUpperCase(),
  page: 'cluster',
  run: null,
  sinceMs: 0,
  ...change,
})

test('a person with several pages is one, where they went last', () => {
  const run = person('ann', { page: 'run', run: 'r', sinceMs: 9 })
  expect(
    presenceOf([person('ann', { sinceMs: 3 }), run, person('ben'), person('ann', { sinceMs: 5 })], new Set()),
  ).toEqual({
    people: [run, person('ben')],
    more: 0,
  })
})

test('fifty are named, whoever drives first, and the rest are counted', () => {
  const many = Array.from({ length: 10_000 }, (_, at) => person(`p${at}`))
  const { people, more } = presenceOf(many, new Set(['p9999', 'p77']))
  expect(people).toHaveLength(50)
  expect(people.slice(0, 3).map(({ id }) => id)).toEqual(['p77', 'p9999', 'p0'])
  expect(more).toBe(9_950)
  expect(JSON.stringify(people).length).toBeLessThan(10_000)
})
