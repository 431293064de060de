/**
 * What a runbook says of Kafka's own tools, on real Apache Kafka: each command as it is written runs, and prints what is
 * written under it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KafkaLine } from '../../contract/bootstrap.ts'
import type { HostCommand } from '../../contract/workflows.ts'
import { KAFKA_CONFIG_NAMES } from '../../inspection/kafkaConfigNames.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { checkCommands } from '../../workflows/commands/handChecks.ts'
import { actCommands, additionCommands, changeCommands, formatCommand } from '../../workflows/commands/hostCommands.ts'
import { formatPrints } from '../../workflows/commands/toolOutput.ts'
import type { Facts } from '../../workflows/run/facts.ts'
import type { ClusterAct } from '../../workflows/run/ports.ts'
import { exampleFacts, exampleView } from '../examples/exampleFacts.ts'
import { exampleLog } from '../examples/exampleLog.ts'
import { printedPattern, wordsOf } from '../paper/shellWords.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  const folder = mkdtempSync(join(tmpdir(), 'quorumdeck-runbook-'))

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 2 })
    const create = ['--create', '--topic', 'orders', '--replica-assignment', '8,8']
    const [program] = wordsOf('bin/kafka-topics.sh')
    // Until the brokers serve and the controllers have a metadata version, the tools are told so.
    for (let made = false; !made; ) {
      made = await kafka.tool(program, ['--bootstrap-server', kafka.bootstrapServers.join(','), ...create]).then(
        () => true,
        () => false,
      )
    }
  })
  afterAll(async () => {
    await kafka?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function facts(): Facts {
    const [one = 0, other = 0] = kafka.bootstrapServers.map((server) => Number(server.split(':')[1]))
    const broker = (port: number) => ({
      endpoints: [{ listener: 'CLIENT', host: 'localhost', port }],
      incarnationId: '',
      fenced: false,
      rack: null,
    })
    const brokers = new Map([
      [7, broker(one)],
      [8, broker(other)],
    ])
    const view = exampleView()
    const kafkaRelease = KafkaLine.parse(version.split('.').slice(0, 2).join('.'))
    const released = { ...view, quorum: { ...view.quorum, kafkaRelease } }
    return exampleFacts(released, {
      log: exampleLog([], { brokers }),
      bootstrapControllers: kafka.bootstrapControllers,
    })
  }

  /** A broker that starved for a while answers too late for Kafka's own client, which says so: typed again, as a person would. */
  async function answered(program: string, args: string[]): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await kafka.tool(program, args)
      } catch (error) {
        if (tries === 4 || !/TimeoutException: Call\(/.test((error as Error).message)) throw error
      }
    }
  }

  /** Runs a text line by line, as it would be typed; what stands in a here-document becomes its file. */
  async function typed(text: string, config = ''): Promise<string> {
    const file = join(folder, 'moves.json')
    const json = /END'\n([\s\S]*)\nEND\n/.exec(text)
    if (json?.[1] !== undefined) writeFileSync(file, json[1])
    const printed: string[] = []
    for (const line of text
      .replace(/^cat >[\s\S]*\nEND\n/, '')
      .replaceAll('\\\n', ' ')
      .split('\n')) {
      const [program, ...args] = wordsOf(line.replaceAll('<node id>', '7'))
      const here = args.map((word) => (word === 'moves.json' ? file : word.startsWith('config/') ? config : word))
      printed.push((await answered(program, here)).trim())
    }
    return printed.join('\n')
  }

  const expectPrinted = (printed: string, prints: string | null) =>
    expect(printed).toMatch(printedPattern(prints ?? 'nothing'))
  async function run([command]: HostCommand[]): Promise<void> {
    if (command === undefined) throw new Error('no command')
    expectPrinted(await typed(command.text), command.prints)
  }
  const act = (one: ClusterAct) => run(actCommands(facts(), one))

  test('every command that a check names runs', async () => {
    for (const { text } of checkCommands(facts())) {
      await typed(text.replace(/ \|.*$/, ''))
    }
    const dynamic = (await typed(checkCommands(facts()).find((c) => c.name === 'configuration')?.text ?? '')).split(
      '\n',
    )
    const names = dynamic.flatMap((line) => /^ {2}([a-z][\w.-]+)=/.exec(line)?.[1] ?? [])
    expect(names.length).toBeGreaterThan(100)
    expect(names.filter((name) => !KAFKA_CONFIG_NAMES.includes(name) && name !== 'CLIENT')).toEqual([])
  })

  test('configurations, moves and features', async () => {
    const rate = { name: 'leader.replication.throttled.rate', type: 'broker', resource: '7' } as const
    const replicas = { name: 'leader.replication.throttled.replicas', type: 'topic', resource: 'orders' } as const
    await act({
      kind: 'configure',
      configs: [
        { ...rate, value: '1000000' },
        { ...replicas, value: '*' },
      ],
    })
    await act({
      kind: 'configure',
      configs: [
        { ...rate, value: null },
        { ...replicas, value: null },
      ],
    })
    const move = (partition: number, to: number[]) => ({ topic: 'orders', partition, replicas: to })
    await act({ kind: 'reassign', moves: [move(0, [7]), move(1, [7])] })
    if (version.startsWith('4.3')) {
      const endpoint = { listener: 'CLIENT', host: 'localhost', port: Number(kafka.bootstrapServers[1]?.split(':')[1]) }
      await act({ kind: 'cordon', brokers: [{ nodeId: 8, endpoint }] })
    }
    for (const validateOnly of [true, false]) {
      await act({ kind: 'upgrade-feature', feature: 'kraft.version', level: 1, validateOnly })
    }
  })

  test('a controller: formatted, added and removed; a broker unregistered', async () => {
    const { nodes } = await kafka.port.act({ action: 'add-node', roles: ['controller'] })
    const made = nodes.find((n) => n.nodeId === 3)
    const node = kafka.node(3)
    // Once more on an empty disk, by the command as it is written.
    await kafka.port.act({ action: 'wipe', nodeId: 3 })
    expectPrinted(
      await typed(formatCommand(kafka.clusterId), node.configFile),
      formatPrints(version.split('.').slice(0, 2).join('.')),
    )
    await kafka.port.act({ action: 'start', nodeId: 3 })
    const directoryId = (await node.directoryId()) ?? ''
    const [host = '', port = ''] = (made?.address ?? '').split(':')
    const endpoints = [{ listener: 'CONTROLLER', host, port: Number(port) }]
    const [addition] = changeCommands(facts(), { kind: 'add', nodeId: 3, directoryId, endpoints })
    let printed = ''
    // Until it is seen as an observer that has caught up, the leader refuses it.
    for (let tries = 0; tries < 20 && printed === ''; tries += 1) {
      printed = await typed(addition?.text ?? '', node.configFile).catch(() => '')
    }
    expectPrinted(printed, addition?.prints ?? null)
    expectPrinted(printed, additionCommands(facts(), 3)[0]?.prints ?? null)
    await run(changeCommands(facts(), { kind: 'remove', nodeId: 3, directoryId }))
    await kafka.port.act({ action: 'kill', nodeId: 8 })
    await act({ kind: 'unregister-broker', nodeId: 8 })
  })
})
