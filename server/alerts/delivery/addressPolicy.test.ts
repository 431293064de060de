import { expect, test } from 'vitest'
import { reachabilityOf, refusedAddress } from './addressPolicy.ts'

test.each([
  ['8.8.8.8', 'public'],
  ['2606:4700::1111', 'public'],
  ['::ffff:8.8.8.8', 'public'],
  ['172.15.255.255', 'public'],
  ['172.32.0.1', 'public'],
  ['127.0.0.1', 'private'],
  ['127.255.255.254', 'private'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['::1', 'private'],
  ['fd00::1', 'private'],
  ['::ffff:127.0.0.1', 'private'],
  ['::ffff:7f00:1', 'private'],
  ['0.0.0.0', 'never'],
  ['169.254.169.254', 'never'],
  ['::ffff:169.254.169.254', 'never'],
  ['::ffff:a9fe:a9fe', 'never'],
  ['fd00:ec2::254', 'never'],
  ['100.100.100.200', 'never'],
  ['168.63.129.16', 'never'],
  ['fe80::1', 'never'],
  ['fe80::1%eth0', 'never'],
  ['::', 'never'],
  ['255.255.255.255', 'never'],
  ['224.0.0.1', 'never'],
  ['ff02::1', 'never'],
  ['64:ff9b::a9fe:a9fe', 'never'],
  ['2002:a9fe:a9fe::1', 'never'],
  ['::7f00:1', 'never'],
  ['localhost', 'never'],
  ['', 'never'],
  ['0x7f.1', 'never'],
])('%s is %s', (address, reachability) => expect(reachabilityOf(address)).toBe(reachability))

test('the configuration opens private networks, and nothing else', () => {
  expect(refusedAddress('8.8.8.8', false)).toBeNull()
  expect(refusedAddress('10.0.0.1', false)).toContain('allowPrivate: true')
  expect(refusedAddress('10.0.0.1', true)).toBeNull()
  expect(refusedAddress('169.254.169.254', true)).toContain('nothing is ever sent there')
})
