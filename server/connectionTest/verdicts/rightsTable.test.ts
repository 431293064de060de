import { expect, test } from 'vitest'
import { grantCommand, rightsTable } from './rightsTable.ts'

const AT = { address: 'c1:9093', endpoint: 'controller' } as const

test('each right with what it gives; a command only where one is missing', () => {
  const rows = rightsTable(
    new Map([
      ['DESCRIBE', true],
      ['ALTER', false],
      ['CLUSTER_ACTION', null],
    ]),
    'deck',
    AT,
  )
  expect(rows.map(({ right, held, command }) => [right, held, command !== null])).toEqual([
    ['DESCRIBE', true, false],
    ['CLUSTER_ACTION', null, false],
    ['ALTER', false, true],
    ['DESCRIBE_CONFIGS', null, false],
  ])
})

test('the command names the user as one word of a shell', () => {
  expect(grantCommand('CLUSTER_ACTION', "O'Brien; rm -rf /", AT)).toBe(
    "bin/kafka-acls.sh --bootstrap-controller c1:9093 --command-config admin.properties --add --allow-principal 'User:O'\\''Brien; rm -rf /' --operation ClusterAction --cluster",
  )
  expect(grantCommand('ALTER', null, { address: 'b1:9092', endpoint: 'broker' })).toContain(
    '--bootstrap-server b1:9092',
  )
})
