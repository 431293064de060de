import { expect, test } from 'vitest'
import { play } from './playSchedule.ts'
import { median, playSchedules, shrunk } from './playSchedules.ts'
import { scheduleOf } from './schedule.ts'

test('300 random schedules: the wizard never leaves the voters without a living majority, raw commands do', async () => {
  const tally = await playSchedules(1, 300, 2)
  expect(tally.schedules).toBe(300)
  expect(tally.broken).toEqual([])
  expect(tally.unsafeWizard).toBe(0)
  expect(tally.unsafeRaw).toBeGreaterThan(0)
  expect(tally.lostOnlyWizard).toBe(0)
  expect(tally.lostByRaw).toBeGreaterThan(tally.lostByWizard)
  // A wizard that always refused would lose nothing either.
  expect(tally.reachedWizard).toBeGreaterThan(250)
  expect(tally.refusals).toBeLessThanOrEqual(6)
  expect(median(tally.commandsWizard)).toBeLessThanOrEqual(3)
})

test('a seed tells its schedule, and a schedule its outcome', () => {
  expect(scheduleOf(32)).toEqual(scheduleOf(32))
  expect(play(scheduleOf(32), 'wizard')).toEqual(play(scheduleOf(32), 'wizard'))
  expect(play(scheduleOf(32), 'raw')).toEqual(play(scheduleOf(32), 'raw'))
})

test('a losing schedule is shrunk to the faults that it takes', () => {
  const lost = scheduleOf(32)
  const isLost = (schedule: typeof lost) => play(schedule, 'raw').isLost
  expect(isLost(lost)).toBe(true)
  const least = shrunk(lost, isLost)
  expect(isLost(least)).toBe(true)
  expect(least.faults.length).toBeLessThanOrEqual(lost.faults.length)
  for (const fault of least.faults) {
    expect(isLost({ ...least, faults: least.faults.filter((one) => one !== fault) })).toBe(false)
  }
})

test('a candidate that loses its disk before it is added is replaced by its new incarnation', () => {
  expect(play(scheduleOf(104), 'wizard')).toMatchObject({ isReached: true, unsafe: 0 })
})
