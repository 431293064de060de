/**
 * A plan carried out by hand on real Apache Kafka: the generated files, and the words of the generated commands as a shell
 * reads them, format and start every node; the check of what has formed is green only then.
 */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { aBroker, aController, aRequest } from '../../bootstrap/exampleRequest.ts'
import { formation } from '../../bootstrap/formation.ts'
import { generate } from '../../bootstrap/generate.ts'
import { type BootstrapPlan, type BootstrapRequest, KafkaLine } from '../../contract/bootstrap.ts'
import type { Gate } from '../../contract/workflows.ts'
import { drawKafkaId } from '../../http/kafkaId.ts'
import { inspect } from '../../inspection/inspect.ts'
import type { Security } from '../../kafka/connection.ts'
import { securityOf } from '../../kafka/credentials/clientProperties.ts'
import { parseProperties } from '../../kafka/records/javaProperties.ts'
import { lookAtController } from '../../quorum/reading/controllers/controllerLook.ts'
import { takePorts } from '../../sandbox/ports.ts'
import { notPrinted } from '../paper/shellWords.ts'
import { PATIENCE_MS } from '../patience.ts'
import { PlannedHosts } from '../plannedHosts.ts'
import { Watching } from '../watching.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')
const commandsOf = (plan: BootstrapPlan, key: string) =>
  plan.steps.find((step) => step.key === key)?.commands.map(({ text }) => text) ?? []
const printsOf = (plan: BootstrapPlan, key: string) =>
  plan.steps.find((step) => step.key === key)?.commands.map(({ prints }) => prints ?? '') ?? []
const open = (gates: Gate[]) => gates.filter((gate) => !gate.ok).map((gate) => gate.code)

describe.each(VERSIONS)('a planned quorum on Apache Kafka %s', (version) => {
  const release = KafkaLine.parse(version.split('.').slice(0, 2).join('.'))
  let hosts: PlannedHosts
  let watching: Watching | null = null

  afterEach(async () => {
    watching?.stop()
    watching = null
    await hosts?.close()
  })

  async function plan(change: (folder: string, ports: number[]) => Partial<BootstrapRequest>): Promise<BootstrapPlan> {
    hosts = new PlannedHosts(version)
    const ports = await takePorts('127.0.0.1', 8)
    const made = generate(aRequest({ release, ...change(hosts.folder, ports) }), drawKafkaId)
    if (!made.ok) throw new Error(JSON.stringify(made.problems))
    hosts.place(made.plan.files)
    return made.plan
  }
  const watch = (made: BootstrapPlan, security: Security = {}) => {
    watching = new Watching({
      bootstrapControllers: made.controllers.map(({ host, port }) => `${host}:${port}`),
      expectedClusterId: made.clusterId,
      security,
    })
    return watching.observer
  }
  async function look(made: BootstrapPlan, security: Security = {}): Promise<Gate[]> {
    const observer = watching?.observer
    const looks = await Promise.all(
      made.controllers.map(({ nodeId, host, port }) => lookAtController(nodeId, { host, port }, security)),
    )
    return formation(made, { looks, view: observer?.link.state === 'live' ? observer.view : null })
  }
  /** Looks again until the gates are as wanted; what they were is in the error otherwise. */
  async function until(made: BootstrapPlan, wanted: (gates: Gate[]) => boolean, security?: Security): Promise<Gate[]> {
    const startedMs = performance.now()
    for (;;) {
      const gates = await look(made, security)
      if (wanted(gates)) return gates
      if (performance.now() - startedMs > PATIENCE_MS)
        throw new Error(
          JSON.stringify(
            gates.filter((g) => !g.ok).map((g) => [g.code, g.observed]),
            null,
            1,
          ),
        )
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }

  test('three controllers and a broker, one of them formatted with --standalone at first', async () => {
    const made = await plan((folder, ports) => ({
      nodes: [
        ...[1, 2, 3].map((id) =>
          aController(id, { host: 'localhost', controllerPort: ports[id] ?? 0, dataDir: join(folder, `disk-${id}`) }),
        ),
        aBroker(11, { host: 'localhost', brokerPort: ports[4] ?? 0, dataDir: join(folder, 'disk-11'), rack: 'r1' }),
      ],
    }))
    const [format1 = '', format2 = '', format3 = '', format11 = ''] = commandsOf(made, 'format')
    const [start1 = '', start2 = '', start3 = ''] = commandsOf(made, 'start-controllers')
    watch(made)
    expect(open(await look(made))).toContain('controller-1')

    await hosts.format(1, format1)
    await hosts.format(2, format2)
    await hosts.format(3, format3.replace(/--initial-controllers \S+/, '--standalone'))
    await hosts.start(3, start3)
    const alone = await until(made, (gates) => gates[2]?.observed.includes('quorum of its own') === true)
    expect(alone[2]?.remedy).toContain('--standalone')
    await hosts.start(1, start1)
    await hosts.start(2, start2)
    await hosts.kill(3)
    rmSync(join(hosts.folder, 'disk-3'), { recursive: true })
    await until(made, (gates) => gates[0]?.ok === true && gates[1]?.ok === true)

    await hosts.format(3, format3)
    await hosts.start(3, start3)
    await hosts.format(11, format11)
    expect(notPrinted(printsOf(made, 'format')[3] ?? '', readFileSync(hosts.log(11), 'utf8'))).toEqual([])
    await hosts.start(11, commandsOf(made, 'start-brokers')[0] ?? '')
    await until(made, (gates) => open(gates).length === 0)

    // The commands that the plan gives to look with, and what it says to look for.
    const [status = '', replication = '', features = ''] = commandsOf(made, 'check-quorum')
    expect(await hosts.tool(status)).toMatch(new RegExp(`^ClusterId:\\s+${made.clusterId}$`, 'm'))
    const rows = await hosts.tool(replication)
    for (const { nodeId, directoryId } of made.controllers)
      expect(rows).toMatch(new RegExp(`^${nodeId}\\s+${directoryId}\\s`, 'm'))
    const levels = await hosts.tool(features)
    const [saysStatus = '', saysReplication = '', saysFeatures = ''] = printsOf(made, 'check-quorum')
    // By now a broker has come.
    expect(notPrinted(saysStatus, await hosts.tool(status))).toEqual(['CurrentObservers:       []'])
    expect(notPrinted(saysReplication, rows)).toEqual([])
    expect(notPrinted(saysFeatures, levels)).toEqual([])
    const [brokers = ''] = commandsOf(made, 'check-brokers')
    expect(notPrinted(printsOf(made, 'check-brokers')[0] ?? '', await hosts.tool(brokers))).toEqual([])
    expect(levels).toMatch(/kraft\.version.*FinalizedVersionLevel: 1\s/)
    expect(levels).toMatch(new RegExp(`metadata\\.version.*FinalizedVersionLevel: ${made.metadataVersion}\\s`))
    // What lies on the disks, read with the quorum beside it.
    const observer = watching?.observer
    if (observer === undefined) throw new Error('nothing is watched')
    const read = (disk: string, ...names: string[]) =>
      inspect(
        {
          files: names.map((name) => ({
            name,
            base64: readFileSync(join(hosts.folder, disk, name)).toString('base64'),
          })),
        },
        { name: 'it', view: observer.view, ageMs: 0, events: observer.events },
      )
    const log = '__cluster_metadata-0'
    const first = `${log}/00000000000000000000-0000000000.checkpoint`
    const one = read('disk-1', 'meta.properties', `${log}/quorum-state`, first, 'bootstrap.checkpoint')
    expect(one.files.map((f) => [f.kind, f.problem])).toEqual(
      ['meta.properties', 'quorum-state', 'checkpoint', 'bootstrap.checkpoint'].map((kind) => [kind, '']),
    )
    expect(one.findings.map((f) => f.code)).toEqual(
      expect.arrayContaining(['same-cluster', 'voter', 'epoch-now', 'same-voters', 'of-format']),
    )
    expect(one.findings.filter((f) => f.severity === 'critical' || f.severity === 'warning')).toEqual([])
    expect(read('disk-11', 'meta.properties').findings.map((f) => f.code)).toEqual(['observer', 'same-cluster'])
    // A disk that is formatted is not formatted again.
    await expect(hosts.format(2, format2)).rejects.toThrow(/already formatted/)
  })

  test('combined nodes with SASL: PLAIN between controllers, SCRAM for the brokers', async () => {
    const made = await plan((folder, ports) => ({
      protocol: 'SASL_PLAINTEXT',
      mechanism: 'SCRAM-SHA-512',
      ...(release === '3.9' ? {} : { metadataRelease: '4.0' }),
      nodes: [
        ...[1, 2].map((id) =>
          aController(id, {
            roles: ['controller', 'broker'],
            host: 'localhost',
            controllerPort: ports[id] ?? 0,
            brokerPort: ports[id + 2] ?? 0,
            dataDir: join(folder, `disk ${id}`),
          }),
        ),
        aBroker(11, { host: 'localhost', brokerPort: ports[5] ?? 0, dataDir: join(folder, 'disk 11') }),
      ],
    }))
    const client = made.files.find(({ path }) => path === 'client-controllers.properties')?.text ?? ''
    const security = await securityOf(parseProperties(client.replaceAll('CHANGE-ME', 'changed')))
    for (const [i, text] of commandsOf(made, 'format').entries()) await hosts.format(i, text)
    watch(made, security)
    for (const [i, text] of commandsOf(made, 'start-controllers').entries()) await hosts.start(i, text)
    await hosts.start(11, commandsOf(made, 'start-brokers')[0] ?? '')
    await until(made, (gates) => open(gates).length === 0, security)
    if (release !== '3.9') expect(await hosts.tool(commandsOf(made, 'check-brokers')[0] ?? '')).toMatch(/^11\s/m)
  })
})
