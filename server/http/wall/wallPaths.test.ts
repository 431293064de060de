import { expect, test } from 'vitest'
import { isInScope, wallMayAsk } from './wallPaths.ts'

test.each([
  ['GET', '/wall', true],
  ['HEAD', '/wall', true],
  ['GET', '/wall/a', true],
  ['GET', '/wall/p%20q', true],
  ['GET', '/wall/b', false],
  ['GET', '/wall/%zz', false],
  ['GET', '/wall/a/more', false],
  ['GET', '/walls', false],
  ['GET', '/ws', true],
  ['GET', '/api/clusters', true],
  ['GET', '/api/clusters/a/quorum', false],
  ['GET', '/api/openapi.json', false],
  ['GET', '/metrics', false],
  ['GET', '/', false],
  ['POST', '/wall', false],
  ['DELETE', '/api/clusters', false],
  ['OPTIONS', '/api/clusters', false],
  ['PUT', '/ws', false],
])('a wall of the clusters a and p q: %s %s: %s', (method, path, may) => {
  expect(wallMayAsk(method, path, ['a', 'p q'])).toBe(may)
})

test('a wall of all clusters is no wider than that', () => {
  expect(wallMayAsk('GET', '/wall/b', null)).toBe(true)
  expect(wallMayAsk('GET', '/clusters/b', null)).toBe(false)
  expect([isInScope('a', null), isInScope('a', ['a']), isInScope('a', ['b']), isInScope('a', [])]).toEqual([
    true,
    true,
    false,
    false,
  ])
})
