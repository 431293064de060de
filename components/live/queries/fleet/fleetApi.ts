/** The part of the HTTP API that is about what is watched: loaded with the pages that change it. */
import {
  type AddCluster,
  ClusterSettings,
  type EditCluster,
} from '../../../../server/contract/fleet/clusterSettings.ts'
import { Configuration } from '../../../../server/contract/fleet/configuration.ts'
import { ConnectionTest } from '../../../../server/contract/fleet/connectionTest.ts'
import { ClusterRights } from '../../../../server/contract/fleet/rights.ts'
import { answered, routes } from '../api.ts'

const ofCluster = routes.clusters[':cluster']

export const fleetApi = {
  configuration: () => answered(Configuration, routes.configuration.$get()),
  settings: (cluster: string) => answered(ClusterSettings, ofCluster.settings.$get({ param: { cluster } })),
  add: (wanted: AddCluster) => answered(ClusterSettings, routes.clusters.$post({ json: wanted })),
  edit: (cluster: string, change: EditCluster) =>
    answered(ClusterSettings, ofCluster.$patch({ param: { cluster }, json: change })),
  test: (wanted: AddCluster) => answered(ConnectionTest, routes.clusters.test.$post({ json: wanted })),
  rights: (cluster: string) => answered(ClusterRights, ofCluster.rights.$get({ param: { cluster } })),
  // Typed as without a body; the server wants to be told that what comes is JSON.
  testWatched: (cluster: string) =>
    answered(
      ConnectionTest,
      fetch(ofCluster.test.$path({ param: { cluster } }), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      }),
    ),
}
