/**
 * The HTTP API under `/api`, with `/metrics`, `/healthz` and `/readyz`. Host, origin and session are checked before a
 * request comes here (server.ts); its role is in the environment.
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Alerts } from '../alerts/alerts.ts'
import type { AddedPlans } from '../bootstrap/addedPlans.ts'
import type { ClusterList } from '../contract/clusters.ts'
import { type Inspection, InspectRequest, MAX_INSPECTED_BYTES } from '../contract/inspection.ts'
import { CloseIncident, type IncidentList } from '../contract/quorumMemory.ts'
import type { QuorumView } from '../contract/quorumView.ts'
import type { ControllerReadiness } from '../contract/room/readiness.ts'
import { SandboxAction, type SandboxDisks, type SandboxState } from '../contract/sandbox.ts'
import { type Session, SignIn } from '../contract/session.ts'
import { MAX_REPORTS_BYTES } from '../contract/workflows.ts'
import { inspect } from '../inspection/inspect.ts'
import { readinessOf } from '../readiness/readiness.ts'
import type { NoteStore } from '../storage/notes.ts'
import type { SeatDesk } from '../workflows/engine/seats/seatDesk.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import type { Access } from './access.ts'
import type { AttemptLimit } from './attemptLimit.ts'
import type { ClusterDesk } from './clusterDesk.ts'
import { ClusterListText } from './clusterListText.ts'
import type { Metrics } from './metrics.ts'
import { openApiDocument } from './openapi.ts'
import { wholeParameter } from './parameters.ts'
import { answerOf, refusalFor, refuse } from './refusal.ts'
import { jsonBody } from './requestBody.ts'
import { alertRoutes } from './routes/alertRoutes.ts'
import { bootstrapRoutes } from './routes/bootstrapRoutes.ts'
import { clusterRoutes } from './routes/clusterRoutes.ts'
import { historyRoutes } from './routes/historyRoutes.ts'
import { noteRoutes } from './routes/noteRoutes.ts'
import { seatRoutes } from './routes/seatRoutes.ts'
import { wallRoutes } from './routes/wallRoutes.ts'
import { workflowRoutes } from './routes/workflowRoutes.ts'
import { isInScope } from './wall/wallPaths.ts'
import type { WallTokens } from './wall/wallTokens.ts'
import { summariesOf, type WatchedCluster } from './watchedCluster.ts'

const MAX_BODY_BYTES = 64 * 1024
/** Files of a disk come as base64, four characters for three bytes, with their names. */
const MAX_INSPECT_BYTES = Math.ceil((MAX_INSPECTED_BYTES * 4) / 3) + MAX_BODY_BYTES
const INSPECT_PATH = /^\/api\/clusters\/[^/]+\/inspect$/
/** The beginning of a recovery carries the reports of all disks. */
const START_PATH = /^\/api\/clusters\/[^/]+\/workflows$/

export interface ApiOptions {
  serverRunId: string
  /** Changes in place while clusters are added and taken away. */
  clusters: readonly WatchedCluster[]
  access: Access
  attempts: AttemptLimit
  metrics: Metrics
  workflows: Workflows
  walls: WallTokens
  notes: NoteStore
  desk: SeatDesk
  added: AddedPlans
  alerts: Alerts
  fleet: ClusterDesk
  nowMs: () => number
  /** A fault of our own: the answer names the request id, and so must the log. */
  onError: (error: unknown, requestId: string) => void
  /** Somebody at this address gave a token that is not known. */
  onWrongToken: (address: string) => void
  /** A session has ended: what it holds open must end with it. */
  onSignedOut: () => void
  /** Where several servers share the work: the answer of the one that can give it; `null`: this one. @throws Refusal */
  forward?: ((request: Request, asker: Asker) => Promise<Response | null>) | null
  /** Whether what other servers say is heard, and the database answers; left out where there is one server. */
  sharing?: () => Sharing
}

/** Who asks, as far as an answer depends on it. */
export interface Asker {
  session: Session | null
  remoteAddress: string
  requestId: string
}

export interface Sharing {
  /** Why this server cannot be sure of what it shows; `null`: it can. */
  problem: string | null
  /** How many clusters this server observes itself. */
  observes: number
  /** Clusters that nobody observes now, as far as this server knows. */
  unheld: string[]
}

export interface RequestEnv {
  Bindings: HttpBindings & Asker & { isForwarded?: boolean }
}

export function createApi(options: ApiOptions) {
  const {
    access,
    desk,
    notes,
    added,
    alerts,
    attempts,
    clusters,
    fleet,
    metrics,
    nowMs,
    onSignedOut,
    onWrongToken,
    serverRunId,
    walls,
    workflows,
  } = options
  const watched = (cluster: string): WatchedCluster => {
    const found = clusters.find((one) => one.cluster === cluster)
    if (found === undefined) throw refuse.unknownCluster(cluster)
    return found
  }

  const list = new ClusterListText(serverRunId)
  const app = new Hono<RequestEnv>()
  app.onError((error, c) => {
    const known = refusalFor(error)
    if (known === null) options.onError(error, c.env.requestId)
    return c.json(...answerOf(known ?? refuse.internal(c.env.requestId)))
  })
  app.notFound((c) => {
    return c.json(...answerOf(refuse.notFound(c.req.path.slice(0, 100))))
  })
  const limit = (maxSize: number) =>
    bodyLimit({ maxSize, onError: () => Promise.reject(refuse.tooLarge(Math.floor(maxSize / 1024))) })
  const [small, reports, large] = [limit(MAX_BODY_BYTES), limit(MAX_REPORTS_BYTES), limit(MAX_INSPECT_BYTES)]
  app.use((c, next) => {
    const { path } = c.req
    return (INSPECT_PATH.test(path) ? large : START_PATH.test(path) ? reports : small)(c, next)
  })
  app.use(async (c, next) => {
    if (
      (c.req.method === 'POST' || c.req.method === 'PATCH') &&
      !/^application\/json\b/i.test(c.req.header('content-type') ?? '')
    ) {
      throw refuse.mediaType()
    }
    await next()
    c.header('cache-control', 'no-store')
  })

  app.use(async (c, next) => {
    const { session, remoteAddress, requestId, isForwarded } = c.env
    const asker = { session, remoteAddress, requestId }
    const answer = isForwarded === true ? null : await options.forward?.(c.req.raw, asker)
    if (answer == null) await next()
    else c.res = answer
  })

  const routes = app
    .get('/api/session', (c) => {
      if (c.env.session === null) throw access.claimsWall(c.req.header()) ? refuse.wallEnded() : refuse.signIn()
      return c.json<Session>(c.env.session)
    })
    .post('/api/session', jsonBody(SignIn), (c) => {
      const { remoteAddress } = c.env
      const signedIn = access.signIn(c.req.valid('json').token, nowMs())
      if (signedIn === null) {
        onWrongToken(remoteAddress)
        if (!attempts.allows(remoteAddress, nowMs())) throw refuse.tooManyAttempts()
        attempts.wrong(remoteAddress, nowMs())
        throw refuse.wrongToken()
      }
      c.header('set-cookie', signedIn.cookie)
      return c.json<Session>(signedIn.session)
    })
    .delete('/api/session', (c) => {
      if (access.end(c.req.header('cookie'))) onSignedOut()
      c.header('set-cookie', access.clearedCookie())
      return c.body(null, 204)
    })
    .get('/api/clusters', (c) => {
      const scope = c.env.session?.wall?.clusters ?? null
      const shown = scope === null ? null : clusters.filter(({ cluster }) => isInScope(cluster, scope))
      if (shown !== null) return c.json<ClusterList>({ serverRunId, clusters: summariesOf(shown) })
      return c.body(list.of(clusters, nowMs()), 200, { 'content-type': 'application/json' })
    })
    .get('/api/clusters/:cluster/quorum', (c) => {
      const { observer } = watched(c.req.param('cluster'))
      if (observer.view === null) throw refuse.noObservation(observer.link.problem?.title ?? 'still connecting')
      // How old the picture is when it leaves, for readers that poll.
      c.header('age', String(Math.floor((observer.ageMs() ?? 0) / 1000)))
      return c.json<QuorumView>(observer.view)
    })
    .route('/', historyRoutes({ watched, nowMs }))
    .post('/api/clusters/:cluster/incidents/:id/close', jsonBody(CloseIncident), async (c) => {
      const { observer } = watched(c.req.param('cluster'))
      const { as, reason } = c.req.valid('json')
      const closed = await observer.closeIncident(c.req.param('id'), { atMs: nowMs(), actor: as.name, reason })
      if (!closed) throw refuse.unknownIncident(c.req.param('id'))
      return c.json<IncidentList>({ incidents: observer.incidents })
    })
    .get('/api/clusters/:cluster/controllers/:id', (c) => {
      const { observer } = watched(c.req.param('cluster'))
      const { view, ...standing } = observer.standing
      if (view === null) throw refuse.noObservation(observer.link.problem?.title ?? 'still connecting')
      const nodeId = wholeParameter('id', c.req.param('id'), 0)
      const ready = readinessOf(nodeId, { ...standing, view, ageMs: observer.ageMs() })
      if (ready === null) throw refuse.unknownController(nodeId)
      return c.json<ControllerReadiness>(ready, ready.attached === true ? 200 : 503)
    })
    .get('/api/clusters/:cluster/sandbox', async (c) => {
      const { sandbox, name } = watched(c.req.param('cluster'))
      if (sandbox === null) throw refuse.notASandbox(name)
      return c.json<SandboxState>(await sandbox.describe())
    })
    .get('/api/clusters/:cluster/sandbox/disks', async (c) => {
      const { sandbox, name } = watched(c.req.param('cluster'))
      if (sandbox === null) throw refuse.notASandbox(name)
      const reports = await sandbox.reports().catch((error: Error) => {
        throw refuse.sandbox(error.message)
      })
      return c.json<SandboxDisks>({ reports })
    })
    .post('/api/clusters/:cluster/sandbox', jsonBody(SandboxAction), async (c) => {
      const { sandbox, name } = watched(c.req.param('cluster'))
      if (sandbox === null) throw refuse.notASandbox(name)
      const state = await sandbox.act(c.req.valid('json')).catch((error: Error) => {
        throw refuse.sandbox(error.message)
      })
      return c.json<SandboxState>(state)
    })
    .route('/', noteRoutes({ notes, workflows, known: (cluster) => watched(cluster).cluster, nowMs }))
    .route('/', seatRoutes({ desk }))
    .route('/', workflowRoutes({ workflows, notes, known: (cluster) => watched(cluster).cluster }))
    .post('/api/clusters/:cluster/inspect', jsonBody(InspectRequest), (c) => {
      const { name, observer } = watched(c.req.param('cluster'))
      const { view, events } = observer
      return c.json<Inspection>(inspect(c.req.valid('json'), { name, view, events, ageMs: observer.ageMs() }))
    })
    .route('/', wallRoutes({ walls, known: (cluster) => watched(cluster).cluster }))
    .route('/', clusterRoutes({ clusters: fleet }))
    .route('/', bootstrapRoutes({ added, nowMs }))
    .route('/', alertRoutes({ alerts, known: (cluster) => watched(cluster).cluster }))
    .get('/api/openapi.json', (c) => c.json(openApiDocument()))
    .get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }))
    .get('/healthz', (c) => c.json({ ok: true }))
    .get('/readyz', (c) => {
      // Ready as soon as it can say something true of every cluster, be it that one cannot be reached.
      const waiting = clusters.filter((w) => w.observer.link.state === 'connecting').map((w) => w.cluster)
      const sharing = options.sharing?.()
      // Without its database a server that observes something still shows what is true of that; one that does not knows nothing new.
      const ready = waiting.length === 0 && (sharing === undefined || sharing.problem === null || sharing.observes > 0)
      return c.json({ ready, waiting, ...sharing }, ready ? 200 : 503)
    })
  return routes
}

/** What the browser's typed client is made from, by `import type`. */
export type Api = ReturnType<typeof createApi>
