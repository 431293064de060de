/** Facts on which a change may be sent, and any one of them taken away: no change step stays open. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CANDIDATE, CLUSTER_ID, exampleFacts, exampleRun, exampleView } from '../../testing/examples/exampleFacts.ts'
import { DIRECTORY, LEADER, NOW, type Over, replica } from '../../testing/examples/exampleObservation.ts'
import { stepsOf } from '../../testing/examples/flatStep.ts'
import { UNDO } from '../engine/decisions/progress.ts'
import type { Facts } from '../run/facts.ts'
import type { Run, RunEntry } from '../run/run.ts'
import { allOk } from '../run/step.ts'
import { MAX_OBSERVATION_AGE_MS } from '../run/thresholds.ts'
import { EMPTY_TRACK } from '../run/windows/track.ts'

const NEW = { nodeId: 2, directoryId: DIRECTORY.new2 } as const
const actor = { id: 'operator', name: 'operator' }
const said = { atMs: NOW, actor, text: '' }
const ago = NOW - 60_000

/** What the change under test is made of, before anything is taken away. */
interface Case {
  over: Over
  run(facts: Facts): Run
  step: string
  /** The one that becomes a voter; `null` where nobody does. */
  candidate: { nodeId: number; directoryId: string } | null
}

const healthy = { voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2])] }
const spare = [replica(7, DIRECTORY[7]), replica(3, CANDIDATE.directoryId)]
const broken = {
  voters: [LEADER, replica(1, DIRECTORY[1]), replica(2, DIRECTORY[2], { lastFetchMs: ago, lastCaughtUpMs: ago })],
  observers: [replica(7, DIRECTORY[7]), replica(2, DIRECTORY.new2)],
}
const chosen: RunEntry = { ...said, type: 'chosen', candidate: NEW }
const wholeRun = (kind: 'add-controller' | 'remove-controller', params: object) => () =>
  exampleRun({ kind, params: params as never }, exampleFacts())
const replacing = () => {
  const facts = exampleFacts(exampleView({ sample: broken }))
  return exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, facts, chosen)
}

const CASES: Record<string, Case> = {
  add: {
    over: { sample: { ...healthy, observers: spare } },
    run: wholeRun('add-controller', CANDIDATE),
    step: 'add',
    candidate: CANDIDATE,
  },
  remove: {
    over: { sample: { ...healthy, observers: spare } },
    run: wholeRun('remove-controller', { nodeId: 1, directoryId: DIRECTORY[1] }),
    step: 'remove',
    candidate: null,
  },
  'remove the old incarnation': { over: { sample: broken }, run: replacing, step: 'remove-old', candidate: NEW },
  'add the new incarnation': {
    over: { sample: { ...broken, voters: healthy.voters.slice(0, 2) } },
    run: () => {
      const run = replacing()
      const expected = run.expected.filter((v) => v.nodeId !== 2)
      return { ...run, expected, done: { ...run.done, 'remove-old': { how: 'applied', atMs: NOW, text: '' } } }
    },
    step: 'add-new',
    candidate: NEW,
  },
  'take an addition back': {
    over: {
      sample: { voters: [...healthy.voters, replica(3, CANDIDATE.directoryId)], observers: [replica(7, DIRECTORY[7])] },
    },
    run: () => {
      const run = wholeRun('add-controller', CANDIDATE)()
      return {
        ...run,
        expected: [...run.expected, CANDIDATE],
        undo: { reason: '', change: { kind: 'remove', ...CANDIDATE } },
      }
    },
    step: UNDO,
    candidate: null,
  },
}

/** A sample in which one replica is less known. */
function with_(over: Over, nodeId: number, less: Parameters<typeof replica>[2]): Over {
  const change = (rows: ReturnType<typeof replica>[] = []) => {
    // Of two incarnations of one id the one that fetches is meant.
    const at = rows.findLastIndex((r) => r.nodeId === nodeId && r.lastFetchMs !== ago)
    return rows.map((row, index) => (index === at ? { ...row, ...less } : row))
  }
  return {
    ...over,
    sample: { ...over.sample, voters: change(over.sample?.voters), observers: change(over.sample?.observers) },
  }
}

function young(over: Over): Over {
  return { ...over, log: { leader: { leaderId: 0, epoch: 9, sinceMs: NOW - 1000 } } }
}

type Take = (one: Case, facts: (over: Over, more?: Partial<Facts>) => Facts) => Facts

const TAKEN: Record<string, Take> = {
  'the view': ({ over }, facts) => facts(over, { view: null }),
  'the age of the observation': ({ over }, facts) => facts(over, { ageMs: null }),
  'a fresh observation': ({ over }, facts) => facts(over, { ageMs: MAX_OBSERVATION_AGE_MS + 1 }),
  'the link': ({ over }, facts) => facts(over, { link: 'unreachable' }),
  'the readings before': ({ over }, facts) => facts(over, { track: EMPTY_TRACK }),
  'the high watermark': ({ over }, facts) => facts({ ...over, sample: { ...over.sample, highWatermark: null } }),
  'the cluster id': ({ over }, facts) => facts({ ...over, facts: { clusterId: null } }),
  'kraft.version': ({ over }, facts) =>
    facts({ ...over, log: { kraftVersion: null }, facts: { finalizedFeatures: null } }),
  'whether controllers join by themselves': ({ over }, facts) => facts({ ...over, facts: { nodes: new Map() } }),
  // Under an older leader a voter that was never seen is known to be dead.
  "a voter's last fetch": ({ over }, facts) => facts(with_(young(over), 2, { lastFetchMs: null })),
  'when a voter was caught up': ({ over }, facts) => facts(with_(young(over), 2, { lastCaughtUpMs: null })),
  "a voter's times": ({ over }, facts) => facts(with_(young(over), 2, { lastFetchMs: null, lastCaughtUpMs: null })),
  "the leader's clock": ({ over }, facts) => facts(with_(over, 0, { lastFetchMs: null, lastCaughtUpMs: null })),
}

const TAKEN_OF_CANDIDATE: Record<string, (key: { nodeId: number; directoryId: string }) => Take> = {
  'its row':
    ({ nodeId, directoryId }) =>
    ({ over }, facts) =>
      facts({
        ...over,
        sample: {
          ...over.sample,
          observers: over.sample?.observers?.filter((r) => r.nodeId !== nodeId || r.directoryId !== directoryId) ?? [],
        },
      }),
  'its log end offset':
    ({ nodeId }) =>
    ({ over }, facts) =>
      facts(with_(over, nodeId, { logEndOffset: null })),
  'its last fetch':
    ({ nodeId }) =>
    ({ over }, facts) =>
      facts(with_(over, nodeId, { lastFetchMs: null })),
  'when it was caught up':
    ({ nodeId }) =>
    ({ over }, facts) =>
      facts(with_(over, nodeId, { lastCaughtUpMs: null })),
  'its registration':
    () =>
    ({ over }, facts) =>
      facts(over, { endpoints: new Map() }),
  'its probe':
    () =>
    ({ over }, facts) =>
      facts(over, { probes: new Map() }),
  'a probe of now':
    () =>
    ({ over }, facts) => {
      const whole = facts(over)
      const probes = new Map([...whole.probes].map(([key, kept]) => [key, { ...kept, atMs: whole.monotonicMs - 5001 }]))
      return { ...whole, probes }
    },
  'who answers its probe':
    () =>
    ({ over }, facts) => {
      const whole = facts(over)
      const unknown = ({ atMs, probe }: { atMs: number; probe: object }) => ({
        atMs,
        probe: { ...probe, isNode: null },
      })
      return { ...whole, probes: new Map([...whole.probes].map(([key, kept]) => [key, unknown(kept) as typeof kept])) }
    },
}

function isOpen(one: Case, facts: Facts): boolean {
  const step = stepsOf(one.run(facts), facts).find((s) => s.key === one.step)
  return step?.change != null && allOk(step.gates)
}

const factsOf = (over: Over, more: Partial<Facts> = {}) => exampleFacts(exampleView(over), more)
const names = Object.keys(CASES)

test.each(names)('%s: open on good facts', (name) => {
  const one = CASES[name]
  if (one === undefined) throw new Error(name)
  expect(one.run(factsOf(one.over)).clusterId).toBe(CLUSTER_ID)
  expect(isOpen(one, factsOf(one.over))).toBe(true)
})

test('whatever single fact is unknown or old, nothing may be sent', () => {
  const all = names.flatMap((name) => {
    const one = CASES[name]
    if (one === undefined) return []
    const ofCandidate = Object.entries(TAKEN_OF_CANDIDATE).map(
      ([what, take]) => [what, one.candidate && take(one.candidate)] as const,
    )
    return [...Object.entries(TAKEN), ...ofCandidate].flatMap(([what, take]) =>
      take === null ? [] : [{ name, one, what, take }],
    )
  })
  expect(all.length).toBeGreaterThan(80)
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.integer({ min: 0, max: 2000 }), ({ one, take }, olderMs) => {
      // The rest of the facts may be of any age that they may have.
      const facts = take(one, (over, more) => factsOf(over, { ageMs: olderMs, ...more }))
      return !isOpen(one, facts)
    }),
    { numRuns: 400 },
  )
  expect(
    all.filter(({ one, take }) => isOpen(one, take(one, factsOf))).map(({ name, what }) => `${name}: ${what}`),
  ).toEqual([])
})
