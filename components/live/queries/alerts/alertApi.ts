/** Alerts, silences and receivers over HTTP, as the browser calls them. */
import { type AcknowledgeAlert, AlertIncident, AlertList } from '../../../../server/contract/alerts/incidents.ts'
import { DeliveryAttempt, ReceiverList } from '../../../../server/contract/alerts/receivers.ts'
import { type NewSilence, Silence, SilenceList } from '../../../../server/contract/alerts/silences.ts'
import { answered, routes } from '../api.ts'

const { alerts, silences, receivers } = routes

export const alertApi = {
  list: (state: AlertIncident['state'], before: string | null) => {
    const query = new URLSearchParams({ state, ...(before === null ? {} : { before }) })
    return answered(AlertList, fetch(`${alerts.$path()}?${query}`))
  },
  find: (id: string) => answered(AlertIncident, alerts[':id'].$get({ param: { id } })),
  acknowledge: (id: string, json: AcknowledgeAlert) =>
    answered(AlertIncident, alerts[':id'].acknowledge.$post({ param: { id }, json })),
  silences: () => answered(SilenceList, silences.$get()),
  silence: (json: NewSilence) => answered(Silence, silences.$post({ json })),
  endSilence: async (id: string): Promise<void> => {
    const answer = await silences[':id'].$delete({ param: { id } })
    // Nobody has to end what has ended already.
    if (!answer.ok && (answer.status as number) !== 404) await answered(Silence, Promise.resolve(answer))
  },
  receivers: () => answered(ReceiverList, receivers.$get()),
  test: (name: string) => {
    // The body is JSON as of every POST, and says nothing.
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    return answered(DeliveryAttempt, fetch(receivers[':name'].test.$path({ param: { name } }), sent))
  },
}
