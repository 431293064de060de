import { describe, expect, test } from 'vitest'
import { DIRECTORY, NOW, observation, replica, SKEW } from '../../testing/examples/exampleObservation.ts'
import { assess, NOTHING_REMEMBERED, type Remembered } from './assess.ts'

/** A sample `atMs` after the first, on a leader's clock that is ahead by `stepMs`; when 1 and 2 fetched last, on that clock. */
function look(
  before: Remembered,
  atMs: number,
  stepMs: number,
  [one, two]: [number, number],
  epoch = 9,
  ownStepMs = 0,
) {
  const row = (nodeId: 0 | 1 | 2, ms: number) =>
    replica(nodeId, DIRECTORY[nodeId], { lastFetchMs: NOW + ms, lastCaughtUpMs: NOW + ms })
  const voters = [row(0, atMs + stepMs), row(1, one), row(2, two)]
  const sample = {
    voters,
    observers: [],
    leaderEpoch: epoch,
    observedAtMs: NOW + SKEW + atMs + ownStepMs,
    monotonicMs: atMs,
  }
  const { view, remembered } = assess(observation({ sample, log: null }), before)
  const [, first, second] = view.replicas
  return {
    remembered,
    health: [first?.health, second?.health],
    ages: [first?.lastFetchAgeMs, second?.lastFetchAgeMs],
    margin: view.quorum.margin,
    codes: view.findings.map((f) => f.code),
  }
}

const watched = () => look(look(NOTHING_REMEMBERED, 0, 0, [-200, -200]).remembered, 6000, 0, [5800, 5800]).remembered

describe("a step of the leader's clock", () => {
  test('forward: who has not fetched since is unknown, not silent', () => {
    const stepped = look(watched(), 6250, 2500, [6200, 6200])
    expect(stepped).toMatchObject({ health: ['unknown', 'unknown'], ages: [null, null], margin: null })
    expect(stepped.codes).toContain('leader-clock-stepped')
    const later = look(stepped.remembered, 6500, 2500, [6300 + 2500, 6200])
    expect(later).toMatchObject({ health: ['ok', 'unknown'], ages: [200, null] })
    expect(later.codes).not.toContain('leader-clock-stepped')
  })

  test('forward: who is dead is silent once the fetch timeout is over on our clock', () => {
    const stepped = look(watched(), 6250, 2500, [6200, 5000])
    const at = (ms: number) => look(stepped.remembered, ms, 2500, [ms + 2400, 5000]).health
    expect(at(8249)).toEqual(['ok', 'unknown'])
    expect(at(8250)).toEqual(['ok', 'silent'])
  })

  test('back: a dead voter does not look alive, and one that fetches is unknown until its fetches show again', () => {
    // Both fetched at 6200, one is frozen since then; at 6250 the clock goes back by 2.5 s.
    const stepped = look(watched(), 6250, -2500, [6200, 6200])
    // Fetches are kept as the later of the two times: as long as that lies in the future nothing new is seen.
    const hidden = look(stepped.remembered, 8000, -2500, [6200, 6200])
    expect(hidden).toMatchObject({ health: ['unknown', 'unknown'], margin: null })
    expect(hidden.codes).toContain('leader-clock-stepped')
    // 2.7 s after the last fetch of the frozen one, which looks like 200 ms ago.
    const shown = look(hidden.remembered, 8900, -2500, [6390, 6200])
    expect(shown).toMatchObject({ health: ['ok', 'unknown'], ages: [10, null] })
    expect(look(shown.remembered, 10_700, -2500, [8190, 6200]).health).toEqual(['ok', 'silent'])
  })

  test('back, and nobody watched: times in the future tell of it', () => {
    const first = look(NOTHING_REMEMBERED, 6250, -2500, [6200, 6200])
    const shown = look(first.remembered, 8900, -2500, [6390, 6200])
    expect(shown).toMatchObject({ health: ['ok', 'unknown'], ages: [10, null] })
  })

  test('another leader begins anew', () => {
    const next = look(watched(), 6250, 2500, [6250 + 2400, 6250 + 2400], 10)
    expect(next).toMatchObject({ health: ['ok', 'ok'], margin: 1 })
  })

  test.each([3_600_000, -3_600_000])('a step of our own clock by %i ms is none of the leader’s', (ownStepMs) => {
    const after = look(watched(), 6250, 0, [6050, 6050], 9, ownStepMs)
    expect(after).toMatchObject({ health: ['ok', 'ok'], margin: 1 })
    expect(after.codes).not.toContain('leader-clock-stepped')
    // Nor does it make a young leader old: one that has not heard of a voter yet is believed no sooner.
    const young = look(watched(), 6250, 0, [6050, 6050], 10)
    expect(look(young.remembered, 6500, 0, [6450, 6450], 10, ownStepMs).codes).not.toContain('leader-clock-stepped')
  })

  test('an answer that is late by less than a second is no step', () => {
    expect(look(watched(), 6250, -990, [5200, 5200]).health).toEqual(['ok', 'ok'])
  })
})
