/** What is watched: adding, editing, testing the way to it, and the file that it may come from. Secrets go in neither direction. */
import { Hono } from 'hono'
import { mayEverywhere } from '../../contract/access/grants.ts'
import { AddCluster, type ClusterSettings, EditCluster } from '../../contract/fleet/clusterSettings.ts'
import type { Configuration } from '../../contract/fleet/configuration.ts'
import type { ConnectionTest } from '../../contract/fleet/connectionTest.ts'
import type { ClusterRights } from '../../contract/fleet/rights.ts'
import type { RequestEnv } from '../api.ts'
import type { ClusterDesk } from '../clusterDesk.ts'
import { jsonBody } from '../requestBody.ts'

export function clusterRoutes({ clusters }: { clusters: ClusterDesk }) {
  return new Hono<RequestEnv>()
    .get('/api/configuration', (c) => {
      const { session } = c.env
      // What of the file waits names clusters: it is for whoever may see them all.
      const none: Configuration = { file: null, readAtMs: null, problem: null, changedButNotApplied: [] }
      return c.json<Configuration>(
        session !== null && mayEverywhere(session, 'watch') ? clusters.configuration() : none,
      )
    })
    .post('/api/clusters', jsonBody(AddCluster), async (c) => {
      const settings = await clusters.add(c.req.valid('json'))
      c.header('location', `/api/clusters/${encodeURIComponent(settings.cluster)}/settings`)
      return c.json<ClusterSettings>(settings, 201)
    })
    .post('/api/clusters/test', jsonBody(AddCluster), async (c) =>
      c.json<ConnectionTest>(await clusters.test(c.req.valid('json'))),
    )
    .get('/api/clusters/:cluster/settings', async (c) =>
      c.json<ClusterSettings>(await clusters.settings(c.req.param('cluster'))),
    )
    .get('/api/clusters/:cluster/rights', async (c) =>
      c.json<ClusterRights>(await clusters.rights(c.req.param('cluster'))),
    )
    .patch('/api/clusters/:cluster', jsonBody(EditCluster), async (c) =>
      c.json<ClusterSettings>(await clusters.edit(c.req.param('cluster'), c.req.valid('json'))),
    )
    .post('/api/clusters/:cluster/test', async (c) =>
      c.json<ConnectionTest>(await clusters.testWatched(c.req.param('cluster'))),
    )
}
