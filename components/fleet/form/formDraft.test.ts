import { expect, test } from 'vitest'
import { draftOf, EMPTY, problemsAt, requestOf } from './formDraft.ts'

test('addresses by line, comma or blank; what is empty is nothing', () => {
  const { request, problems } = requestOf({
    ...EMPTY,
    name: 'Orders',
    controllers: ' a:1, b:2\nc:3 ',
    racks: '1=a,\n2 = b',
  })
  expect(problems.size).toBe(0)
  expect(request).toEqual({
    name: 'Orders',
    group: null,
    bootstrapControllers: ['a:1', 'b:2', 'c:3'],
    bootstrapServers: [],
    commandConfig: null,
    clusterId: null,
    intervalMs: 1000,
    racks: { '1': 'a', '2': 'b' },
  })
})

test('what cannot be sent is said at its field', () => {
  const { problems } = requestOf({ ...EMPTY, intervalMs: '5', racks: 'a', commandConfig: '/etc/secret' })
  expect([...problems.keys()].sort()).toEqual(['commandConfig', 'intervalMs', 'racks'])
})

test('what is written down comes back as it was', () => {
  const settings = {
    cluster: 'orders',
    name: 'Orders',
    group: 'Shop',
    origin: 'added' as const,
    bootstrapControllers: ['a:1', 'b:2'],
    bootstrapServers: ['c:3'],
    commandConfig: { name: 'shop.properties', protocol: 'SSL' as const, mechanism: null },
    clusterId: 'id',
    intervalMs: 500,
    racks: { '1': 'a' },
    observedClusterId: null,
  }
  expect(requestOf(draftOf(settings)).request).toEqual({
    name: 'Orders',
    group: 'Shop',
    bootstrapControllers: ['a:1', 'b:2'],
    bootstrapServers: ['c:3'],
    commandConfig: 'shop.properties',
    clusterId: 'id',
    intervalMs: 500,
    racks: { '1': 'a' },
  })
})

test('words of the server about a field stand at it, several one after the other', () => {
  const at = problemsAt([
    { path: 'bootstrapControllers.0', message: 'One.' },
    { path: 'bootstrapControllers.2', message: 'Two.' },
    { path: 'elsewhere', message: 'Three.' },
  ])
  expect([...at]).toEqual([['controllers', 'One. Two.']])
})
