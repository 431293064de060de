/** The door to the alerts of all clusters: what the HTTP API, the websocket and the metrics call. */
import type {
  AcknowledgeAlert,
  AlertIncident,
  AlertList,
  AlertStorage,
  AlertSummary,
} from '../contract/alerts/incidents.ts'
import type { DeliveryAttempt } from '../contract/alerts/receivers.ts'
import type { NewSilence, Silence } from '../contract/alerts/silences.ts'
import type { ReceiverFigures } from './outbox.ts'

export interface AlertQuery {
  state: AlertIncident['state']
  /** `null`: of all. */
  cluster: string | null
  /** As the page before gave it; `null`: from the newest. */
  before: string | null
}

export type AlertListener = (cluster: string, alerts: AlertSummary[]) => void

/** @throws Refusal from every call that cannot be answered */
export interface Alerts {
  readonly storage: AlertStorage
  list(query: AlertQuery): Promise<AlertList>
  find(id: string): Promise<AlertIncident>
  acknowledge(id: string, request: AcknowledgeAlert): Promise<AlertIncident>
  /** Those that count now or later, of people and of guided changes. */
  silences(): Silence[]
  silence(request: NewSilence): Promise<Silence>
  endSilence(id: string): Promise<void>
  receivers(): ReceiverFigures[]
  test(receiver: string): Promise<DeliveryAttempt>
  /** Open ones of a cluster, gravest first, then the oldest; from memory. */
  open(cluster: string): AlertSummary[]
  openOfAll(): AlertIncident[]
  subscribe(listener: AlertListener): () => void
}
