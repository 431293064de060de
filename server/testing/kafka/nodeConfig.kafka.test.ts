/**
 * Configurations on real Apache Kafka: what nodes say of themselves, the lines that a step needs beside it, and real
 * properties files checked against them; and the way back to a dedicated controller, to its end.
 */
import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { checkProperties } from '../../inspection/propertiesCheck.ts'
import { type ApacheKafka, type ApacheKafkaOptions, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { Driving } from '../driving.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let driving: Driving

  afterEach(async () => {
    await driving?.close()
    await kafka?.close()
  })

  async function open(options: Partial<ApacheKafkaOptions>, nodes: number): Promise<void> {
    kafka = await startApacheKafka({ version, ...options })
    driving = await Driving.open({ bootstrapControllers: kafka.bootstrapControllers, hosts: kafka.port })
    const { observer } = driving.watching
    await driving.watching.view('the brokers', (v) => {
      const serving = [...(observer.log?.brokers.values() ?? [])].filter((b) => !b.fenced).length
      return v.quorum.margin === 1 && serving > 0
    })
    // Configurations are asked for every 15 s.
    await driving.watching.view(
      'what every node says',
      () => [...observer.nodes.values()].filter((n) => n.configs.size > 0).length === nodes,
    )
  }

  const codesOf = async (nodeId: number, need: Parameters<typeof checkProperties>[1]) =>
    checkProperties({ text: await readFile(kafka.node(nodeId).configFile, 'utf8') }, need).findings.map((f) => f.code)

  test('a controller becomes combined: its file as it is, and as it is edited', async () => {
    await open({ brokers: 1 }, 4)
    const same = await driving.start({ kind: 'rolling-restart', params: {}, dryRun: true })
    const [kept] = same.steps[0]?.configs ?? []
    if (kept === undefined) throw new Error('no configuration')
    expect(kept.source).toBe('node')
    expect(kept.lines.filter((l) => l.now !== l.needed)).toEqual([])
    expect(await codesOf(kept.nodeId, kept)).toEqual(['as-needed'])
    const plan = await driving.start({
      kind: 'migrate-combined',
      params: { nodeIds: [0, 1, 2], retireBrokerIds: [] },
      dryRun: true,
    })
    const [need] = plan.steps[0]?.configs ?? []
    if (need === undefined) throw new Error('no configuration')
    const changed = need.lines.filter((l) => l.now !== l.needed).map((l) => l.key)
    expect(changed).toEqual(['process.roles', 'listeners', 'advertised.listeners', 'inter.broker.listener.name'])
    expect(await codesOf(need.nodeId, need)).toEqual(
      expect.arrayContaining(['wrong-roles', 'broker-listener-missing', 'still-to-change']),
    )
    await kafka.port.act({ action: 'configure', nodeId: need.nodeId, roles: ['controller', 'broker'] })
    expect(await codesOf(need.nodeId, need)).toEqual(['as-needed'])
  })

  test('a combined node becomes a dedicated controller again', async () => {
    await open({ combined: true }, 3)
    const nodeId = driving.watching.observer.view?.replicas.find((r) => r.status === 'follower')?.nodeId ?? -1
    const { id } = await driving.start({ kind: 'migrate-dedicated', params: { nodeIds: [nodeId] } })
    const restart = await driving.driveStating(id, (w) => w.currentStep?.endsWith('.restart') === true)
    const need = restart.steps.find((s) => s.key === restart.currentStep)?.configs[0]
    if (need === undefined) throw new Error('no configuration')
    expect(need.lines.filter((l) => l.needed === null).map((l) => l.key)).toEqual([
      'advertised.listeners',
      'inter.broker.listener.name',
    ])
    expect((await driving.driveStating(id)).state).toBe('done')
    expect(await codesOf(nodeId, need)).toEqual(['as-needed'])
    expect(driving.watching.observer.log?.brokers.has(nodeId)).toBe(false)
  })
})
