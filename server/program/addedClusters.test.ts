/** Where the secrets of an added cluster may go, and that nothing is held back where there are none. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { aRequest, counting } from '../bootstrap/exampleRequest.ts'
import { generate } from '../bootstrap/generate.ts'
import type { BootstrapPlan, BootstrapRequest } from '../contract/bootstrap.ts'
import type { Security } from '../kafka/connection.ts'
import type { AddedCluster } from '../storage/addedClusters.ts'
import { noHistory } from '../testing/examples/noHistory.ts'
import { DEFAULT_THRESHOLDS } from '../workflows/run/thresholds.ts'
import { AddedClusters } from './addedClusters.ts'
import { watchCluster } from './watchCluster.ts'

const SASL = [
  'security.protocol=SASL_PLAINTEXT',
  'sasl.mechanism=PLAIN',
  'sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";',
]
const CONTROLLERS = ['c1.example.com', 'c2.example.com', 'c3.example.com']
const ALL = [...CONTROLLERS, 'b11.example.com', 'b12.example.com', 'b13.example.com']

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'added-'))
  await mkdir(join(dataDir, 'client-properties'))
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

const write = (...lines: string[]) =>
  writeFile(join(dataDir, 'client-properties', 'c.properties'), [...SASL, ...lines].join('\n'))

function planOf(change: Partial<BootstrapRequest>): BootstrapPlan {
  const made = generate(aRequest(change), counting())
  if (!made.ok) throw new Error('no plan')
  return made.plan
}

/** With what it would be watched. Nothing is connected. */
function adding(stored: AddedCluster[] = []) {
  const begun: Security[] = []
  const memory = { read: async () => null, keep: async () => {} }
  const store = { all: async () => stored, keep: async () => {}, remove: async () => {} }
  const added = new AddedClusters(
    { store, dataDir, thresholds: DEFAULT_THRESHOLDS, nowMs: () => 0 },
    {
      clusters: [],
      begin: async (options) => {
        const needs = { onRemade: async () => {}, memory, historyOf: () => noHistory, onError: () => {} }
        const one = await watchCluster({ options, kind: 'kafka', sandbox: null }, 'run', needs)
        begun.push(one.security)
        return one
      },
      renew: () => Promise.reject(new Error('nothing is edited here')),
      label: () => {},
      end: async () => {},
    },
  )
  return { added, begun }
}

test('without a secret every host is asked, also one that joins later', async () => {
  const { added, begun } = adding()
  await added.watch(planOf({}), null)
  expect(begun).toEqual([{}])
})

const sasl = () => planOf({ protocol: 'SASL_PLAINTEXT', mechanism: 'PLAIN' })

test('a file with a password must allow the hosts of the brokers, too: they are asked', async () => {
  const { added, begun } = adding()
  await write(`quorumdeck.hosts=${CONTROLLERS.join(',')}`)
  await expect(added.watch(sasl(), 'c.properties')).rejects.toMatchObject({
    code: 'host-not-allowed',
    remedy: expect.stringContaining(`quorumdeck.hosts=${ALL.join(',')}`),
  })
  await write(`quorumdeck.hosts=${ALL.join(',')}`)
  await added.watch(sasl(), 'c.properties')
  expect(begun).toMatchObject([{ allowedHosts: new Set(ALL) }])
})

test('one that was added before files named their hosts has those of every node of its plan', async () => {
  await write()
  const stored = { cluster: 'c', name: 'c', commandConfig: 'c.properties', plan: sasl(), reach: null, addedAtMs: 0 }
  const { added, begun } = adding([stored])
  await added.resume((_, error) => {
    throw error
  })
  expect(begun).toMatchObject([{ allowedHosts: new Set(ALL) }])
})
