import { expect, test } from 'vitest'
import { shrinkwrapOf } from './shrinkwrap.ts'

const packages = {
  '': {},
  'node_modules/a': { version: '1.0.0', dependencies: { b: '1' } },
  'node_modules/a/node_modules/b': { version: '1.0.0', peerDependencies: { c: '*' } },
  'node_modules/b': { version: '2.0.0' },
  'node_modules/c': { version: '3.0.0', optionalDependencies: { gone: '1' } },
  'node_modules/test-runner': { version: '1.0.0', dev: true },
}

test('it holds what the package needs, each in the place where it is found, and nothing else', () => {
  const root = { name: 'x', version: '1.2.3', dependencies: { a: '1.0.0' }, optionalDependencies: {} }
  const made = shrinkwrapOf({ lockfileVersion: 3, packages }, root)
  expect(Object.keys(made.packages)).toEqual(['', 'node_modules/a', 'node_modules/a/node_modules/b', 'node_modules/c'])
  expect(made.packages['']).toEqual(root)
})
