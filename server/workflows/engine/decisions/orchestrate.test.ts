/** In which order a run is carried: what is read, kept and begun, whoever drives it. */
import { describe, expect, test } from 'vitest'
import { CANDIDATE, exampleFacts, exampleRun } from '../../../testing/examples/exampleFacts.ts'
import { NOW } from '../../../testing/examples/exampleObservation.ts'
import type { Facts } from '../../run/facts.ts'
import { ENGINE, type Run } from '../../run/run.ts'
import type { IntentClock } from './advance.ts'
import { allowedCommands } from './allowed.ts'
import {
  clockAtAnswer,
  conclude,
  draft,
  entriesOf,
  follow,
  mustBeStartable,
  type Need,
  type Orchestration,
  obey,
  StaleRevision,
} from './orchestrate.ts'
import { standingOf } from './progress.ts'

const ACTOR = { id: 'operator', name: 'operator' }
const FACTS = exampleFacts()

/** Drives an orchestration as the product does, and writes down what it needed. */
class Driver {
  run: Run
  clock: IntentClock | null = null
  requests = new Set<number>()
  readonly needs: string[] = []
  fresh: Facts
  /** Called with each need, before it is answered. */
  before: (need: Need) => void = () => {}

  constructor(run: Run, fresh: Facts = FACTS) {
    this.run = run
    this.fresh = fresh
  }

  drive<T>(work: Orchestration<T>): T {
    let next = work.next()
    while (next.done !== true) {
      this.before(next.value)
      next = work.next(this.#given(next.value))
    }
    return next.value
  }

  #given(need: Need): Facts | null {
    if (need.need === 'facts' || need.need === 'fresh-facts') {
      this.needs.push(need.need)
      return need.need === 'facts' ? FACTS : this.fresh
    }
    if (need.need === 'begin') {
      this.needs.push(`begin ${need.effect.kind}`)
      return null
    }
    this.needs.push(`keep ${need.events.map((e) => e.type).join(', ')}${need.isAnswer ? ', the answer' : ''}`)
    this.run = entriesOf(this.run, need.events, need.actor, NOW).after
    return null
  }
}

const adding = () => exampleRun({ kind: 'add-controller', params: CANDIDATE }, FACTS)

/** Followed as far as it goes by itself, to where a person must say `execute`. */
function ready(): Driver {
  const driver = new Driver(adding())
  driver.drive(follow(driver))
  driver.needs.length = 0
  return driver
}

function executeOf(driver: Driver) {
  const command = allowedCommands(standingOf(driver.run, FACTS)).find((c) => c.type === 'execute')
  if (command === undefined) throw new Error('execute is not offered')
  const { needsConfirmation, type, step } = command
  return {
    command: { type, step: step ?? '', confirmation: needsConfirmation?.statement ?? '' },
    expectedRevision: driver.run.revision,
  }
}

describe('a command', () => {
  test('reads anew, follows what that shows, keeps the answer, and only then begins the effect', () => {
    const driver = ready()
    driver.drive(obey(driver, executeOf(driver), ACTOR))
    const kept = driver.needs.indexOf('keep intended, the answer')
    expect(driver.needs[0]).toBe('fresh-facts')
    expect(driver.needs[1]).toBe('facts')
    expect(driver.needs[kept + 1]).toBe('begin change')
    expect(driver.needs.filter((need) => need.startsWith('begin'))).toHaveLength(1)
    expect(driver.run.intent?.change.kind).toBe('add')
  })

  test('given for a run that has moved on changes nothing', () => {
    const driver = ready()
    const request = executeOf(driver)
    expect(() => driver.drive(obey(driver, { ...request, expectedRevision: driver.run.revision - 1 }, ACTOR))).toThrow(
      StaleRevision,
    )
    expect(driver.needs).toEqual([])
  })

  test('is stale where the fresh reading moves the run', () => {
    const driver = ready()
    const request = executeOf(driver)
    driver.before = (need) => {
      if (need.need !== 'facts') return
      driver.before = () => {}
      driver.run = entriesOf(
        driver.run,
        [{ type: 'parked', by: 'x', reason: 'y', lockLost: false, text: '' }],
        ENGINE,
        NOW,
      ).after
    }
    expect(() => driver.drive(obey(driver, request, ACTOR))).toThrow(StaleRevision)
    expect(driver.run.intent).toBeNull()
    expect(driver.needs.some((need) => need.includes('the answer') || need.startsWith('begin'))).toBe(false)
  })
})

describe('what came of a request', () => {
  test('is kept before it is followed', () => {
    const driver = ready()
    driver.drive(obey(driver, executeOf(driver), ACTOR))
    driver.needs.length = 0
    const intentSeq = driver.run.intent?.seq ?? 0
    const outcome = { kind: 'not-sent' as const, problem: 'no way' }
    driver.drive(conclude(driver, { type: 'answered', intentSeq, outcome, durationMs: 1, text: '' }))
    expect(driver.needs.slice(0, 2)).toEqual(['keep answered', 'facts'])
  })

  test('ends the clock of its own intent alone', () => {
    const driver = ready()
    driver.drive(obey(driver, executeOf(driver), ACTOR))
    driver.clock = { sentMs: 5, endedMs: null }
    const { seq } = driver.run.intent ?? { seq: 0 }
    expect(clockAtAnswer(driver, seq, 9)).toEqual({ sentMs: 5, endedMs: 9 })
    expect(clockAtAnswer(driver, seq - 1, 9)).toEqual({ sentMs: 5, endedMs: null })
    driver.clock = null
    expect(clockAtAnswer(driver, seq, 9)).toEqual({ sentMs: 9, endedMs: 9 })
  })
})

test('a request of a process that has ended is lost, before anything is followed', () => {
  const facts = FACTS
  const run = exampleRun({ kind: 'add-controller', params: CANDIDATE }, facts)
  const act = { kind: 'unregister-broker' as const, nodeId: 7 }
  const acts = { x: { seq: 4, act, outcome: null } } as unknown as Run['acts']
  const driver = new Driver({ ...run, acts })
  expect(follow(driver).next().value).toMatchObject({
    need: 'keep',
    events: [{ type: 'acted', step: 'x', actSeq: 4, outcome: { kind: 'unanswered' } }],
  })
  driver.requests.add(4)
  expect(follow(driver).next().value).toEqual({ need: 'facts' })
})

test('a run that has ended is followed no further', () => {
  const driver = new Driver({ ...adding(), outcome: 'done' })
  driver.drive(follow(driver))
  expect(driver.needs).toEqual(['facts'])
})

describe('a draft', () => {
  const head = { id: 'r', cluster: 'c' }

  test('belongs to the Kafka cluster that is seen, and keeps its reason', () => {
    const { run, entry } = draft({ kind: 'add-controller', params: CANDIDATE, reason: 'why' }, head, FACTS, ACTOR, NOW)
    expect(run).toMatchObject({ id: 'r', cluster: 'c', clusterId: FACTS.view?.clusterId })
    expect(entry).toMatchObject({ type: 'started', reason: 'why', text: 'Started: why', actor: ACTOR, atMs: NOW })
    expect(() => mustBeStartable(standingOf(run, FACTS))).not.toThrow()
  })

  test('without a view there is none', () => {
    expect(() => draft({ kind: 'add-controller', params: {} }, head, { ...FACTS, view: null }, ACTOR, NOW)).toThrow()
  })
})
