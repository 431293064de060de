import { expect, test } from 'vitest'
import { Seal } from './seal.ts'

const seal = new Seal(Buffer.alloc(32, 1))

test('what one of us sealed opens, for the same purpose, and nothing else does', () => {
  const sealed = seal.put('notice', 'text: ü')
  expect(seal.open('notice', sealed)).toBe('text: ü')
  expect(seal.open('request a b', sealed)).toBeNull()
  expect(new Seal(Buffer.alloc(32, 2)).open('notice', sealed)).toBeNull()
  const forged = [
    '',
    ':',
    'text',
    sealed.slice(1),
    `${sealed} `,
    sealed.slice(0, -1),
    `A${sealed.slice(1)}`,
    `:${sealed}`,
  ]
  for (const one of [...forged, sealed.replace(':', ';'), `${'!'.repeat(22)}:text: ü`]) {
    if (one !== sealed) expect([one, seal.open('notice', one)]).toEqual([one, null])
  }
})
