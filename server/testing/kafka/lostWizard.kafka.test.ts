/**
 * A lost majority brought back by the wizard on real Kafka, as a script drives it that knows no rules: it says what is recommended, and the
 * sandbox does on each disk what `quorumdeck disk` does on a host. One version is part of `npm test`, all of `npm run safety`.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { votersOf } from '../../contract/voters.ts'
import { type ApacheKafka, startApacheKafka } from '../../sandbox/apacheKafka/start.ts'
import { votersByTool } from '../../sandbox/apacheKafka/tools.ts'
import { Driving, refused } from '../driving.ts'
import { healthy } from '../watching.ts'

const VERSIONS = process.env.KAFKA_VERSIONS?.split(',') ?? ['4.3.1']
const ALL = process.env.KAFKA_VERSIONS !== undefined
/** Of the safety run alone; no test elsewhere, so that none counts as skipped. */
const inSafety = (ALL ? test : () => {}) as typeof test

describe.each(VERSIONS)('Apache Kafka %s', (version) => {
  let kafka: ApacheKafka
  let driving: Driving

  beforeAll(async () => {
    kafka = await startApacheKafka({ version, controllers: 3, brokers: 2 })
    driving = await Driving.open({ bootstrapControllers: kafka.bootstrapControllers, hosts: kafka.port })
    await driving.watching.view('a whole quorum', (v) => healthy(v) && v.source.tailing && v.quorum.autoJoin !== null)
  })
  afterEach(() => expect(driving.errors).toEqual([]))
  afterAll(async () => {
    await driving?.close()
    await kafka?.close()
  })

  const view = () => {
    const { view } = driving.watching.observer
    if (view === null) throw new Error('nothing observed')
    return view
  }
  const lose = async (ids: readonly number[]) => {
    const startedMs = performance.now()
    for (const nodeId of ids) await kafka.port.act({ action: 'wipe', nodeId })
    await driving.watching.until('nobody leads', () => driving.watching.observer.link.state !== 'live')
    return startedMs
  }
  const backWith = async (lost: number[], lostMs: number) => {
    const reports = await kafka.port.reports()
    const { id, recovery } = await driving.start({ kind: 'recover-quorum', params: { reports, lost } })
    const led = await driving.driveStating(id, (w) => w.currentStep === 'back')
    expect(led.steps.find((s) => s.key === 'seed-leads')?.state).toBe('done')
    const ledMs = performance.now()
    const done = await driving.driveStating(id)
    expect(done.state).toBe('done')
    console.log(
      `Apache Kafka ${version}, ${recovery?.way}: leads ${((ledMs - lostMs) / 1000).toFixed(0)} s after the loss, three voters after ${((performance.now() - lostMs) / 1000).toFixed(0)} s`,
    )
    expect(votersOf(view()).map((v) => v.nodeId)).toEqual([0, 1, 2])
    expect(view().quorum.leaderEpoch).toBeGreaterThan(recovery?.epoch ?? Number.POSITIVE_INFINITY)
    const byTool = await votersByTool((main, args) => kafka.tool(main, args), kafka.bootstrapControllers)
    expect(byTool.map((voter) => Number(voter.split(':')[0])).sort()).toEqual([0, 1, 2])
  }

  test('two of three disks are gone, by what is recommended alone', async () => {
    const lost = votersOf(view()).flatMap((v) => (v.status === 'follower' ? [v.nodeId] : []))
    expect(
      await refused(driving.start({ kind: 'recover-quorum', params: { reports: await kafka.port.reports(), lost } })),
    ).toMatchObject({ code: 'quorum-not-lost' })
    await backWith(lost, await lose(lost))
  })

  inSafety('then all three are gone: the copy of a broker', async () => {
    await driving.watching.view('a whole quorum', healthy)
    await backWith([0, 1, 2], await lose([0, 1, 2]))
  })
})
