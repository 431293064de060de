/**
 * A server that holds a cluster is frozen right before it sends a request, and wakes up when another has long gone on with the
 * run: it must write nothing, send nothing, and show what the other one sees.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Evidence } from '../../contract/workflows.ts'
import { LeaseLost, mustHold } from '../../storage/fence.ts'
import { fenceOf, openLeases } from '../../storage/leases.ts'
import { openPostgres } from '../../storage/postgres/postgresDatabase.ts'
import { type NewEntry, openJournal } from '../../workflows/engine/journal/journal.ts'
import { newPostgresUrl } from '../databasePlace.ts'
import { prepare, SCENARIOS, setsBehind } from '../faults/crashMatrix.ts'
import { SENDS } from '../faults/mortal.ts'
import { doubles } from '../faults/mortalProcess.ts'
import { simulatedUnderTest } from '../quorumUnderTest.ts'
import { until } from '../until.ts'
import { Watching } from '../watching.ts'
import { ask, driveToEnd, observedBy, startRun } from './asking.ts'
import { MortalReplica } from './mortalReplica.ts'

test('frozen before a request, woken when another has finished the run: nothing of it is sent', async () => {
  const quorum = await simulatedUnderTest({ brokers: 1, newborn: true, seed: 853 })
  const watching = new Watching({ bootstrapControllers: quorum.bootstrapControllers, intervalMs: 100 })
  const sendsIn = await mkdtemp(join(tmpdir(), 'quorumdeck-late-'))
  const url = await newPostgresUrl()
  const replicas: MortalReplica[] = []
  const order = {
    url,
    clusters: { one: quorum.bootstrapControllers },
    thresholds: { windowMs: 600, soakMs: 600 },
    sendsIn,
  }
  try {
    const [scenario] = SCENARIOS
    if (scenario === undefined) throw new Error('no scenario')
    const { request, expectedSets } = await prepare(scenario, quorum, watching)
    const newest = (await setsBehind(quorum, watching, -1)).at(-1)?.offset ?? -1
    const frozen = { ...order, name: 'frozen', boundary: 'remove: not sent yet', signal: 'SIGSTOP' as const }
    const holder = await MortalReplica.start(frozen)
    replicas.push(holder)
    await observedBy(holder.url, 'one', (name) => name === 'frozen')
    const heir = await MortalReplica.start({ ...order, name: 'heir', boundary: null })
    replicas.push(heir)
    await observedBy(heir.url, 'one', (name) => name === 'frozen')
    const { id } = await startRun(heir.url, 'one', request)
    const driven = driveToEnd(() => [heir.url], id)
    await until('the freeze', () => holder.died)
    await observedBy(heir.url, 'one', (name) => name === 'heir')
    const run = await driven
    expect(run.state).toBe('done')
    const evidence = async () => (await ask<Evidence>(heir.url, `/api/workflows/${id}/evidence`)).body.entries
    const before = await evidence()
    holder.signal('SIGCONT')
    // It has noticed: what it shows is what the heir sees.
    await observedBy(holder.url, 'one', (name) => name === 'heir')
    expect(await evidence()).toEqual(before)
    expect(doubles(before)).toEqual([])
    const sets = (await setsBehind(quorum, watching, newest)).map(({ voters }) => voters)
    expect([sets.length, new Set(sets).size]).toEqual([expectedSets, expectedSets])
    // What the heir sent, and then what the frozen one was about to send when it woke up: the last gate held it back.
    const begun = () => readFile(join(sendsIn, SENDS), 'utf8')
    await until('the late one', async () => (await begun()) === 'RAR')
    const after = (await setsBehind(quorum, watching, newest)).map(({ voters }) => voters)
    expect(after).toEqual(sets)
    expect(await evidence()).toEqual(before)
  } finally {
    for (const replica of replicas) await replica.end()
    watching.stop()
    await quorum.close()
    await rm(sendsIn, { recursive: true, force: true })
  }
})

test('an entry of a holder of the past is refused; without the fence it would stand in the journal', async () => {
  const database = await openPostgres(await newPostgresUrl())
  try {
    const leases = openLeases(database)
    await leases.take('late', ['one'], 0)
    const fence = fenceOf('late', () => 1)
    const fenced = openJournal(database, (tx) => mustHold(tx, fence, 'one'))
    const entry: NewEntry = { atMs: 1, actor: { id: 'a', name: 'A' }, type: 'planned', text: 'planned', data: null }
    const identity = { id: 'run', kind: 'replace-disk', cluster: 'one', clusterId: 'K', startedAtMs: 1 } as const
    const run = await fenced.begin(identity, [entry], { command: null, preempts: null })
    await leases.take('new', ['one'], 60_000)
    const late = { id: 'run', afterSeq: 1, token: run.token, entries: [entry], command: null, endedAtMs: null }
    await expect(fenced.append(late)).rejects.toBeInstanceOf(LeaseLost)
    await expect(fenced.takeLock('run')).rejects.toBeInstanceOf(LeaseLost)
    expect((await fenced.read('run'))?.entries).toHaveLength(1)
    await openJournal(database).append(late)
    expect((await fenced.read('run'))?.entries).toHaveLength(2)
  } finally {
    await database.close()
  }
})
