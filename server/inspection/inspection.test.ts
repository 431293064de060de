import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Inspection, InspectRequest } from '../contract/inspection.ts'
import type { QuorumView, ReplicaKey, ReplicaView } from '../contract/quorumView.ts'
import { DISK_VERSIONS, filesOf, recordedDisks } from '../kafka/fixtures/recordedDisks.ts'
import { crc32c } from '../kafka/records/crc32c.ts'
import { CLUSTER_ID, exampleView } from '../testing/examples/exampleFacts.ts'
import { DIRECTORY } from '../testing/examples/exampleObservation.ts'
import { decodeFile, describeFile } from './diskFiles.ts'
import { explainDisk } from './explainDisk.ts'
import { inspect } from './inspect.ts'

interface Uploaded {
  name: string
  base64: string
}
const text = (name: string, content: string): Uploaded => ({ name, base64: Buffer.from(content).toString('base64') })
const decoded = (files: Uploaded[]) =>
  files.map(({ name, base64 }) => decodeFile({ name, bytes: Buffer.from(base64, 'base64') }))
function codes(files: Uploaded[], view: QuorumView | null, formerVoters: ReplicaKey[] = []): string[] {
  const found = explainDisk(decoded(files), { view, formerVoters })
  for (const { severity, remedy } of found) if (severity === 'critical') expect(remedy).not.toBe('')
  return found.map((f) => f.code)
}
const factsOf = (file: Uploaded | undefined): Record<string, string> => {
  const [one] = decoded(file === undefined ? [] : [file])
  if (one === undefined) throw new Error('no file')
  const { kind, problem, facts } = describeFile(one)
  return { kind, problem, ...Object.fromEntries(facts.map((f) => [f.label, f.value])) }
}
const meta = (nodeId: number, directoryId: string | null, clusterId = CLUSTER_ID) =>
  text(
    'meta.properties',
    `#\nnode.id=${nodeId}\n${directoryId === null ? '' : `directory.id=${directoryId}\n`}version=1\ncluster.id=${clusterId}\n`,
  )
const state = (epoch: number, leaderId: number, voted: [number, string] = [-1, 'AAAAAAAAAAAAAAAAAAAAAA']) =>
  text(
    'quorum-state',
    JSON.stringify({ leaderId, leaderEpoch: epoch, votedId: voted[0], votedDirectoryId: voted[1], data_version: 1 }),
  )
const static0 = (voters: number[]) =>
  text(
    'quorum-state',
    JSON.stringify({
      clusterId: '',
      leaderId: 0,
      leaderEpoch: 3,
      votedId: -1,
      appliedOffset: 0,
      currentVoters: voters.map((voterId) => ({ voterId })),
      data_version: 0,
    }),
  )
const changed = (nodeId: number, change: Partial<ReplicaView>): QuorumView => {
  const view = exampleView()
  return { ...view, replicas: view.replicas.map((r) => (r.nodeId === nodeId ? { ...r, ...change } : r)) }
}

describe.each(DISK_VERSIONS)('files that Apache Kafka %s wrote', (version) => {
  const disks = recordedDisks(version)
  const told = (quorum: 'dynamic' | 'static', name: string) =>
    new RegExp(`^${name}:\\s+(\\S+)$`, 'm').exec(disks[quorum].status)?.[1]
  /** The quorum as Kafka's own tool told it. */
  function viewOf(quorum: 'dynamic' | 'static'): QuorumView {
    const view = exampleView()
    const leaderId = Number(told(quorum, 'LeaderId'))
    const voters = [
      ...disks[quorum].status
        .replace(/CurrentObservers[\s\S]*/, '')
        .matchAll(/"id": (\d+), "directoryId": (?:"([\w-]{22})"|null)/g),
    ].map(([, id, directoryId]) => ({ nodeId: Number(id), directoryId: directoryId ?? null }))
    const [like] = view.replicas
    if (like === undefined) throw new Error('no row')
    return {
      ...view,
      clusterId: disks[quorum].clusterId,
      replicas: voters.map((key) => ({ ...like, ...key, status: key.nodeId === leaderId ? 'leader' : 'follower' })),
      quorum: {
        ...view.quorum,
        leaderId,
        leaderEpoch: Number(told(quorum, 'LeaderEpoch')),
        highWatermark: 10_000,
        mode: quorum,
        kraftVersion: quorum === 'dynamic' ? 1 : 0,
        metadataVersion: version.startsWith('3.9') ? '3.9-IV0' : '4.3-IV0',
      },
    }
  }

  test('a dynamic quorum: a voter, of this cluster, in this epoch, with the voters of now', () => {
    const files = filesOf(disks, 'dynamic/0')
    const [properties, bootstrap, quorumState, first, snapshot] = files
    expect(factsOf(properties)).toMatchObject({
      kind: 'meta.properties',
      'node.id': '0',
      'cluster.id': disks.dynamic.clusterId,
    })
    expect(factsOf(bootstrap)).toMatchObject({
      kind: 'bootstrap.checkpoint',
      problem: '',
      'metadata.version': version.startsWith('3.9') ? '3.9-IV0' : '4.3-IV0',
    })
    expect(factsOf(quorumState)).toMatchObject({ kind: 'quorum-state', data_version: '1 (kraft.version 1)' })
    expect(factsOf(first)).toMatchObject({ kind: 'checkpoint', problem: '', 'end offset': '0', 'kraft.version': '1' })
    expect(factsOf(snapshot)).toMatchObject({
      kind: 'checkpoint',
      problem: '',
      'kraft.version': '1',
      'registered controllers': '0, 1, 2',
      'registered brokers': '7',
    })
    const found = codes(files, viewOf('dynamic'))
    expect(found).toEqual(
      expect.arrayContaining(['same-cluster', 'voter', 'epoch-now', 'of-format', 'same-voters', 'snapshot-offset']),
    )
    expect(
      found.filter((code) => !/^(same-|voter$|epoch-now|of-format|snapshot-offset|log-offset)/.test(code)),
    ).toEqual([])
  })

  test('a controller that was formatted to join later, and a broker: nobody knows them yet', () => {
    expect(codes(filesOf(disks, 'dynamic/3'), viewOf('dynamic'))).toEqual(['unknown-directory', 'same-cluster'])
    expect(codes(filesOf(disks, 'dynamic/7'), viewOf('dynamic'))).toEqual(['unknown-directory', 'same-cluster'])
  })

  test('a static quorum: directory ids count for nothing, and later its files are leftovers', () => {
    const files = filesOf(disks, 'static/0')
    expect(factsOf(files.find((f) => f.name === 'quorum-state'))).toMatchObject({
      data_version: '0 (kraft.version 0)',
      currentVoters: '0, 1, 2',
    })
    expect(codes(files, viewOf('static'))).toEqual(
      expect.arrayContaining(['static-quorum', 'same-cluster', 'epoch-now', 'snapshot-offset']),
    )
    const since = viewOf('static')
    const dynamic: QuorumView = { ...since, quorum: { ...since.quorum, mode: 'dynamic', kraftVersion: 1 } }
    expect(codes(files, dynamic)).toEqual(expect.arrayContaining(['static-leftover', 'snapshot-static']))
  })

  test('one of the two quorums with the disk of the other', () => {
    expect(codes(filesOf(disks, 'dynamic/0'), viewOf('static'))).toContain('other-cluster')
    // Nothing else is compared: epochs and voters of another cluster mean nothing here.
    expect(codes(filesOf(disks, 'static/0'), viewOf('dynamic'))).toEqual(['other-cluster'])
  })

  test('every byte that is changed in a checkpoint is found, and every cut', () => {
    for (const { name, base64 } of disks.files
      .filter((f) => f.what.endsWith('.checkpoint'))
      .map((f) => ({ name: f.what, ...f }))) {
      const whole = Buffer.from(base64, 'base64')
      for (let at = 0; at < whole.length; at += 7) {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] ?? 0) ^ 0x10
        const { kind, problem } = describeFile(decodeFile({ name, bytes }))
        // Offsets and epochs before the checksum are not under it.
        if (problem === '') expect([at, kind]).toEqual([at, expect.stringContaining('checkpoint')])
        const cut = describeFile(decodeFile({ name, bytes: whole.subarray(0, at) }))
        expect([at, cut.problem]).not.toEqual([at, ''])
      }
    }
  })
})

describe('what a disk means for the quorum', () => {
  const old2 = { nodeId: 2, directoryId: DIRECTORY[2] }

  test('the disk of a voter that is down is the way to get its vote back', () => {
    expect(codes([meta(2, DIRECTORY[2])], exampleView())).toEqual(['same-cluster', 'voter'])
    const down = changed(2, { health: 'silent' })
    const found = explainDisk(decoded([meta(2, DIRECTORY[2])]), { view: down, formerVoters: [] })
    expect(found[0]).toMatchObject({ code: 'voter-down', severity: 'warning' })
    expect(found[0]?.remedy).toContain('Never format it')
  })

  test('an observer, a former voter, a stranger', () => {
    expect(codes([meta(3, 'AVkkNlDPTFuyxXo2ruXfGA')], exampleView())).toContain('observer')
    expect(codes([meta(7, DIRECTORY[7])], exampleView())).toContain('observer')
    expect(codes([meta(2, DIRECTORY.new2)], exampleView())).toContain('unknown-directory')
    const replaced = changed(2, { directoryId: DIRECTORY.new2 })
    expect(codes([meta(2, DIRECTORY[2])], replaced, [old2])).toContain('former-voter')
    expect(codes([meta(2, null)], exampleView())).toContain('no-directory-id')
  })

  test('another cluster goes before everything else', () => {
    const foreign = [meta(2, DIRECTORY[2], 'AAAAAAAAAAAAAAAAAAAAAQ'), state(99, 1), static0([0])]
    expect(codes(foreign, exampleView())).toEqual(['other-cluster'])
  })

  test('epochs: behind, the same, ahead, and two leaders in one', () => {
    const view = exampleView()
    expect(codes([state(5, 1)], view)).toEqual(['epoch-behind'])
    expect(codes([state(9, 0)], view)).toEqual(['epoch-now'])
    expect(codes([state(9, 1)], view)).toEqual(['two-leaders'])
    expect(codes([state(12, -1, [2, DIRECTORY[2]])], view)).toEqual(['epoch-ahead', 'voted-without-leader'])
    expect(codes([state(9, -1, [2, DIRECTORY.new2])], view)).toContain('voted-for-stranger')
    expect(codes([meta(2, DIRECTORY[2]), state(9, 0, [2, DIRECTORY.new2])], view)).toContain('voted-for-other-disk')
    expect(codes([state(-1, -1)], view)).toEqual(['no-epoch'])
  })

  test('static leftovers name who does not vote any more', () => {
    const [found] = explainDisk(decoded([static0([0, 1, 5])]), { view: exampleView(), formerVoters: [] })
    expect(found).toMatchObject({ code: 'static-leftover', severity: 'warning' })
    expect(found?.detail).toContain('Not voters any more: 5.')
  })

  test('a quorum that is not observed is compared with nothing', () => {
    expect(codes([meta(2, DIRECTORY[2]), state(5, 1), static0([0])], null)).toEqual([])
    const report = inspect({ files: [meta(2, DIRECTORY[2])] }, { name: 'x', view: null, ageMs: null, events: [] })
    expect(Inspection.parse(report).comparedWith).toBeNull()
  })

  test('while nobody leads, epochs and voters that are not known are not concluded from', () => {
    const view = exampleView()
    const leaderless: QuorumView = { ...view, quorum: { ...view.quorum, leaderId: null, leaderEpoch: null } }
    expect(codes([state(99, 1)], leaderless)).toEqual([])
  })
})

describe('what invited harm before', () => {
  const disks = recordedDisks('4.3.1')
  const all = filesOf(disks, 'dynamic/0')
  const segment = () => {
    const found = all.find(({ name }) => name.endsWith('.log'))
    if (found === undefined) throw new Error('no segment is recorded')
    return found
  }
  const under = (folder: string, files: Uploaded[]) =>
    files.map(({ name, base64 }) => ({ name: `${folder}/${name}`, base64 }))
  const reportOf = (files: Uploaded[], view: QuorumView | null = exampleView()) =>
    inspect({ files }, { name: 'x', view, ageMs: 0, events: [] })

  test.each(DISK_VERSIONS)(
    'a segment of the metadata log that Kafka %s wrote is a log, whatever its name',
    (version) => {
      for (const quorum of ['dynamic/0', 'static/0'] as const) {
        const files = filesOf(recordedDisks(version), quorum)
        const log = files.find(({ name }) => name.endsWith('.log'))
        const facts = factsOf({ name: 'x', base64: log?.base64 ?? '' })
        expect(facts).toMatchObject({ kind: 'log' })
        expect(facts['first record']).toMatch(/^offset 0, epoch \d+$/)
        expect(Number(facts['log end offset'])).toBeGreaterThan(20)
        if (quorum === 'dynamic/0') expect(facts['newest leader in it']).toMatch(/^[012], epoch \d+$/)
        expect(codes([{ name: 'x', base64: log?.base64 ?? '' }], null).filter((code) => code === 'cut-off')).toEqual([])
      }
    },
  )

  test('a log that is cut or damaged is read up to there, and nothing is advised that would lose it', () => {
    const bytes = Buffer.from(segment().base64, 'base64')
    const whole = factsOf(segment())
    const cut = { name: 'x.log', base64: bytes.subarray(0, bytes.length - 7).toString('base64') }
    const torn = factsOf(cut)
    expect(torn.problem).toContain('cut off')
    expect(Number(torn['log end offset'])).toBeLessThan(Number(whole['log end offset']))
    const damaged = Buffer.from(bytes)
    damaged[bytes.length - 5] = (damaged[bytes.length - 5] ?? 0) ^ 1
    expect(factsOf({ name: 'x.log', base64: damaged.toString('base64') }).problem).toContain('checksum')
    const found = explainDisk(decoded([cut]), { view: exampleView(), formerVoters: [] })
    expect(found[0]).toMatchObject({ code: 'log-not-whole', remedy: expect.stringContaining('Keep a copy') })
  })

  test('partition.metadata is what it is', () => {
    for (const version of DISK_VERSIONS) {
      const file = filesOf(recordedDisks(version), 'dynamic/0').find(({ name }) => name === 'partition.metadata')
      expect(factsOf(file)).toMatchObject({ kind: 'partition.metadata', topic_id: 'AAAAAAAAAAAAAAAAAAAAAQ' })
      expect(codes(file === undefined ? [] : [file], exampleView())).toEqual([])
    }
  })

  test('a disk that was formatted as a quorum of its own must not be started', () => {
    const [properties, , , first] = all
    if (properties === undefined || first === undefined) throw new Error('no files')
    const stranger = { ...exampleView(), clusterId: disks.dynamic.clusterId }
    const [found] = explainDisk(decoded([properties, first]), { view: stranger, formerVoters: [] })
    expect(found).toMatchObject({
      code: 'rival-quorum',
      severity: 'critical',
      remedy: expect.stringContaining('Do not start it'),
    })
    expect(codes([first], stranger)).toContain('rival-quorum')
    // One that voted here once, or does, is no rival.
    const meta0 = decoded([properties]).flatMap((f) => (f.kind === 'meta.properties' ? [f.meta] : []))[0]
    const own = { nodeId: meta0?.nodeId ?? -1, directoryId: meta0?.directoryId ?? null }
    expect(codes([properties, first], stranger, [own])).not.toContain('rival-quorum')
  })

  test('nothing follows where nobody leads', () => {
    const view = changed(2, { health: 'unknown' })
    const leaderless: QuorumView = { ...view, quorum: { ...view.quorum, leaderId: null, leaderEpoch: null } }
    const said = (nodeId: number, directoryId: string) =>
      JSON.stringify(explainDisk(decoded([meta(nodeId, directoryId)]), { view: leaderless, formerVoters: [] }))
    expect(said(2, DIRECTORY[2])).not.toMatch(/follows/)
    expect(said(3, 'AVkkNlDPTFuyxXo2ruXfGA')).not.toMatch(/follows/)
    expect(said(2, DIRECTORY[2])).toContain('Nobody leads now')
  })

  test.each([
    ['AAAAAAAAAAAAAAAAAAAAAA', true],
    ['AAAAAAAAAAAAAAAAAAAAAQ', true],
    ['AAAAAAAAAAAAAAAAAAAAYw', true],
    ['AAAAAAAAAAAAAAAAAAAAZA', false],
  ] as const)('the directory id %s is reserved: %s', (directoryId, reserved) => {
    expect(codes([meta(2, directoryId)], exampleView()).includes('reserved-directory-id')).toBe(reserved)
  })

  test('files that Kafka refuses: without a cluster id, of a newer format, too old for Kafka 4, made by a newer tool', () => {
    const nameless = text('meta.properties', `version=1\nnode.id=2\ndirectory.id=${DIRECTORY[2]}\n`)
    expect(codes([nameless], exampleView())).toContain('no-cluster-id')
    expect(codes([text('meta.properties', 'version=2\ncluster.id=x\n')], exampleView())).toEqual(['newer-format'])
    expect(codes([text('quorum-state', '{"data_version":7}')], exampleView())).toEqual(['newer-format'])
    const [, bootstrap] = all
    if (bootstrap === undefined) throw new Error('no bootstrap.checkpoint')
    const [file] = decoded([bootstrap])
    if (file?.kind !== 'bootstrap.checkpoint') throw new Error('no bootstrap.checkpoint')
    const at = (level: number, metadataVersion: string) => {
      const view = exampleView()
      const aged = { ...file, checkpoint: { ...file.checkpoint, features: new Map([['metadata.version', level]]) } }
      const known = { view: { ...view, quorum: { ...view.quorum, metadataVersion } }, formerVoters: [] }
      return explainDisk([aged], known).map((f) => f.code)
    }
    expect(at(6, '4.3-IV0')).toContain('too-old-for-4')
    expect(at(31, '4.3-IV0')).toContain('newer-tool')
    expect(at(30, '4.3-IV0')).not.toContain('newer-tool')
  })

  test('several disks are read one by one, and ranked by epoch first', () => {
    const log = Buffer.from(segment().base64, 'base64')
    // The same log, without its last batches, and one whose copy is a snapshot only.
    const half = {
      name: '00000000000000000000.log',
      base64: log.subarray(0, Math.floor(log.length / 2)).toString('base64'),
    }
    const snapshot = {
      ...(all.find(({ name }) => /^0{16}.*[1-9].*\.checkpoint$/.test(name)) ?? segment()),
      name: '00000000000000009999-0000000000.checkpoint',
    }
    const report = reportOf([
      ...under('b', [meta(1, DIRECTORY[1]), half]),
      ...under('a', [meta(0, DIRECTORY[0]), segment()]),
      ...under('c', [meta(2, DIRECTORY[2]), snapshot]),
    ])
    expect(Inspection.parse(report).ranking.map((one) => one.nodeId)).toEqual([0, 1, 2])
    expect(report.findings.find((f) => f.code === 'ranked')?.title).toContain('The furthest copy is that of node 0')
    expect(report.findings.find((f) => f.code === 'voter')?.title).toMatch(/^node [012]: /)
    expect(report.findings.map((f) => f.code)).not.toContain('several-disks')
    // One disk is ranked with nobody.
    expect(reportOf([meta(0, DIRECTORY[0]), segment()]).ranking).toEqual([])
  })

  test('a copy of a disk, and disks of several clusters', () => {
    const twice = reportOf([...under('a', [meta(2, DIRECTORY[2])]), ...under('b', [meta(2, DIRECTORY[2])])])
    expect(twice.findings[0]).toMatchObject({ code: 'directory-id-twice', severity: 'critical' })
    const mixed = reportOf([
      ...under('a', [meta(2, DIRECTORY[2])]),
      ...under('b', [meta(1, DIRECTORY[1], 'AAAAAAAAAAAAAAAAAAAAAQ')]),
    ])
    expect(mixed.findings.map((f) => f.code)).toContain('disks-of-several-clusters')
  })
})

describe('files that are none', () => {
  test.each([
    ['', 'The file is empty.'],
    ['hello', 'It is no meta.properties'],
    ['{', 'it is no JSON'],
    ['{"data_version":7}', 'data_version 7 is not known here'],
    ['{"data_version":1,"leaderId":"x"}', 'leaderId'],
    ['[]', 'It is no meta.properties'],
    ['version=2\ncluster.id=x', 'version 2 is not known'],
    ['node.id=1', 'it has no version'],
    ['version=1\nnode.id=-3', 'is no node id'],
    ['version=1\ndirectory.id=abc', 'is no directory id'],
    ['version=1\nx=\\u12', 'four hexadecimal digits'],
  ])('%j: %s', (content, said) => {
    expect(factsOf(text('x', content)).problem).toContain(said)
  })

  test('ZooKeeper’s disk is named', () => {
    expect(
      codes([text('meta.properties', `version=0\nbroker.id=1\ncluster.id=${CLUSTER_ID}`)], exampleView()),
    ).toContain('zookeeper-disk')
  })

  test('no bytes make it throw, whatever they pretend to be', () => {
    const seeds = DISK_VERSIONS.flatMap((v) => recordedDisks(v).files).map((f) => Buffer.from(f.base64, 'base64'))
    const mutated = fc
      .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 8 }), fc.nat(2000))
      .map(([seed, changes, cut]) => {
        const bytes = Buffer.from(seed.subarray(0, Math.max(1, seed.length - (cut % seed.length))))
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        return bytes
      })
    // With the checksum made right again, what is in the batch is read.
    const resealed = mutated.map((bytes) => {
      if (bytes.length < 61) return bytes
      bytes[16] = 2
      bytes.writeInt32BE(bytes.length - 12, 8)
      bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17)
      return bytes
    })
    fc.assert(
      fc.property(fc.oneof(mutated, resealed, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const files = [
          { name: '00000000000000000032-0000000002.checkpoint', base64: Buffer.from(bytes).toString('base64') },
        ]
        const report = inspect(InspectRequest.parse({ files }), {
          name: 'x',
          view: exampleView(),
          ageMs: 0,
          events: [],
        })
        Inspection.parse(report)
      }),
      { numRuns: 2000 },
    )
  })

  test('crc32c is the one of RFC 3720', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })
})
