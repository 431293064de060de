/** Some of the random schedules of `npm run safety -- --only alerts`, and rules that take an hour, on virtual time. */
import { expect, test } from 'vitest'
import { NOTHING_EXPECTED } from '../../contract/alerts/rules.ts'
import { FAULTS, playAlertSchedules, playFaulty } from './alertSchedules.ts'
import { VirtualAlerts } from './virtualAlerts.ts'

test('rolling restarts, restarts by hand and elections that end in their time page nobody', async () => {
  const played = await playAlertSchedules('harmless', 1, 60, 2)
  expect(played.filter(({ pages, stuck }) => pages.length > 0 || stuck)).toEqual([])
  const made = (figure: 'restarts' | 'elections') => played.reduce((sum, one) => sum + one[figure], 0)
  expect(made('restarts')).toBeGreaterThan(20)
  expect(made('elections')).toBeGreaterThan(10)
})

test('every fault rings', async () => {
  const played = await playAlertSchedules('faulty', 1, 48, 2)
  expect(played.filter(({ delayMs }) => delayMs === null)).toEqual([])
  expect(new Set(played.map(({ fault }) => fault))).toEqual(new Set(FAULTS))
})

test('a seed tells its schedule', () => {
  expect(playFaulty(8)).toEqual(playFaulty(8))
})

test('more elections than expected ring, and are over when the hour has passed', () => {
  const alerts = new VirtualAlerts(3, 5, { ...NOTHING_EXPECTED, maxElectionsPerHour: 0 })
  const { leaderId } = alerts
  alerts.act('kill', leaderId ?? 0)
  alerts.seconds(20)
  alerts.act('start', leaderId ?? 0)
  expect(alerts.told.map(({ incident }) => `${incident.state} ${incident.rule}`)).toEqual(['open elections'])
  alerts.seconds(4000)
  expect(alerts.told.map(({ incident }) => `${incident.state} ${incident.rule}`)).toEqual([
    'open elections',
    'resolved elections',
  ])
})
