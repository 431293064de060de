import { expect, test } from 'vitest'
import { atBase, BASE_PATH, belowBase, plainBasePath } from './basePath.ts'

test.each([
  ['/quorumdeck', '/quorumdeck'],
  ['/quorumdeck/', '/quorumdeck'],
  ['/tools/kafka_4.3~x', '/tools/kafka_4.3~x'],
  ['/', ''],
])('%s is taken, as "%s"', (given, plain) => {
  expect(given).toMatch(BASE_PATH)
  expect(plainBasePath(given)).toBe(plain)
})

test.each([
  '',
  'quorumdeck',
  '//evil',
  '/a//b',
  '/a//',
  '/a/../b',
  '/..',
  '/./a',
  '/.well-known',
  '/a?b',
  '/a#b',
  '/a b',
  '/a\n',
  '/%71',
  '/ä',
  '/a\\b',
  '/a"b',
  '/a;b',
  'https://tools.example/a',
  '/a'.repeat(9),
])('%j is none', (given) => expect(given).not.toMatch(BASE_PATH))

test.each([
  ['/quorumdeck', '/'],
  ['/quorumdeck/', '/'],
  ['/quorumdeck?list', '/?list'],
  ['/quorumdeck/api/clusters?x=/y', '/api/clusters?x=/y'],
  ['/quorumdeck//evil.example', '//evil.example'],
  ['/quorumdeck/quorumdeck', '/quorumdeck'],
  ['/quorumdeck/../admin', '/../admin'],
])('%s is %s below it', (target, below) => expect(belowBase('/quorumdeck', target)).toBe(below))

test.each([
  '/',
  '',
  '/quorumdec',
  '/quorumdecks/x',
  '/Quorumdeck',
  '/%71uorumdeck',
  '//quorumdeck',
  '/x/quorumdeck',
  '*',
])('%s is outside', (target) => expect(belowBase('/quorumdeck', target)).toBeNull())

test('without a base path every target is what it is', () => {
  for (const target of ['/', '/x?y', '//x', '*', 'http://a/b']) expect(belowBase('', target)).toBe(target)
})

test('own paths are put below it, other sites are not', () => {
  expect(atBase('/quorumdeck', '/clusters/a?at=1#x')).toBe('/quorumdeck/clusters/a?at=1#x')
  expect(atBase('/quorumdeck', 'https://login.example/x')).toBe('https://login.example/x')
  expect(atBase('/quorumdeck', '//login.example/x')).toBe('//login.example/x')
  expect(atBase('', '/sign-in')).toBe('/sign-in')
})
