import { expect, test } from 'vitest'
import { configuredListener, configuredListeners, isDefaultMap, listenerText, protocolsOf } from './listenerConfig.ts'

test('listeners as Kafka reads them', () => {
  expect(configuredListeners('CONTROLLER://c1:9093, client://:9092,BAD,PLAINTEXT://[::1]:9094')).toEqual([
    { name: 'CONTROLLER', host: 'c1', port: 9093 },
    { name: 'CLIENT', host: '', port: 9092 },
    { name: 'PLAINTEXT', host: '::1', port: 9094 },
  ])
  expect(configuredListener('A://host:70000')).toBeNull()
  expect(configuredListener('A://host')).toBeNull()
  expect(listenerText({ name: 'A', host: '::1', port: 1 })).toBe('A://[::1]:1')
  expect(configuredListener(listenerText({ name: 'A', host: 'h', port: null }))).toEqual({
    name: 'A',
    host: 'h',
    port: null,
  })
})

test('the map of a file that has none is that of Kafka', () => {
  const plain = { controllers: ['CONTROLLER'], listeners: ['CONTROLLER', 'PLAINTEXT'] }
  const told = 'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT'
  expect(isDefaultMap(told)).toBe(true)
  for (const map of [null, '', told]) expect(protocolsOf(map, plain).get('CONTROLLER')).toBe('PLAINTEXT')
  // Something secured by its name: then the controller listener must be mapped by the file.
  expect(protocolsOf(null, { ...plain, listeners: ['CONTROLLER', 'SSL'] }).has('CONTROLLER')).toBe(false)
  const own = protocolsOf('CONTROLLER:SSL,client:PLAINTEXT', plain)
  expect([...own]).toEqual([
    ['CONTROLLER', 'SSL'],
    ['CLIENT', 'PLAINTEXT'],
  ])
})
