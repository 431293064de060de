import { expect, test } from 'vitest'
import { DEFAULT_THRESHOLDS } from '../../workflows/run/thresholds.ts'
import { type ClusterOptions, readOptions } from '../options/options.ts'
import { fleetChange, needsStart } from './configurationChange.ts'
import { TestLimit } from './testLimit.ts'

function options(cluster: string, change: Partial<ClusterOptions> = {}): ClusterOptions {
  return {
    cluster,
    name: cluster,
    group: null,
    bootstrapControllers: [{ host: 'a', port: 1 }],
    bootstrapServers: [],
    commandConfig: null,
    clusterId: null,
    intervalMs: 1000,
    racks: new Map(),
    cruiseControl: null,
    thresholds: DEFAULT_THRESHOLDS,
    ...change,
  }
}

const kind = (change: Partial<ClusterOptions>) => {
  const { removed, renewed, labelled, added } = fleetChange([options('a')], [options('a', change)])
  return { removed, renewed, labelled, added: added.length, of: [removed, renewed, labelled].map((l) => l.length) }
}

test.each<[string, Partial<ClusterOptions>, number[]]>([
  ['nothing', {}, [0, 0, 0]],
  ['addresses', { bootstrapControllers: [{ host: 'b', port: 1 }] }, [0, 1, 0]],
  ['the file of secrets', { commandConfig: 'x' }, [0, 1, 0]],
  ['the interval', { intervalMs: 200 }, [0, 1, 0]],
  ['racks', { racks: new Map([[1, 'a']]) }, [0, 1, 0]],
  ['a password of Cruise Control', { cruiseControl: { address: 'http://cc', credentials: null } }, [0, 1, 0]],
  ['safety figures', { thresholds: { ...DEFAULT_THRESHOLDS, soakMs: 1 } }, [0, 1, 0]],
  ['its name', { name: 'A' }, [0, 0, 1]],
  ['its group', { group: 'g' }, [0, 0, 1]],
])('%s', (_what, change, of) => {
  expect(kind(change).of).toEqual(of)
})

test('what comes and what goes', () => {
  const { removed, added } = fleetChange([options('a'), options('b')], [options('b'), options('c')])
  expect([removed, added].map((list) => list.map(({ cluster }) => cluster))).toEqual([['a'], ['c']])
})

test('the order of racks is no change', () => {
  const racks = (ids: number[]) => new Map(ids.map((id) => [id, 'r']))
  const change = fleetChange([options('a', { racks: racks([1, 2]) })], [options('a', { racks: racks([2, 1]) })])
  expect(change.renewed).toEqual([])
})

test('what is in force only after a start is named, without its value', async () => {
  const read = await readOptions([])
  if (read === 'help') throw new Error('help')
  const other = {
    ...read,
    port: 1,
    basePath: '/quorumdeck',
    tokens: { operate: 'a-secret-token-0001', watch: null },
    behindProxy: true,
  }
  const named = needsStart(read, other)
  expect(named.map(({ what }) => what)).toEqual([
    'port',
    'basePath',
    'operateTokenFile, watchTokenFile and administerTokenFile',
    'behindProxy',
  ])
  expect(JSON.stringify(named)).not.toContain('a-secret-token')
  expect(needsStart(read, { ...read })).toEqual([])
})

test('tests of connections: two at a time, ten in one go, then one in five seconds', () => {
  const limit = new TestLimit()
  expect([limit.begin(0), limit.begin(0), limit.begin(0)]).toEqual([true, true, false])
  limit.end()
  for (let more = 0; more < 8; more += 1) {
    expect(limit.begin(0)).toBe(true)
    limit.end()
  }
  expect(limit.begin(4_999)).toBe(false)
  expect(limit.begin(5_000)).toBe(true)
})
