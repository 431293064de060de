/** The alerts in `/metrics`: what is open, what is delivered, and whether it is kept. */
import { Gauge, type Registry } from 'prom-client'
import type { Alerts } from '../alerts/alerts.ts'
import { AlertRule } from '../contract/alerts/rules.ts'

/** @param clusters those that are watched now: where nothing is open, each shows 0 for the rules that page */
export function addAlertMetrics(registry: Registry, alerts: Alerts, clusters: readonly { cluster: string }[]): void {
  const registers = [registry]
  const open = new Gauge({
    name: 'quorumdeck_alerts_open',
    help: 'Alerts of Quorumdeck itself that are open now, silenced ones included',
    labelNames: ['cluster', 'rule', 'severity'],
    registers,
    collect: () => {
      open.reset()
      for (const { cluster, rule, severity } of alerts.openOfAll()) open.inc({ cluster, rule, severity })
    },
  })
  const rules: Gauge = new Gauge({
    name: 'quorumdeck_alerts_evaluated_clusters',
    help: `Clusters whose ${AlertRule.options.length} rules are evaluated`,
    registers,
    collect: () => rules.set(clusters.length),
  })
  const deliveries = new Gauge({
    name: 'quorumdeck_alert_deliveries_total',
    help: 'Tries to deliver a message since the start, by receiver and result',
    labelNames: ['receiver', 'result'],
    registers,
    collect: () => {
      for (const { name: receiver, delivered, failed, givenUp } of alerts.receivers()) {
        deliveries.set({ receiver, result: 'delivered' }, delivered)
        deliveries.set({ receiver, result: 'failed' }, failed)
        deliveries.set({ receiver, result: 'given-up' }, givenUp)
      }
    },
  })
  const waiting = new Gauge({
    name: 'quorumdeck_alert_messages_waiting',
    help: 'Messages that a receiver has not taken yet',
    labelNames: ['receiver'],
    registers,
    collect: () => {
      for (const { name: receiver, waiting: count } of alerts.receivers()) waiting.set({ receiver }, count)
    },
  })
  const storage: Gauge = new Gauge({
    name: 'quorumdeck_alert_storage_ok',
    help: '1 while alerts are kept over a restart; 0 while the database refuses them',
    registers,
    collect: () => storage.set(alerts.storage.ok ? 1 : 0),
  })
}
