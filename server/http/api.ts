/**
 * The HTTP API under `/api`, with `/metrics`, `/healthz` and `/readyz`. Host, origin and session are checked before a
 * request comes here (server.ts); its role is in the environment.
 */
import type { HttpBindings } from '@hono/node-server'
import { Hono, type HonoRequest } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Alerts } from '../alerts/alerts.ts'
import type { Audit } from '../audit/audit.ts'
import type { AddedPlans } from '../bootstrap/addedPlans.ts'
import { highestRole, mayEverywhere, mayOn } from '../contract/access/grants.ts'
import type { ClusterList } from '../contract/clusters.ts'
import { ErrorBody, Refusal } from '../contract/errors.ts'
import { type Inspection, InspectRequest, MAX_INSPECTED_BYTES } from '../contract/inspection.ts'
import { CloseIncident, type IncidentList } from '../contract/quorumMemory.ts'
import type { QuorumView } from '../contract/quorumView.ts'
import type { ControllerReadiness } from '../contract/room/readiness.ts'
import type { StopAnswer } from '../contract/runs/stopAnswer.ts'
import { SandboxAction, type SandboxDisks, type SandboxState } from '../contract/sandbox.ts'
import type { Session, WhoAmI } from '../contract/session.ts'
import { MAX_REPORTS_BYTES } from '../contract/workflows.ts'
import { inspect } from '../inspection/inspect.ts'
import { readinessOf } from '../readiness/readiness.ts'
import type { NoteStore } from '../storage/notes.ts'
import type { SeatDesk } from '../workflows/engine/seats/seatDesk.ts'
import type { Workflows } from '../workflows/engine/workflows.ts'
import type { ClusterDesk } from './clusterDesk.ts'
import { ClusterListText } from './clusterListText.ts'
import { guard } from './guard/guard.ts'
import { MAX_BODY_BYTES, oneAtATime } from './guard/largeBodies.ts'
import type { Metrics } from './metrics.ts'
import { openApiDocument } from './openapi.ts'
import { wholeParameter } from './parameters.ts'
import { answerOf, refusalFor, refuse } from './refusal.ts'
import { jsonBody } from './requestBody.ts'
import { alertRoutes } from './routes/alertRoutes.ts'
import { auditRoutes } from './routes/auditRoutes.ts'
import { bootstrapRoutes } from './routes/bootstrapRoutes.ts'
import { clusterRoutes } from './routes/clusterRoutes.ts'
import { type DiagnosticsRoutesOptions, diagnosticsRoutes } from './routes/diagnosticsRoutes.ts'
import { historyRoutes } from './routes/historyRoutes.ts'
import { noteRoutes } from './routes/noteRoutes.ts'
import { type PeopleRoutesOptions, peopleRoutes } from './routes/peopleRoutes.ts'
import { seatRoutes } from './routes/seatRoutes.ts'
import { type SignInRoutesOptions, signInRoutes } from './routes/signInRoutes.ts'
import { wallRoutes } from './routes/wallRoutes.ts'
import { workflowRoutes } from './routes/workflowRoutes.ts'
import { isInScope } from './wall/wallPaths.ts'
import type { WallTokens } from './wall/wallTokens.ts'
import { placesAmong, summariesOf, type WatchedCluster } from './watchedCluster.ts'

/** Files of a disk come as base64, four characters for three bytes, with their names. */
const MAX_INSPECT_BYTES = Math.ceil((MAX_INSPECTED_BYTES * 4) / 3) + MAX_BODY_BYTES
const INSPECT_PATH = /^\/api\/clusters\/[^/]+\/inspect$/
/** The beginning of a recovery carries the reports of all disks. */
const START_PATH = /^\/api\/clusters\/[^/]+\/workflows$/

export interface ApiOptions
  extends PeopleRoutesOptions,
    Omit<SignInRoutesOptions, 'whoAmI'>,
    Pick<DiagnosticsRoutesOptions, 'signIn' | 'serverFacts'> {
  serverRunId: string
  /** Changes in place while clusters are added and taken away. */
  clusters: readonly WatchedCluster[]
  metrics: Metrics
  workflows: Workflows
  walls: WallTokens
  notes: NoteStore
  desk: SeatDesk
  added: AddedPlans
  alerts: Alerts
  fleet: ClusterDesk
  audit: Audit
  /** A fault of our own: the answer names the request id, and so must the log. */
  onError: (error: unknown, requestId: string) => void
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
  /** Whether another server did it, and has put it on record. */
  Variables: { doneElsewhere?: boolean }
}

/** As it came, also where its body has been looked at for what it is about. */
async function wholeRequest(request: HonoRequest): Promise<Request> {
  const { raw } = request
  return raw.bodyUsed
    ? new Request(raw.url, { method: raw.method, headers: raw.headers, body: await request.text() })
    : raw
}

/** What another server has refused, as if it were refused here: it is on record where it was asked. */
async function refusedThere(answer: Response): Promise<Refusal> {
  const parsed = ErrorBody.safeParse(await answer.json().catch(() => null))
  if (!parsed.success)
    return new Refusal(502, 'no-answer', `Another server answered with status ${answer.status}.`, 'Ask again.')
  const { error, workflow } = parsed.data
  const { code, message, remedy, refusals, fields } = error
  return new Refusal(answer.status, code, message, remedy, { refusals, fields, workflow })
}

export function createApi(options: ApiOptions) {
  const {
    audit,
    desk,
    notes,
    added,
    alerts,
    clusters,
    fleet,
    metrics,
    nowMs,
    people,
    readOnly,
    serverRunId,
    walls,
    workflows,
  } = options
  const watched = (cluster: string): WatchedCluster => {
    const found = clusters.find((one) => one.cluster === cluster)
    if (found === undefined) throw refuse.unknownCluster(cluster)
    return found
  }

  const mayStop = (cluster: string, id: string, action: StopAnswer['action']) =>
    workflows.mayStop(watched(cluster).cluster, wholeParameter('id', id, 0), action)
  const placeOf = placesAmong(clusters)
  const maySee = (session: Session | null, cluster: string): boolean => {
    if (session === null) return false
    return session.wall === undefined
      ? mayOn(session, 'watch', placeOf(cluster))
      : isInScope(cluster, session.wall.clusters)
  }
  const whoAmI = (session: Session): WhoAmI => {
    const everywhere = highestRole((role) => mayEverywhere(session, role))
    const each = clusters.flatMap(({ cluster, group = null }) => {
      const role = highestRole((one) => mayOn(session, one, { cluster, group }))
      return role === null || role === everywhere ? [] : [[cluster, role] as const]
    })
    const missed = session.identity === undefined ? [] : people.missed(session.identity.id)
    const mayAudit = mayEverywhere(session, 'audit')
    return { ...session, everywhere, clusters: Object.fromEntries(each), mayAudit, readOnly, missed }
  }
  const orNull = <T>(looking: Promise<T>): Promise<T | null> =>
    looking.catch((error: unknown) => {
      if (error instanceof Refusal) return null
      throw error
    })

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
  app.use(
    guard({
      readOnly,
      nowMs,
      placeOf,
      audit,
      approvals: {
        driversOf: async (id) => (await orNull(workflows.get(id)))?.permission?.requestedBy.map((one) => one.id) ?? [],
      },
      clusterOf: {
        run: async (id) => workflows.live(id)?.cluster ?? (await orNull(workflows.get(id)))?.cluster ?? null,
        alert: async (id) => (await orNull(alerts.find(id)))?.cluster ?? null,
        note: async (id) => (await notes.find(id))?.cluster ?? null,
        silence: (id) => alerts.silences().find((one) => one.id === id)?.matchers.cluster ?? null,
      },
    }),
  )

  app.use(async (c, next) => {
    const { session, remoteAddress, requestId, isForwarded } = c.env
    const asker = { session, remoteAddress, requestId }
    const answer = isForwarded === true ? null : await options.forward?.(await wholeRequest(c.req), asker)
    if (answer == null) await next()
    else if (answer.status >= 400) throw await refusedThere(answer)
    else {
      c.set('doneElsewhere', true)
      c.res = answer
    }
  })
  app.use(oneAtATime((path) => INSPECT_PATH.test(path) || START_PATH.test(path)))

  const routes = app
    .route('/', signInRoutes({ ...options, whoAmI }))
    .route('/', peopleRoutes(options))
    .route('/', auditRoutes(options))
    .route('/', diagnosticsRoutes(options))
    .get('/api/clusters', (c) => {
      const { session } = c.env
      const isWhole = session !== null && (session.wall?.clusters === null || mayEverywhere(session, 'watch'))
      const shown = isWhole ? null : clusters.filter(({ cluster }) => maySee(session, cluster))
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
    .get('/api/clusters/:cluster/nodes/:id/may-stop', async (c) =>
      c.json<StopAnswer>(await mayStop(c.req.param('cluster'), c.req.param('id'), 'stop')),
    )
    .get('/api/clusters/:cluster/nodes/:id/may-restart', async (c) =>
      c.json<StopAnswer>(await mayStop(c.req.param('cluster'), c.req.param('id'), 'restart')),
    )
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
    .route('/', alertRoutes({ alerts, known: (cluster) => watched(cluster).cluster, maySee }))
    .get('/api/openapi.json', (c) => c.json(openApiDocument(options.basePath)))
    .get('/metrics', async (c) => c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }))
    .get('/healthz', (c) => c.json({ ok: true }))
    .get('/readyz', (c) => {
      // Ready as soon as it can say something true of every cluster, be it that one cannot be reached.
      const waiting = clusters.filter((w) => w.observer.link.state === 'connecting').map((w) => w.cluster)
      const sharing = options.sharing?.()
      // Without its database a server that observes something still shows what is true of that; one that does not knows nothing new.
      const ready = waiting.length === 0 && (sharing === undefined || sharing.problem === null || sharing.observes > 0)
      // Their names are for those who may watch them.
      const seen = (of: readonly string[]) => of.filter((cluster) => maySee(c.env.session, cluster))
      // The words of a database name hosts and users: they are for whoever may watch everything.
      const { session } = c.env
      const maySeeWhy = session !== null && mayEverywhere(session, 'watch')
      const problem =
        !maySeeWhy && sharing?.problem != null ? 'not sure: sign in to see why' : (sharing?.problem ?? null)
      const shared = sharing === undefined ? {} : { ...sharing, problem, unheld: seen(sharing.unheld) }
      return c.json({ ready, waiting: seen(waiting), ...shared }, ready ? 200 : 503)
    })
  return routes
}

/** What the browser's typed client is made from, by `import type`. */
export type Api = ReturnType<typeof createApi>
