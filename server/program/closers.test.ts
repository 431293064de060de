import { expect, test } from 'vitest'
import { type Closer, closeAll } from './closers.ts'

test('from the last to the first, whatever one of them throws, and what is started meanwhile', async () => {
  const ended: string[] = []
  const faults: unknown[] = []
  const closers: Closer[] = []
  const one = (name: string) => async () => void ended.push(name)
  closers.push(
    one('database'),
    one('engine'),
    () => Promise.reject('stuck'),
    async () => {
      ended.push('server')
      closers.push(one('late'))
    },
  )
  await closeAll(closers, (error) => faults.push(error))
  expect(ended).toEqual(['server', 'late', 'engine', 'database'])
  expect(faults).toEqual(['stuck'])
  expect(closers).toEqual([])
})
