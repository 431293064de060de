import { expect, test } from 'vitest'
import { exampleFacts, exampleView } from '../../testing/examples/exampleFacts.ts'
import { exampleLog } from '../../testing/examples/exampleLog.ts'
import { wordsOf } from '../../testing/paper/shellWords.ts'
import { actCommand } from './hostCommands.ts'

test('what a node or a topic is called does nothing in a shell', () => {
  const host = "x$(echo done);echo 'done'"
  const endpoint = { listener: 'CLIENT', host, port: 9092 }
  const broker = { endpoints: [endpoint], incarnationId: '', fenced: false, rack: null }
  const facts = exampleFacts(exampleView(), { log: exampleLog([], { brokers: new Map([[7, broker]]) }) })
  const configs = [{ type: 'topic' as const, resource: 'a`echo done`', name: 'x', value: '1' }]
  const cordon = wordsOf(actCommand(facts, { kind: 'cordon', brokers: [{ nodeId: 7, endpoint }] }))
  expect(cordon).toContain(`${host}:9092`)
  const configure = wordsOf(actCommand(facts, { kind: 'configure', configs }))
  expect(configure).toEqual(expect.arrayContaining([`${host}:9092`, 'a`echo done`']))
})

test('ordinary names stand as they are', () => {
  const endpoint = { listener: 'CLIENT', host: 'b-7.example.com', port: 9092 }
  const text = actCommand(exampleFacts(), { kind: 'cordon', brokers: [{ nodeId: 7, endpoint }] })
  expect(text).toContain('--bootstrap-server b-7.example.com:9092 ')
})
