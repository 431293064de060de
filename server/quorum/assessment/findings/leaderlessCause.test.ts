/** Nobody leads: one cause in words for each situation, and what to do. */
import { describe, expect, test } from 'vitest'
import type { ControllerAccount } from '../../../contract/quorumView.ts'
import { asked, DOWN } from '../../../testing/examples/exampleAccounts.ts'
import { DIRECTORY, NOW, type Over, observation, SKEW } from '../../../testing/examples/exampleObservation.ts'
import type { AskedController } from '../askedController.ts'
import { assess, NOTHING_REMEMBERED } from '../assess.ts'
import type { LeaderlessSample } from '../sample.ts'
import { leaderlessCause } from './leaderlessCause.ts'

interface Situation {
  asked: readonly AskedController[] | null
  sinceMs?: number
  named?: number | null
  log?: Over['log']
}

/** A healthy quorum was seen, then its leader was lost this long ago. */
function cause({ asked: accounts, sinceMs = 60_000, named = null, log }: Situation) {
  const led = observation({ ...(log === undefined ? {} : { log }) })
  const sample: LeaderlessSample = {
    kind: 'leaderless',
    observedAtMs: NOW + SKEW,
    source: led.sample.source,
    namedLeaderId: named,
    sinceMs: NOW + SKEW - sinceMs,
  }
  const lost = { ...led, sample, log: null, asked: accounts }
  const { view } = assess(lost, assess(led, NOTHING_REMEMBERED).remembered)
  const said = leaderlessCause(lost, view.quorum)
  expect(view.findings.find((f) => f.code === 'no-leader')?.title).toBe(said.title)
  return said
}

const LOST = { leaderId: null } as const

test('two of three are dead, and the last one names its dead leader for ever: who must come back', () => {
  const said = cause({ asked: [asked(0, DOWN), asked(1), asked(2, DOWN)], named: 0 })
  expect(said.code).toBe('majority-down')
  expect(said.title).toBe('No leader: only 1 of 3 controllers answers, 2 are needed')
  expect(said.detail).toContain('That 1 still names controller 0 as leader means nothing')
  expect(said.remedy).toContain(
    'Start one of the controllers 0 and 2 again, with the disks they had: that is the first choice, and loses nothing. Format none of them',
  )
})

test('one that cannot be verified is not counted as down', () => {
  const unverifiable = asked(2, { account: { reach: 'unverifiable', problem: 'certificate' }, failure: 'certificate' })
  const said = cause({ asked: [asked(0, DOWN), asked(1, { account: LOST }), unverifiable] })
  expect(said.code).toBe('no-election')
})

test('static voters whose line was replaced: the line to put back', () => {
  const empty = (id: number) =>
    asked(id, {
      account: { leaderId: null, leaderEpoch: 0 },
      settings: { 'controller.quorum.bootstrap.servers': 'a:1' },
    })
  const said = cause({ asked: [empty(0), empty(1), empty(2)], log: { kraftVersion: 0 } })
  expect(said.code).toBe('voters-line-missing')
  expect(said.title).toBe('No leader: 0, 1 and 2 run and know no voter')
  expect(said.remedy).toContain('controller.quorum.voters=0@localhost:8000,1@localhost:8001,2@localhost:8002')
})

test('a dynamic quorum needs no such line', () => {
  const waiting = (id: number) => asked(id, { account: LOST, settings: { 'process.roles': 'controller' } })
  expect(cause({ asked: [waiting(0), waiting(1), waiting(2)], log: { kraftVersion: 1 } }).code).toBe('no-election')
})

test('controllers that authenticate by SCRAM alone refuse everybody after a full stop', () => {
  const refusing = (id: number) =>
    asked(id, { account: { reach: 'unverifiable', problem: 'authentication was refused' }, failure: 'sasl-failed' })
  const said = cause({ asked: [refusing(0), refusing(1), refusing(2)] })
  expect(said.code).toBe('scram-only')
  expect(said.detail).toContain('all controllers of such a quorum were stopped at once')
  expect(said.remedy).toContain('sasl.mechanism.controller.protocol=PLAIN')
})

test('an election takes a second or two: no alarm about it before', () => {
  const all = [asked(0, { account: LOST }), asked(1, { account: LOST }), asked(2, { account: LOST })]
  expect(cause({ asked: all, sinceMs: 2000, named: 0 }).code).toBe('electing')
  const said = cause({
    asked: [
      asked(0, { account: { ...LOST, leaderEpoch: 12 } }),
      asked(1, { account: { ...LOST, leaderEpoch: 14 } }),
      asked(2, { account: LOST }),
    ],
  })
  expect(said.code).toBe('no-election')
  expect(said.detail).toContain('Their epochs differ (12, 14, 9)')
})

describe('controllers that are not where the voter set records them', () => {
  const at = (recordedId: number, nodeId: number | null, over: Partial<ControllerAccount> = {}) =>
    asked(recordedId, { account: { ...LOST, nodeId, ...over } })

  test('two of three changed places: where each is recorded, and who answers there', () => {
    const said = cause({ asked: [at(0, 0), at(1, 2), at(2, 1)] })
    expect(said.code).toBe('wrong-places')
    expect(said.title).toBe('No leader: controllers 1 and 2 are not where the voter set records them')
    expect(said.detail).toContain(
      'At localhost:8001, where controller 1 is recorded, node 2 answers; at localhost:8002, where controller 2 is recorded, node 1 answers.',
    )
    expect(said.remedy).toContain('put each disk back to the host where it is recorded')
    expect(said.remedy).toContain('Format none of them')
    // Whoever has the shorter log may still win at once.
    expect(cause({ asked: [at(0, 0), at(1, 2), at(2, 1)], sinceMs: 2000 }).code).toBe('electing')
  })

  test('one that took the place of another, beside a dead one: both ways out', () => {
    const elsewhere = asked(1, { account: { ...LOST, recordedId: null, address: '10.0.0.1:9093' } })
    const said = cause({ asked: [at(0, 0), at(1, 7), elsewhere, asked(2, DOWN)] })
    expect(said.code).toBe('wrong-places')
    expect(said.title).toBe('No leader: controller 1 is not where the voter set records it')
    expect(said.detail).toContain('2 does not answer at all.')
    expect(said.remedy).toContain('Start 2 again, too')
  })

  test('a sole voter asks nobody', () => {
    const alone = { voters: [{ nodeId: 0 as const, directoryId: DIRECTORY[0], endpoints: [] }] }
    const elsewhere = asked(0, { account: { ...LOST, recordedId: null, address: '10.0.0.1:9093' } })
    expect(cause({ asked: [at(0, 7), elsewhere], log: alone }).code).toBe('no-election')
  })

  test('of a static quorum the files say who is where', () => {
    const settings = { 'controller.quorum.voters': '0@localhost:8000,2@localhost:8001,1@localhost:8002' }
    const changed = (recordedId: number, nodeId: number) =>
      asked(recordedId, { account: { ...LOST, nodeId }, settings })
    const said = cause({ asked: [changed(0, 0), changed(1, 2), changed(2, 1)], log: { kraftVersion: 0 } })
    expect(said.code).toBe('no-election')
    expect(said.detail).not.toContain('is recorded')
  })

  test('who cannot be verified may be the one that is recorded', () => {
    const unverifiable = asked(0, { account: { reach: 'unverifiable', nodeId: null, problem: 'certificate' } })
    const five = [unverifiable, at(3, 3), at(4, 4)]
    expect(cause({ asked: [...five, at(1, 2), at(2, 1)] }).code).toBe('no-election')
  })

  test('a majority in its places could elect: another cause, and the exchange is said beside it', () => {
    const five = [0, 3, 4].map((id) => at(id, id))
    const said = cause({ asked: [...five, at(1, 2), at(2, 1)] })
    expect(said.code).toBe('no-election')
    expect(said.detail).toContain('node 2 answers; at localhost:8002')
  })

  test('one that answers elsewhere only may be reached by the others all the same', () => {
    const moved = asked(2, { account: { ...LOST, recordedId: null, address: '10.0.0.2:9093' } })
    const said = cause({ asked: [at(0, 0), at(1, 1), asked(2, DOWN), moved] })
    expect(said.code).toBe('no-election')
    expect(said.detail).toContain(
      'Controller 2 answers at 10.0.0.2:9093, and not, from here, at localhost:8002, where it is recorded: if the others do not reach it there either',
    )
  })

  test.each([
    ['a node of another cluster', { sameCluster: false }],
    ['a broker with the id of the controller', { roles: ['broker' as const] }],
  ])('%s has no vote to give', (_, over) => {
    const said = cause({ asked: [at(0, 0), at(1, 1, over), asked(2, DOWN)] })
    expect(said.code).toBe('majority-down')
    expect(said.title).toBe('No leader: only 1 of 3 controllers answers, 2 are needed')
  })

  test('the finding of the exchange does not count on a leader', () => {
    const led = observation({})
    const sample: LeaderlessSample = {
      kind: 'leaderless',
      observedAtMs: NOW + SKEW,
      source: led.sample.source,
      namedLeaderId: null,
      sinceMs: NOW + SKEW - 60_000,
    }
    const exchanged = { ...led, sample, log: null, asked: [at(0, 0), at(1, 2), at(2, 1)] }
    const { view } = assess(exchanged, assess(led, NOTHING_REMEMBERED).remembered)
    expect(view.findings.find((f) => f.code === 'wrong-node-answers')?.detail).toContain(
      'nobody leads, so none is recorded',
    )
  })
})

describe('while a voter change is not committed', () => {
  const voters = (...ids: (0 | 1 | 2)[]) =>
    ids.map((nodeId) => ({ nodeId, directoryId: DIRECTORY[nodeId], endpoints: [] }))
  const log = {
    voters: voters(0, 2),
    pendingVoters: { offset: 536, epoch: 9, atMs: NOW, voters: voters(0, 2), before: voters(0, 1, 2) },
  }

  test('either set may hold: nobody is told to bring back one that only one of them needs', () => {
    // {0, 2} has 2 alone, {0, 1, 2} has a majority.
    const said = cause({ asked: [asked(0, DOWN), asked(1, { account: LOST }), asked(2, { account: LOST })], log })
    expect(said.code).toBe('no-election')
    expect(said.detail).toContain(
      'If the voter set of the voters that were appended, not committed holds, 0 must come back.',
    )
  })

  test('both are short: what each needs', () => {
    const said = cause({ asked: [asked(0, DOWN), asked(1, DOWN), asked(2, { account: LOST })], log })
    expect(said.remedy).toContain(
      'Start one of the controllers 0 and 1 (of the committed voters), or 0 (of the voters that were appended, not committed) again',
    )
  })

  test('the pending change and both voter sets stay in the view when nobody leads', () => {
    const led = observation({ log })
    const lost = {
      ...led,
      sample: {
        kind: 'leaderless',
        observedAtMs: NOW,
        source: led.sample.source,
        namedLeaderId: null,
        sinceMs: NOW,
      } as const,
      log: null,
    }
    const { view } = assess(lost, assess(led, NOTHING_REMEMBERED).remembered)
    expect(view.quorum.pendingVoterChange?.offset).toBe(536)
    expect(view.quorum.committedVoters?.map((v) => v.nodeId)).toEqual([0, 1, 2])
    expect(view.quorum.pendingVoterChange?.voters.map((v) => v.nodeId)).toEqual([0, 2])
    // A leader's log tells which of them has won.
    const settled = assess(
      observation({ log: { voters: voters(0, 1, 2) } }),
      assess(led, NOTHING_REMEMBERED).remembered,
    ).view
    expect(settled.quorum.pendingVoterChange).toBeNull()
  })
})

test('a dashboard that never saw the voters names the line that may be missing', () => {
  const unknown = (line: string) =>
    asked(0, { account: { recordedId: null, leaderId: null }, settings: { 'controller.quorum.voters': line } })
  expect(cause({ asked: [unknown('')] }).remedy).toContain('put that line back in every file')
  expect(cause({ asked: [unknown('0@a:1')] }).remedy).not.toContain('put that line back')
})

test('without a voter set there is no arithmetic', () => {
  expect(cause({ asked: null }).code).toBe('voters-unknown')
  expect(cause({ asked: [], named: 0 }).title).toContain('followers name controller 0')
})
