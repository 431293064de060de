/** Alerts as every replica answers for them: rung where the cluster is held, and read from the database by all. */

import type { Alerting } from '../../alerts/alerting.ts'
import type { Alerts } from '../../alerts/alerts.ts'
import type { AlertIncident } from '../../contract/alerts/incidents.ts'
import type { RelayIn } from './relayIn.ts'
import type { RelayOut } from './relayOut.ts'

export interface SharedAlertsOptions {
  alerting: Alerting
  relayIn: RelayIn
  relayOut: RelayOut
  isHeld: (cluster: string) => boolean
  /** Silences were changed in the database. */
  tellSilences: () => void
}

export function sharedAlerts({ alerting, relayIn, relayOut, isHeld, tellSilences }: SharedAlertsOptions): Alerts {
  alerting.subscribe((cluster, alerts) => relayOut.alerts(cluster, alerts))
  return {
    get storage() {
      return alerting.storage
    },
    list: (query) => (query.state === 'open' ? alerting.listOpenOfAll(query) : alerting.list(query)),
    find: (id): Promise<AlertIncident> => alerting.find(id),
    acknowledge: (id, request) => alerting.acknowledge(id, request),
    silences: () => alerting.silences(),
    silence: async (request) => {
      const silence = await alerting.silence(request)
      tellSilences()
      return silence
    },
    endSilence: async (id) => {
      await alerting.endSilence(id)
      tellSilences()
    },
    receivers: () => alerting.receivers(),
    test: (receiver) => alerting.test(receiver),
    open: (cluster) => (isHeld(cluster) ? alerting.open(cluster) : (relayIn.of(cluster)?.alerts ?? [])),
    openOfAll: () => alerting.openOfAll(),
    subscribe: (listener) => {
      relayIn.subscribe({ onRun: () => {}, onAlerts: listener, onSeats: () => {} })
      return alerting.subscribe(listener)
    },
  }
}
