/** Properties files with one thing wrong each, beside the need of a controller that becomes combined. */
import { describe, expect, test } from 'vitest'
import type { NodeConfigNeed } from '../contract/nodeConfig.ts'
import { checkProperties } from './propertiesCheck.ts'

const line = (key: string, now: string | null, needed: string | null = now) => ({ key, now, needed, why: '' })

const COMBINED: NodeConfigNeed = {
  nodeId: 1,
  host: 'c1',
  roles: ['controller', 'broker'],
  source: 'node',
  staticQuorum: false,
  lines: [
    line('process.roles', 'controller', 'broker,controller'),
    line('node.id', '1'),
    line('controller.quorum.bootstrap.servers', 'c0:9093,c1:9093'),
    line('listeners', 'CONTROLLER://c1:9093', 'CONTROLLER://c1:9093,CLIENT://c1:<a free port>'),
    line('advertised.listeners', null, 'CLIENT://c1:<a free port>'),
    line('controller.listener.names', 'CONTROLLER'),
    line('inter.broker.listener.name', null, 'CLIENT'),
    line('listener.security.protocol.map', 'CONTROLLER:SSL', 'CONTROLLER:SSL,CLIENT:SASL_SSL'),
    line('log.dirs', '/data/meta'),
  ],
  taken: [{ nodeId: 7, listener: 'CLIENT', port: 9092 }],
}

const GOOD = {
  'process.roles': 'controller, broker',
  'node.id': '1',
  'controller.quorum.bootstrap.servers': 'c1:9093,c0:9093',
  listeners: 'CLIENT://c1:9192,CONTROLLER://c1:9093',
  'advertised.listeners': 'CLIENT://c1:9192',
  'controller.listener.names': 'CONTROLLER',
  'inter.broker.listener.name': 'CLIENT',
  'listener.security.protocol.map': 'CONTROLLER:SSL,CLIENT:SASL_SSL,OTHER:PLAINTEXT',
  'log.dirs': '/data/meta',
}

const text = (properties: Record<string, string | undefined>) =>
  Object.entries(properties)
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]))
    .join('\n')
const check = (over: Record<string, string | undefined>, need = COMBINED, more = '') =>
  checkProperties({ text: `${text({ ...GOOD, ...over })}\n${more}` }, need)
const codes = (...of: Parameters<typeof check>) => check(...of).findings.map((f) => f.code)

test('a file that is as needed, in any order, with comments, escapes and lines that go on', () => {
  const { findings, changes, comparedWith } = checkProperties(
    { text: `# of node 1\n! yes\n${text(GOOD).replace('c1:9093,c0', 'c1\\:9093,\\\n   c0')}` },
    COMBINED,
  )
  expect([findings.map((f) => f.code), changes]).toEqual([['as-needed'], []])
  expect(comparedWith).toContain('the node reports')
})

test('the file as it was: everything that is to be edited, and nothing else', () => {
  const before = {
    'process.roles': 'controller',
    listeners: 'CONTROLLER://c1:9093',
    'advertised.listeners': undefined,
    'inter.broker.listener.name': undefined,
    'listener.security.protocol.map': 'CONTROLLER:SSL',
  }
  const { findings, changes } = check(before)
  expect(findings.map((f) => f.code)).toEqual(
    expect.arrayContaining(['wrong-roles', 'broker-listener-missing', 'still-to-change']),
  )
  expect(changes.map((c) => c.key)).toEqual(Object.keys(before))
  expect(changes[0]).toMatchObject({ now: 'controller', needed: 'broker,controller' })
})

test.each<[string, Record<string, string | undefined>, string]>([
  ['another node', { 'node.id': '2' }, 'wrong-node-id'],
  ['no id', { 'node.id': undefined }, 'node-id-missing'],
  ['no listener of the controller', { listeners: 'CLIENT://c1:9192' }, 'controller-listener-missing'],
  ['no names of controller listeners', { 'controller.listener.names': undefined }, 'controller-names-missing'],
  [
    'a controller listener that the map lacks',
    { 'listener.security.protocol.map': 'CLIENT:SASL_SSL' },
    'listener-not-mapped',
  ],
  [
    'another protocol',
    { 'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,CLIENT:SASL_SSL' },
    'protocol-differs',
  ],
  ['no protocol of Kafka', { 'listener.security.protocol.map': 'CONTROLLER:SSL,CLIENT:TLS' }, 'protocol-unknown'],
  ['the port of the other role', { listeners: 'CONTROLLER://c1:9093,CLIENT://:9093' }, 'port-twice'],
  ['the port of a neighbour', { listeners: 'CONTROLLER://c1:9093,CLIENT://c1:9092' }, 'port-taken'],
  ['a listener that cannot be read', { listeners: 'CONTROLLER://c1:9093,CLIENT:9192' }, 'listener-unreadable'],
  ['advertised, not bound', { 'advertised.listeners': 'PUBLIC://c1:9192' }, 'advertised-unknown'],
  ['nowhere', { 'advertised.listeners': 'CLIENT://0.0.0.0:9192' }, 'advertised-everywhere'],
  ['brokers by the default', { 'inter.broker.listener.name': undefined }, 'inter-broker-missing'],
  ['brokers by the controllers', { 'inter.broker.listener.name': 'CONTROLLER' }, 'inter-broker-of-controllers'],
  ['both ways', { 'security.inter.broker.protocol': 'SSL' }, 'inter-broker-twice'],
  ['a static list', { 'controller.quorum.voters': '1@c1:9093' }, 'static-voters-left'],
  ['no quorum', { 'controller.quorum.bootstrap.servers': undefined }, 'quorum-missing'],
  ['another quorum', { 'controller.quorum.bootstrap.servers': 'x:9093' }, 'no-voter-named'],
  ['the metadata log elsewhere', { 'log.dirs': '/data/new,/data/meta' }, 'metadata-log-moved'],
  ['a placeholder', { 'ssl.keystore.location': 'CHANGE-ME' }, 'placeholder'],
  ['a misspelt property', { 'controller.quorum.boostrap.servers': 'c0:9093' }, 'unknown-key'],
])('%s', (_what, over, code) => {
  const found = check(over).findings.find((f) => f.code === code)
  expect(found?.severity).toBe('critical')
  expect(found?.remedy).not.toBe('')
})

test('back to a dedicated controller: what is left of the broker', () => {
  const dedicated: NodeConfigNeed = {
    ...COMBINED,
    roles: ['controller'],
    lines: [line('process.roles', 'broker,controller', 'controller')],
  }
  expect(codes({}, dedicated)).toEqual(expect.arrayContaining(['wrong-roles', 'broker-listener-too-many']))
  const broker: NodeConfigNeed = { ...dedicated, roles: ['broker'] }
  expect(codes({}, broker)).toContain('controller-listener-too-many')
})

test('in a static quorum the list must stay, and its loss is told', () => {
  const lines = [...COMBINED.lines, line('controller.quorum.voters', '0@c0:9093,1@c1:9093')]
  const need: NodeConfigNeed = { ...COMBINED, staticQuorum: true, lines }
  expect(codes({ 'controller.quorum.voters': '1@c1:9093,0@c0:9093' }, need)).toEqual(['as-needed'])
  expect(codes({}, need)).toContain('static-voters-gone')
  expect(codes({ 'controller.quorum.bootstrap.servers': undefined }, need)).toContain('static-voters-gone')
})

test('a directory that is gone, and a property that the step did not ask for', () => {
  const lines = COMBINED.lines.map((l) => (l.key === 'log.dirs' ? line('log.dirs', '/data/meta,/data/b') : l))
  expect(codes({}, { ...COMBINED, lines })).toEqual(expect.arrayContaining(['log-dirs-gone', 'differs']))
})

test('duplicates, the last one counts; lines that are no property; what Java cannot read; nothing at all', () => {
  const twice = check({}, COMBINED, 'node.id=2\nnode.id=1').findings.find((f) => f.code === 'duplicate-key')
  expect(twice).toMatchObject({ severity: 'warning', title: 'node.id is set 3 times' })
  expect(check({}, COMBINED, 'log.dirs=/data/meta').findings).toContainEqual(
    expect.objectContaining({ code: 'duplicate-key', severity: 'info' }),
  )
  expect(codes({}, COMBINED, 'a.plugin.of=ours')).toEqual(['unknown-key', 'as-needed'])
  expect(codes({}, COMBINED, 'a=\\u12')).toEqual(['unreadable'])
  expect(checkProperties({ text: '# nothing\n\n' }, COMBINED).findings[0]?.code).toBe('no-properties')
})

test('no secret comes back, wherever it stands', () => {
  const secrets = [
    'ssl.keystore.password=hunter2-a',
    'listener.name.controller.plain.sasl.jaas.config=org.x.PlainLoginModule required username="u" \\\n  password="hunter2-b";',
    // Lines that lost their backslash or their beginning.
    'password="hunter2-c";',
    'hunter2.d-very-secret',
    'MIIEvQhunter2',
    'ssl.keystore.passwrd=hunter2-e',
    'ssl.keystore.password=hunter2-f',
  ]
  const answer = check({}, COMBINED, secrets.join('\n'))
  expect(JSON.stringify(answer)).not.toContain('hunter2')
  expect(answer.findings.map((f) => f.code)).toEqual(
    expect.arrayContaining(['unknown-key', 'not-a-property', 'duplicate-key', 'secrets-not-read']),
  )
})

test.each([
  'listeners=CLIENT://c1:9192,',
  'log.dirs=/data/meta',
  'listener.security.protocol.map=CONTROLLER:SSL,',
  'node.id=1',
  'process.roles=broker',
  'inter.broker.listener.name=CLIENT',
])('nor does one that a stray backslash made a part of %s', (before) => {
  for (const secret of ['ssl.keystore.password=hunter2', 'listener.name.x.ssl.keystore.key : hunter2:hunter2']) {
    const answer = check({}, COMBINED, `${before}\\\n${secret}`)
    expect(JSON.stringify(answer)).not.toMatch(/hunter2/i)
    expect(answer).toMatchObject({ changes: [], findings: [{ code: 'not-a-property', severity: 'critical' }] })
  }
})

describe('a text that is made to keep it busy', () => {
  test.each<[what: string, text: string]>([
    ['names of dashes', `a${'-'.repeat(60)}!=1\nb${'_-'.repeat(30)}!`],
    ['backslashes that do not end a line', `${'\\'.repeat(400_000)}x`],
  ])('%s', (_what, text) => {
    // With more than one way to read it, it would take longer than a test may.
    expect(checkProperties({ text }, COMBINED).findings).not.toEqual([])
  })

  test('of names that are none of Kafka’s no more are compared than one may have by mistake', () => {
    const strange = Array.from({ length: 15_000 }, (_, i) => `zzzz.zzzzzzzzzzz.zzzz${10_000 + i}=1`)
    const misspelt = 'controller.quorum.boostrap.servers'
    const titles = (lines: string[]) =>
      checkProperties({ text: lines.join('\n') }, COMBINED).findings.map((found) => found.title)
    expect(titles([`${misspelt}=c0:9093`, ...strange])).toContain(`${misspelt} is not a Kafka property`)
    expect(titles([...strange, `${misspelt}=c0:9093`])).not.toContain(`${misspelt} is not a Kafka property`)
  })

  test('as many listeners on one port as there is room for: each is told once', () => {
    const { findings } = checkProperties({ text: `listeners=${Array(1000).fill('A://:1').join(',')}` }, COMBINED)
    expect(findings.filter((f) => f.code === 'port-twice')).toHaveLength(999)
  })
})
