/** How a cluster is reached, as people write it down: in a form, over HTTP. Secrets are never part of it, in neither direction. */
import * as z from 'zod/mini'
import { SecurityProtocol } from '../bootstrap.ts'
import { ClusterOrigin } from '../clusters.ts'

/** More addresses than this help nobody: any controller that answers names the others. */
export const MAX_ADDRESSES = 20
const MAX_RACKS = 100

const word = (max: number) => z.string().check(z.maxLength(max))
const addresses = z.array(word(300)).check(z.maxLength(MAX_ADDRESSES))

const fields = {
  name: word(64),
  /** Clusters of one group stand together in the list; `null` or empty: in none. */
  group: z.optional(z.nullable(word(64))),
  /** `host:port` of controllers. */
  bootstrapControllers: z.optional(addresses),
  /** `host:port` of brokers, where controllers cannot be reached. */
  bootstrapServers: z.optional(addresses),
  /** Name of a file in the folder `client-properties` of the data directory; `null`: plain listeners. */
  commandConfig: z.optional(z.nullable(z.string().check(z.regex(/^[\w-][\w.-]{0,99}$/)))),
  /** Any other Kafka cluster at these addresses is refused; `null`: whichever answers. */
  clusterId: z.optional(z.nullable(word(100))),
  intervalMs: z.optional(z.int().check(z.minimum(100), z.maximum(60_000))),
  /** Racks of controllers, by node id. */
  racks: z.optional(
    z
      .record(z.string().check(z.regex(/^\d{1,10}$/)), word(100))
      .check(z.refine((racks) => Object.keys(racks).length <= MAX_RACKS, `at most ${MAX_RACKS} racks`)),
  ),
}

/** Body of `POST /api/clusters` and `POST /api/clusters/test`. */
export const AddCluster = z.strictObject(fields)
export type AddCluster = z.infer<typeof AddCluster>

/** Body of `PATCH /api/clusters/{cluster}`; what is left out stays as it is. */
export const EditCluster = z.strictObject({ ...fields, name: z.optional(fields.name) })
export type EditCluster = z.infer<typeof EditCluster>

export const ClusterSettings = z.object({
  /** As in addresses of pages; it stays, whatever is edited. */
  cluster: z.string(),
  name: z.string(),
  group: z.nullable(z.string()),
  origin: ClusterOrigin,
  bootstrapControllers: z.array(z.string()),
  bootstrapServers: z.array(z.string()),
  /** Of the client properties file its name, and what it says how to connect: nothing else leaves the server. */
  commandConfig: z.nullable(
    z.object({ name: z.string(), protocol: z.nullable(SecurityProtocol), mechanism: z.nullable(z.string()) }),
  ),
  clusterId: z.nullable(z.string()),
  intervalMs: z.int(),
  racks: z.record(z.string(), z.string()),
  /** Kafka's own id of it, as observed; `null` before the first answer. */
  observedClusterId: z.nullable(z.string()),
})
export type ClusterSettings = z.infer<typeof ClusterSettings>
