/** Alerts, silences and receivers over HTTP. What is refused, and why, the alerts say themselves. */
import { Hono } from 'hono'
import type { Alerts } from '../../alerts/alerts.ts'
import { AcknowledgeAlert, type AlertIncident, type AlertList } from '../../contract/alerts/incidents.ts'
import type { DeliveryAttempt, ReceiverList } from '../../contract/alerts/receivers.ts'
import { NewSilence, type Silence, type SilenceList } from '../../contract/alerts/silences.ts'
import type { Session } from '../../contract/session.ts'
import type { RequestEnv } from '../api.ts'
import { refuse } from '../refusal.ts'
import { jsonBody } from '../requestBody.ts'

/** Ids and names of ours are shorter; a longer one is none of them. */
const MAX_TEXT = 200

export interface AlertRoutesOptions {
  alerts: Alerts
  /** The name of a cluster that is watched here. @throws Refusal for any other */
  known: (cluster: string) => string
  maySee: (session: Session | null, cluster: string) => boolean
}

function stateOf(text: string | undefined): AlertIncident['state'] {
  if (text === undefined || text === 'open') return 'open'
  if (text === 'resolved') return 'resolved'
  throw refuse.badRequest('state must be open or resolved.')
}

export function alertRoutes({ alerts, known, maySee }: AlertRoutesOptions) {
  return new Hono<RequestEnv>()
    .get('/api/alerts', async (c) => {
      const [cluster, before] = [c.req.query('cluster'), c.req.query('before')]
      if (cluster !== undefined && !maySee(c.env.session, cluster)) throw refuse.unknownCluster(cluster)
      const list = await alerts.list({
        state: stateOf(c.req.query('state')),
        cluster: cluster === undefined ? null : known(cluster),
        before: before === undefined ? null : before.slice(0, MAX_TEXT),
      })
      // A page may be shorter for whoever may not see all of it; the next one is asked for in the same way.
      return c.json<AlertList>({ ...list, alerts: list.alerts.filter((one) => maySee(c.env.session, one.cluster)) })
    })
    .get('/api/alerts/:id', async (c) => c.json<AlertIncident>(await alerts.find(c.req.param('id').slice(0, MAX_TEXT))))
    .post('/api/alerts/:id/acknowledge', jsonBody(AcknowledgeAlert), async (c) =>
      c.json<AlertIncident>(await alerts.acknowledge(c.req.param('id').slice(0, MAX_TEXT), c.req.valid('json'))),
    )
    .get('/api/silences', (c) => {
      const shown = alerts.silences().filter(({ matchers: { cluster } }) => {
        // One without a cluster silences those of everybody.
        return cluster === undefined || maySee(c.env.session, cluster)
      })
      return c.json<SilenceList>({ silences: shown })
    })
    .post('/api/silences', jsonBody(NewSilence), async (c) => {
      const request = c.req.valid('json')
      if (request.matchers.cluster !== undefined) known(request.matchers.cluster)
      return c.json<Silence>(await alerts.silence(request), 201)
    })
    .delete('/api/silences/:id', async (c) => {
      await alerts.endSilence(c.req.param('id').slice(0, MAX_TEXT))
      return c.body(null, 204)
    })
    .get('/api/receivers', (c) =>
      c.json<ReceiverList>({
        receivers: alerts.receivers().map(({ name, kind, target, waiting, givenUp, last }) => {
          return { name, kind, target, waiting, givenUp, last }
        }),
      }),
    )
    .post('/api/receivers/:name/test', async (c) =>
      c.json<DeliveryAttempt>(await alerts.test(c.req.param('name').slice(0, MAX_TEXT))),
    )
}
