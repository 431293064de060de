/** Four alerts on real Apache Kafka, told by the engine with the times of the product where those are short. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Alerting } from '../../alerts/alerting.ts'
import { policiesWith } from '../../alerts/rules/policies.ts'
import { type AlertRule, NOTHING_EXPECTED } from '../../contract/alerts/rules.ts'
import { systemClock } from '../../quorum/reading/clock.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { openAlerts } from '../../storage/alerts.ts'
import { type Database, IN_MEMORY, openDatabase } from '../../storage/database.ts'
import { ExampleWorkflows } from '../examples/exampleWorkflows.ts'
import { healthy, Watching } from '../watching.ts'

const VERSIONS = (process.env.KAFKA_VERSIONS ?? '4.3.1').split(',')

describe.each(VERSIONS)('alerts on Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let database: Database
  let alerting: Alerting
  let watching: Watching
  const told: string[] = []
  const errors: unknown[] = []

  const has = (state: 'open' | 'resolved', rule: AlertRule) =>
    watching.until(`${state} ${rule}; told ${told.join(', ')}`, () => told.includes(`${state} ${rule}`))
  const isWhole = () =>
    watching.view(
      'a whole quorum',
      (v) => healthy(v) && v.quorum.voters === 3 && v.source.tailing && !v.quorum.settling,
    )
  const watch = (bootstrapControllers: string[]) => {
    watching = new Watching({ bootstrapControllers, intervalMs: 500 })
    alerting.add('test', watching.observer, NOTHING_EXPECTED)
  }

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, brokers: 1 })
    database = openDatabase(IN_MEMORY)
    const soon = { forSeconds: 5, clearSeconds: 3 }
    alerting = await Alerting.open({
      store: openAlerts(database),
      workflows: new ExampleWorkflows(),
      policies: policiesWith({ 'voter-silent': soon, 'margin-low': soon }),
      receivers: [
        {
          options: {
            kind: 'slack',
            name: 'test',
            url: 'https://test.example',
            severities: null,
            clusters: null,
            sendResolved: true,
            allowPrivate: false,
          },
          sender: {
            send: async ({ incident, state }) => {
              told.push(`${state} ${incident.rule}`)
              return 'taken'
            },
            refresh: null,
          },
        },
      ],
      publicUrl: null,
      clock: systemClock,
      chance: Math.random,
      newId: randomUUID,
      onError: (error) => errors.push(error),
    })
    watch(kafka.bootstrapControllers)
    await isWhole()
  })
  afterAll(async () => {
    await alerting?.close()
    watching?.stop()
    await database?.close()
    await kafka?.close()
  })

  test('a silent voter, and no margin with it', async () => {
    const { quorum } = await isWhole()
    const nodeId = [0, 1, 2].find((id) => id !== quorum.leaderId) ?? 0
    await kafka.port.act({ action: 'freeze', nodeId })
    await has('open', 'voter-silent')
    await has('open', 'margin-low')
    await kafka.port.act({ action: 'resume', nodeId })
    await has('resolved', 'voter-silent')
    await has('resolved', 'margin-low')
    expect(told.filter((one) => one === 'open voter-silent')).toHaveLength(1)
  })

  test('an election rings for nobody; no leader for longer does', async () => {
    const { quorum } = await isWhole()
    const leader = quorum.leaderId ?? 0
    await kafka.port.act({ action: 'restart', nodeId: leader })
    await watching.view(
      'the next leader',
      (v) => v.quorum.leaderId !== null && v.quorum.leaderEpoch !== quorum.leaderEpoch,
    )
    expect(told).not.toContain('open no-leader')
    await isWhole()
    const away = [0, 1]
    for (const nodeId of away) await kafka.port.act({ action: 'kill', nodeId })
    await has('open', 'no-leader')
    for (const nodeId of away) await kafka.port.act({ action: 'start', nodeId })
    await has('resolved', 'no-leader')
    await isWhole()
  })

  test('a second quorum of the same cluster id', async () => {
    await kafka.port.act({ action: 'add-node', roles: ['controller'] })
    const rival = kafka.node(3)
    await rm(rival.logDirectory, { recursive: true, force: true })
    await rival.format(kafka.clusterId, ['--standalone'])
    await rival.start()
    alerting.remove('test')
    watching.stop()
    watch([...kafka.bootstrapControllers, `localhost:${rival.spec.controllerPort}`])
    await has('open', 'second-quorum')
    await rival.end('SIGKILL')
    for (const { id } of watching.observer.incidents) {
      await watching.observer.closeIncident(id, { atMs: Date.now(), actor: 'Ann', reason: 'it is gone' })
    }
    await watching.until('the end of it', () => !alerting.openOfAll().some(({ rule }) => rule === 'second-quorum'))
    await has('resolved', 'second-quorum')
    expect(errors).toEqual([])
  })
})
