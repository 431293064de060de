/**
 * Every gate, on facts on which it passes, is fed each of its inputs as unknown in turn: none passes. What a gate reads is
 * recorded while it is evaluated, so an input that is added later is in the test by itself.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Gate } from '../../contract/workflows.ts'
import { placed } from '../../quorum/log/placement.ts'
import { IDLE_EXECUTOR, readyToHandOver } from '../../testing/examples/exampleCruiseControl.ts'
import {
  CANDIDATE,
  CLUSTER_ID,
  exampleFacts,
  exampleRun,
  exampleView,
  probe,
  probed,
} from '../../testing/examples/exampleFacts.ts'
import { exampleLog, partition, TOPIC } from '../../testing/examples/exampleLog.ts'
import { DIRECTORY, LEADER, NOW, replica } from '../../testing/examples/exampleObservation.ts'
import { exampleRecovery } from '../../testing/examples/exampleRecovery.ts'
import { handOver } from '../moves/handOver.ts'
import type { Facts } from '../run/facts.ts'
import type { VoterChange } from '../run/ports.ts'
import { voterKeys } from '../run/voterSet.ts'
import { plannedVotersOf, votersWithout } from '../run/votersAfter.ts'
import { ghostAudit } from '../wizards/unregisterBroker/unregisterBroker.ts'
import * as broker from './nodes/brokerGates.ts'
import { diskKept, settingsAgree } from './nodes/comebackGates.ts'
import * as cruise from './nodes/cruiseControlGates.ts'
import * as drain from './nodes/drainGates.ts'
import * as restart from './nodes/restartGates.ts'
import * as upgrade from './nodes/upgradeGates.ts'
import { autoJoinAsPlanned, autoJoinSafe } from './quorum/autoJoinGates.ts'
import { bootstrapServersCurrent } from './quorum/bootstrapGates.ts'
import * as candidate from './quorum/candidateGates.ts'
import { brokersGone, goalReached, replacedBy, rolesAre, votersAre, votersCount } from './quorum/goalGates.ts'
import * as margin from './quorum/marginGates.ts'
import * as outcome from './quorum/outcomeGates.ts'
import * as quorum from './quorum/quorumGates.ts'
import * as recovery from './quorum/recoveryGates.ts'
import * as target from './quorum/targetGates.ts'
import { metadataWhole, oneQuorum } from './quorum/truthGates.ts'

/** Where the facts hold something: names of properties and keys of maps. */
type Path = readonly { name: string; key?: unknown }[]

/** What stands for not knowing it, where that is not null. */
const UNKNOWN: Readonly<Record<string, unknown>> = { health: 'unknown', link: 'unreachable', settling: true, reads: [] }
/** Facts that may be null. */
const NULLABLE = new Set(
  'view log ageMs disks movedAtMs steady clusterId leaderId leaderEpoch highWatermark kraftVersion margin autoJoin lag logEndOffset leaderClockMs lastFetchAgeMs lastCaughtUpAgeMs supportedMetadataVersion look counts dryRun cruiseControl'.split(
    ' ',
  ),
)
/** Maps without an entry for what nobody reported. What the metadata log holds is complete. */
const TOLD = new Set([
  'nodes',
  'configs',
  'endpoints',
  'probes',
  'windows',
  'healthy',
  'controllerMetadataVersions',
  'disks.brokers',
  'replicas-on-disk',
])

const textOf = (path: Path) =>
  path.map(({ name, key }) => (key === undefined ? name : `${name}[${String(key)}]`)).join('.')

/** The facts, and a note of everything in them that was looked at and may be unknown. */
function recording(facts: Facts): { facts: Facts; read: Map<string, Path> } {
  const read = new Map<string, Path>()
  const note = (path: Path) => read.set(textOf(path), path)
  const isTold = (path: Path) => {
    const name = path.at(-1)?.name ?? ''
    return TOLD.has(name) || (name === 'brokers' && path.at(-2)?.name === 'disks')
  }
  const wrap = (value: unknown, path: Path): unknown => {
    if (typeof value !== 'object' || value === null || value instanceof Set) return value
    if (value instanceof Map) {
      const entry = (key: unknown): Path => [...path.slice(0, -1), { name: path.at(-1)?.name ?? '', key }]
      const seen = (key: unknown, one: unknown) => {
        if (one !== undefined && isTold(path)) note(entry(key))
        return wrap(one, entry(key))
      }
      const all = () => [...value].map(([key, one]) => [key, seen(key, one)] as const)
      return {
        get: (key: unknown) => seen(key, value.get(key)),
        has: (key: unknown) => {
          seen(key, value.get(key))
          return value.has(key)
        },
        get size() {
          return all().length
        },
        keys: () =>
          all()
            .map(([key]) => key)
            [Symbol.iterator](),
        values: () =>
          all()
            .map(([, one]) => one)
            [Symbol.iterator](),
        entries: () => all()[Symbol.iterator](),
        forEach: (each: (one: unknown, key: unknown) => void) =>
          all().forEach(([key, one]) => {
            each(one, key)
          }),
        [Symbol.iterator]: () => all()[Symbol.iterator](),
      }
    }
    return new Proxy(value, {
      get: (of, name) => {
        const one = Reflect.get(of, name) as unknown
        if (typeof name === 'symbol' || typeof one === 'function') return one
        const at: Path = [...path, { name }]
        const parent = path.at(-1)?.name
        const isWatch = (name === 'brokers' && parent === 'track') || (name === 'controllers' && parent === 'view')
        if (one !== null && (isWatch || NULLABLE.has(name) || (name in UNKNOWN && one !== UNKNOWN[name]))) note(at)
        // What the log holds of partitions and configurations is all that there is.
        return name === 'placement' ? one : wrap(one, at)
      },
    })
  }
  return { facts: wrap(facts, []) as Facts, read }
}

/** The same facts without what is there. */
function without<T>(facts: T, [step, ...rest]: Path): T {
  if (step === undefined) return facts
  const { name, key } = step
  const copy = (Array.isArray(facts) ? [...facts] : { ...facts }) as Record<string, unknown>
  if (key === undefined) {
    copy[name] = rest.length > 0 ? without(copy[name], rest) : (UNKNOWN[name] ?? null)
  } else {
    const map = new Map(copy[name] as Map<unknown, unknown>)
    if (rest.length > 0) map.set(key, without(map.get(key), rest))
    else map.delete(key)
    copy[name] = map
  }
  return copy as T
}

const three = {
  brokers: new Map([7, 8, 9].map((id) => [id, { endpoints: [], incarnationId: 'x', fenced: false, rack: null }])),
}
const told = (configs: Record<string, string>) => ({
  configs: new Map(Object.entries(configs)),
  supportedMetadataVersion: 30,
})
const servers = 'controller.quorum.bootstrap.servers'
const nodes = new Map(
  [0, 1, 2, 3, 7, 8, 9].map((id) => [
    id,
    told({
      'process.roles': id >= 7 ? 'broker' : 'controller',
      [servers]: 'localhost:8000',
      'min.insync.replicas': '2',
    }),
  ]),
)
const disk = { replicas: new Map([[`${TOPIC}-0`, 1]]), totalBytes: 1000, usableBytes: 900 }
const disks = { atMs: exampleFacts().monotonicMs, brokers: new Map([7, 8, 9].map((id) => [id, disk])) }
const log = exampleLog([partition({ replicas: [7, 8, 9], isr: [7, 8, 9] })], three)
const healthy = exampleFacts(
  exampleView({
    sample: {
      observers: [replica(7, DIRECTORY[7]), replica(8, 'b8'), replica(9, 'b9'), replica(3, CANDIDATE.directoryId)],
    },
  }),
  { log, nodes },
)
const ONE = { nodeId: 1, directoryId: DIRECTORY[1] }
const TWO = { nodeId: 2, directoryId: DIRECTORY[2] }
const deadTwo = replica(2, DIRECTORY[2], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
const failed = exampleFacts(
  exampleView({
    sample: { voters: [LEADER, replica(1, DIRECTORY[1]), deadTwo], observers: [replica(2, DIRECTORY.new2)] },
  }),
  { probes: probed(exampleFacts().monotonicMs, probe(2, { outcome: 'refused', isNode: null })) },
)
/** Down by one proof alone: its address refuses, or its successor fetches in its place. */
const refusing = exampleFacts(
  exampleView({ sample: { voters: [LEADER, replica(1, DIRECTORY[1]), deadTwo], observers: [] } }),
  { probes: failed.probes },
)
const succeeded = { ...failed, probes: new Map() }
const replacing = exampleRun({ kind: 'replace-disk', params: { nodeId: 2 } }, failed)
const ready = { ...replacing, plan: { ...replacing.plan, candidate: { nodeId: 2, directoryId: DIRECTORY.new2 } } }
const fenced7 = new Map([[7, { endpoints: [], incarnationId: 'x', fenced: true, rack: null }]])
const silent7 = replica(7, DIRECTORY[7], { lastFetchMs: NOW - 60_000, lastCaughtUpMs: NOW - 60_000 })
const down = exampleFacts(exampleView({ sample: { observers: [silent7] } }), {
  log: exampleLog([], { brokers: fenced7 }),
  nodes,
})
const gone = exampleFacts(exampleView({ sample: { observers: [] } }), {
  log: exampleLog([], { brokers: new Map() }),
  nodes,
})
const single = exampleLog([partition({ replicas: [7, 8], isr: [7, 8] })], three)
const draining = exampleFacts(exampleView(), { log: single, disks })
const moving = exampleFacts(exampleView(), {
  log: exampleLog([partition({ replicas: [9, 7, 8], adding: [9], removing: [7] })], three),
  movedAtMs: exampleFacts().monotonicMs,
})
const empty = exampleFacts(exampleView(), { log: exampleLog([partition({ replicas: [8, 9], isr: [8, 9] })], three) })
const brokerReturned = exampleFacts(exampleView(), { log: exampleLog([partition()]) })
const noValue = { kind: 'config', resource: `topic:${TOPIC}`, name: 'min.insync.replicas', value: null } as const
const noTopicValue = { ...healthy, log: { ...log, placement: placed(log.placement, [noValue]) } }
const cruiseControl: NonNullable<Facts['cruiseControl']> = {
  address: 'http://cc:9090/kafkacruisecontrol',
  look: {
    atMs: exampleFacts().monotonicMs,
    answer: { ok: true, told: { executor: IDLE_EXECUTOR, tasks: [], replicas: null } },
  },
  ...readyToHandOver(exampleFacts().monotonicMs),
}
const handing = { ...draining, cruiseControl }
const handed = {
  ...exampleRun({ kind: 'migrate-combined', params: { nodeIds: [0, 1, 2], retireBrokerIds: [7] } }, draining),
  params: { nodeIds: [7] },
}
const addition: VoterChange = { kind: 'add', ...CANDIDATE, endpoints: [] }
const removal = { kind: 'remove', ...ONE } as const
const plannedVoters = ({ view }: Facts) => (view === null ? [] : votersWithout(plannedVotersOf(view), TWO))
const expected = voterKeys(healthy.view ?? exampleView())

const TWO_LOST = {
  ...TWO,
  endpoints: [{ listener: 'CONTROLLER', host: 'localhost', port: 8002 }],
  kraftVersions: { min: 0, max: 1 },
}
const unled = { ...refusing, link: 'no-leader' as const, view: null }
const broughtBack = exampleRecovery()
const alone = exampleFacts(
  exampleView({ sample: { leaderEpoch: 1010, voters: [LEADER], observers: [replica(2, DIRECTORY[2])] } }),
  { log: exampleLog([partition()], three) },
)

/** Each gate, and facts on which it passes. */
const GATES: readonly [gate: (facts: Facts) => Gate, passes: Facts][] = [
  [(f) => autoJoinAsPlanned(f, false), healthy],
  [(f) => autoJoinSafe(f, ONE), healthy],
  [(f) => bootstrapServersCurrent(f, [3]).gate, exampleFacts(exampleView(), { nodes, log })],
  [(f) => broker.brokerRegistered(f, 7), down],
  [(f) => broker.brokerDown(f, 7), down],
  [(f) => broker.brokerEmpty(f, 7), down],
  [(f) => broker.brokerIsNoVoter(f, 7), down],
  [(f) => broker.brokerGone(f, 7), gone],
  [(f) => broker.goneFor(f, 7), gone],
  [(f) => candidate.idIsNoVoter(f, CANDIDATE), healthy],
  [(f) => candidate.candidateIsController(f, CANDIDATE), healthy],
  [(f) => candidate.candidateEndpoints(f, CANDIDATE), healthy],
  [(f) => candidate.candidateReachable(f, CANDIDATE), healthy],
  [(f) => candidate.candidateFetches(f, CANDIDATE), healthy],
  [(f) => candidate.lagNearZero(f, CANDIDATE), healthy],
  [(f) => candidate.otherIncarnationsSilent(f, { nodeId: 2, directoryId: DIRECTORY.new2 }), failed],
  [(f) => cruise.cruiseControlAnswers(f, handOver(handed, f)), handing],
  [(f) => cruise.cruiseControlSameCluster(f), handing],
  [(f) => cruise.cruiseControlIdle(f), handing],
  [(f) => cruise.cruiseControlDryRun(handed, f), handing],
  [(f) => cruise.nothingMoves(f), handing],
  [(f) => drain.logFollowed(f), draining],
  [(f) => drain.enoughBrokers(f, [7]), draining],
  [(f) => drain.roomOnDisks(f, [7]), draining],
  [(f) => drain.noForeignMoves(f, [7]), moving],
  [(f) => drain.moversAlive(f, [7]), moving],
  [(f) => drain.movingOn(f), moving],
  [(f) => drain.allEmpty(f, [7]), empty],
  [
    (f) =>
      goalReached([
        votersCount(f, 3),
        votersAre(f, [0, 1, 2]),
        replacedBy(f, 9, [1]),
        rolesAre(f, [0], ['controller']),
        ...brokersGone(f, [99]),
      ]),
    healthy,
  ],
  [(f) => margin.marginNow(f, null), healthy],
  [(f) => margin.marginAfter(f, removal), healthy],
  [(f) => margin.marginIfBad(f, addition), healthy],
  [(f) => margin.marginIfStopped(f, ONE), healthy],
  [(f) => margin.votersHeard(f, plannedVoters(f)), healthy],
  [(f) => margin.carriersHealthy(f, plannedVoters(f)), healthy],
  [(f) => margin.marginReached(f, 1), healthy],
  [(f) => outcome.newVoterHealthy(f, ONE), healthy],
  [(f) => outcome.staysAway(f, CANDIDATE), healthy],
  [(f) => outcome.steadyFor(f, expected), healthy],
  [quorum.observationFresh, healthy],
  [quorum.leaderReachable, healthy],
  [(f) => quorum.sameCluster(f, CLUSTER_ID), healthy],
  [quorum.dynamicQuorum, healthy],
  [(f) => quorum.quorumSettled(f), healthy],
  [quorum.noChangeInFlight, healthy],
  [(f) => quorum.votersAsExpected(f, expected), healthy],
  [(f) => restart.othersCaughtUp(f, 1), healthy],
  [(f) => restart.minIsrIfStopped(f, 7, false), noTopicValue],
  [restart.noReassignment, healthy],
  [(f) => restart.newIncarnation(f, 1, { controller: 'old', broker: null }), healthy],
  [(f) => restart.nodeCaughtUp(f, ONE), healthy],
  [(f) => restart.brokerBack(f, 7), brokerReturned],
  [(f) => restart.configuredAs(f, 1, { roles: ['controller'], bootstrapServers: true }), healthy],
  [(f) => target.targetIsVoter(f, ONE), healthy],
  [target.notLastVoter, healthy],
  [(f) => target.oldIncarnationSilent(f, TWO), failed],
  [(f) => target.oldIncarnationDown(f, TWO, false), refusing],
  [(f) => target.oldIncarnationDown(f, TWO, false), succeeded],
  [(f) => target.replacementReady(f, ready, false), failed],
  [upgrade.nodesCanUpgrade, { ...healthy, log: { ...log, controllerMetadataVersions: new Map() } }],
  [upgrade.nodesCanUpgrade, { ...healthy, nodes: new Map() }],
  [recovery.nobodyLeads, unled],
  [(f) => recovery.lostFenced(f, [TWO_LOST]), unled],
  [(f) => recovery.restStopped(f, [TWO_LOST]), unled],
  [(f) => recovery.seedLeadsAlone(f, broughtBack), alone],
  [(f) => recovery.followersBack(f, [TWO_LOST]), alone],
  [(f) => recovery.brokersBack(f, [7, 8]), alone],
  [(f) => recovery.metadataAsBefore(f, broughtBack), alone],
  [oneQuorum, healthy],
  [metadataWhole, healthy],
  [(f) => diskKept(f, 1), healthy],
  [(f) => settingsAgree(f, 1, false, false), healthy],
  [upgrade.everyVoterHealthy, healthy],
  [upgrade.votersIdentified, exampleFacts(exampleView())],
  [upgrade.isDynamicNow, healthy],
  [ghostAudit, healthy],
]

/** Inputs that another one stands for, or that can only take away: why a gate passes without them. */
const PASSES_WITHOUT: Readonly<Record<string, RegExp>> = {
  // The seat of the one that leaves or stops is not counted.
  'margin-after': /^view\.replicas\.1\.health$/,
  'margin-if-stopped': /^view\.replicas\.1\.health$/,
  'carriers-healthy': /^view\.replicas\.2\.health$/,
  // Auto-join is known to be off.
  'auto-join-safe': /^view\.replicas\.1\.health$/,
  // Without its own word it counts as a broker; of two voters beside the leader one that is heard is enough.
  'broker-down': /^nodes\[7\]|^view\.replicas\.[12]\.lastFetchAgeMs$/,
  'broker-is-no-controller': /^nodes\[7\]/,
  // Whoever is not known to be silent has to tell; the node itself, or its registration.
  'features-supported': /health$|^nodes\[[789]\]|^log$/,
  'bootstrap-servers-current': /health$|^endpoints/,
  // The voter set says where voters listen, too; a value of something else is only counted.
  configured: /^endpoints|min\.insync\.replicas/,
  // Rows of nodes that hold none of its partitions.
  'min-isr-if-stopped': /^view\.replicas\.[0-4]\.health$/,
  // Without its own word every role that it is registered in counts.
  restarted: /^nodes\[1\]/,
  // What counts is that it fetched within the last second; a probe can only take that away. The seat of the one that stops is none.
  'voters-heard': /^endpoints|^probes|^view\.replicas\.2\.health$/,
  // Where its address refuses, that of a successor does not matter.
  'old-incarnation-down': /^endpoints/,
  // That it is silent is known; when it was heard last is only told.
  'old-incarnation-silent': /^view\.replicas\.2\.lastFetchAgeMs$/,
  // Another replica of the partition tells how large it is.
  'room-on-disks': /^disks\.brokers\[[78]\]$/,
  // Of the dry run there is a gate of its own.
  'cruise-control-answers': /^cruiseControl\.dryRun$/,
  // Nobody answers: that is what it is about.
  'nobody-leads': /^link$/,
}

describe.each(GATES.map(([gate, passes]) => ({ code: gate(passes).code, gate, passes })))(
  '$code',
  ({ code, gate, passes }) => {
    const { facts, read } = recording(passes)
    gate(facts)

    test('passes on these facts, and looks at something', () => {
      expect(gate(passes)).toMatchObject({ ok: true })
      expect(read.size).toBeGreaterThan(0)
    })

    const inputs = [...read.values()].filter((path) => PASSES_WITHOUT[code]?.test(textOf(path)) !== true)
    test.each(inputs.map((path) => [textOf(path), path] as const))('without %s it does not', (_text, path) => {
      expect(gate(without(passes, path)).ok).toBe(false)
    })
  },
)

test('every gate that there is, is here', () => {
  const here = new Set(GATES.map(([gate, passes]) => gate(passes).code))
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /Gates\.ts$/.test(name),
  )
  expect(files.length).toBeGreaterThan(10)
  const codes = files.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/code: '([\w-]+)'/g)].map(([, code]) => code),
  )
  // Whether a run is going on is in no facts either. An approval and the calendar are in the run and the rules, and no fact: permission.test.ts has them.
  // Which copies were compared is in the plan, and no fact; who led meanwhile can only take away. What Cruise Control reports of its task is taken as it comes, and looked at for itself in handOver.test.ts.
  expect(codes.filter((code) => !here.has(code ?? ''))).toEqual([
    'approved',
    'change-time',
    'cruise-control-at-work',
    'copies-complete',
    'no-other-led',
    'no-run-under-way',
  ])
})
