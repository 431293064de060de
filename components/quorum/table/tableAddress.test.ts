import fc from 'fast-check'
import { expect, test } from 'vitest'
import { byNode, everyRow, SORT_COLUMNS } from './rows.ts'
import { tableIn, withTable } from './tableAddress.ts'

test('the usual table has nothing in the address, and what others put there stays', () => {
  const usual = { filter: everyRow, order: byNode, open: [] }
  expect(withTable('', usual)).toBe('')
  expect(withTable('?at=5&sort=lag', usual)).toBe('?at=5')
  expect(tableIn('').filter).toBe(everyRow)
})

test('what is shown is what the address opens', () => {
  fc.assert(
    fc.property(
      fc.record({
        filter: fc.record({
          text: fc.string({ maxLength: 200 }),
          status: fc.constantFrom('all', 'leader', 'follower', 'observer'),
          role: fc.constantFrom('all', 'controller', 'broker', 'combined', 'unknown'),
          health: fc.constantFrom('all', 'ok', 'lagging', 'silent', 'unknown'),
        }),
        order: fc.record({ column: fc.constantFrom(...SORT_COLUMNS), descending: fc.boolean() }),
        open: fc.array(fc.string(), { maxLength: 50 }),
      }),
      (shown) => {
        const search = withTable('?list=', shown as Parameters<typeof withTable>[1])
        expect(tableIn(search)).toEqual(shown)
        expect(new URLSearchParams(search).get('list')).toBe('')
      },
    ),
  )
})

test.each(['?sort=nothing', '?status=dead&role=king&health=fine', '?sort=-', '?sort=--lag'])(
  '%s is as if it were not there',
  (search) => expect(tableIn(search)).toEqual({ filter: everyRow, order: byNode, open: [] }),
)
