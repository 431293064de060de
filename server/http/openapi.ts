/** `/api/openapi.json`: the routes in words, their shapes straight from the contract. A test compares it with the routes. */
import * as z from 'zod/mini'
import { RULES } from '../access/rules.ts'
import { AcknowledgeAlert, AlertIncident, AlertList } from '../contract/alerts/incidents.ts'
import { DeliveryAttempt, ReceiverList } from '../contract/alerts/receivers.ts'
import { NewSilence, Silence, SilenceList } from '../contract/alerts/silences.ts'
import { BootstrapPlan, BootstrapRequest, Formation, WatchedPlan, WatchPlan } from '../contract/bootstrap.ts'
import { ClusterList } from '../contract/clusters.ts'
import { ErrorBody } from '../contract/errors.ts'
import { AddCluster, ClusterSettings, EditCluster } from '../contract/fleet/clusterSettings.ts'
import { Configuration } from '../contract/fleet/configuration.ts'
import { ConnectionTest } from '../contract/fleet/connectionTest.ts'
import { ClusterRights } from '../contract/fleet/rights.ts'
import { Inspection, InspectRequest } from '../contract/inspection.ts'
import { ClientMessage, ServerMessage } from '../contract/live.ts'
import { CheckProperties, PropertiesCheck } from '../contract/nodeConfig.ts'
import { EventList } from '../contract/past/events.ts'
import { History, HistoryState } from '../contract/past/history.ts'
import { Moment } from '../contract/past/moment.ts'
import { CloseIncident, IncidentList } from '../contract/quorumMemory.ts'
import { QuorumView } from '../contract/quorumView.ts'
import { RehearsalReport } from '../contract/rehearsal.ts'
import { AcknowledgeNote, AddNote, AddRunNote, NoteList } from '../contract/room/noteRequests.ts'
import { RoomNote } from '../contract/room/notes.ts'
import { ControllerReadiness } from '../contract/room/readiness.ts'
import { Seat, SeatRequest } from '../contract/room/seat.ts'
import { CreatedWallToken, CreateWallToken, WallTokenList } from '../contract/room/wallTokens.ts'
import { StopAnswer } from '../contract/runs/stopAnswer.ts'
import { SandboxAction, SandboxDisks, SandboxState } from '../contract/sandbox.ts'
import { CommandRequest, Evidence, StartWorkflow, Workflow, WorkflowList } from '../contract/workflows.ts'
import { ACCESS_ROUTES } from './routes/accessOperations.ts'

export interface Route {
  method: 'get' | 'post' | 'patch' | 'delete'
  path: string
  summary: string
  query?: Record<string, string>
  /** The same of parameters that are text. */
  texts?: Record<string, string>
  body?: [name: string, schema: z.ZodMiniType]
  /** `null`: no JSON body. */
  answer: [name: string, schema: z.ZodMiniType] | null
  status?: number
  /** Another status of a good answer, and what it means. */
  also?: [status: number, means: string]
  /** Statuses of refusals besides 401 and 421, which every route may give. */
  refusals?: number[]
}

export const ROUTES: Route[] = [
  ...ACCESS_ROUTES,
  {
    method: 'get',
    path: '/api/clusters',
    summary: 'Every cluster, with its verdict in figures.',
    answer: ['ClusterList', ClusterList],
  },
  {
    method: 'post',
    path: '/api/clusters',
    summary: 'Watches a cluster from now on, by its addresses. Needs the role operate.',
    body: ['AddCluster', AddCluster],
    answer: ['ClusterSettings', ClusterSettings],
    status: 201,
    refusals: [400, 403, 409, 422, 503],
  },
  {
    method: 'post',
    path: '/api/clusters/test',
    summary: 'Goes the way to a cluster hop by hop, and tells what to do; nothing is kept. Needs the role operate.',
    body: ['AddCluster', AddCluster],
    answer: ['ConnectionTest', ConnectionTest],
    refusals: [400, 403, 422, 429],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/rights',
    summary:
      'What Quorumdeck may ask of this cluster, tried on it now: per right what works, and the ACL that is missing.',
    answer: ['ClusterRights', ClusterRights],
    refusals: [404, 422, 429],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/settings',
    summary: 'How a cluster is reached, as it is written down; without secrets.',
    answer: ['ClusterSettings', ClusterSettings],
    refusals: [404],
  },
  {
    method: 'patch',
    path: '/api/clusters/{cluster}',
    summary: 'Edits a cluster that was added here; its short name and its history stay. Needs the role operate.',
    body: ['EditCluster', EditCluster],
    answer: ['ClusterSettings', ClusterSettings],
    refusals: [400, 403, 404, 409, 422, 503],
  },
  {
    method: 'post',
    path: '/api/clusters/{cluster}/test',
    summary: 'The same test of a cluster that is watched. Needs the role operate.',
    answer: ['ConnectionTest', ConnectionTest],
    refusals: [403, 404, 422, 429],
  },
  {
    method: 'get',
    path: '/api/configuration',
    summary: 'quorumdeck.yaml as it is in force: when it was read, what is wrong with it now, what of it waits.',
    answer: ['Configuration', Configuration],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/quorum',
    summary: 'The newest view of the quorum. The header Age tells its age in seconds.',
    answer: ['QuorumView', QuorumView],
    refusals: [404, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/history',
    summary:
      'Lag, time lag and more of every replica over any stretch, in columns: seconds for 6 hours, ten seconds for 7 days, minutes for 90 days, as far as the configuration says nothing else.',
    query: {
      from: 'Milliseconds since 1970; 15 minutes before `to` if left out.',
      to: 'Milliseconds since 1970; now if left out.',
      step: 'Milliseconds of one point, at least 1000; wider where finer points are not kept so far back, or would be too many.',
    },
    texts: { columns: 'What to add to lag and timeLagMs: lastFetchAgeMs, logEndOffset, health, with commas between.' },
    answer: ['History', History],
    refusals: [400, 404, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/history/state',
    summary: 'What of the past is kept, since when, how much it takes, and why it is not, where it is not.',
    answer: ['HistoryState', HistoryState],
    refusals: [404, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/history/export',
    summary: 'The same stretch as rows for other programs, one for each replica and point, as a file.',
    query: {
      from: 'Milliseconds since 1970; 15 minutes before `to` if left out.',
      to: 'Milliseconds since 1970; now if left out.',
      step: 'Milliseconds of one point at most, at least 1000: the widest kept points that are no wider.',
    },
    texts: { format: 'csv or json; csv if left out.' },
    answer: null,
    status: 200,
    refusals: [400, 404, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/moment',
    summary: 'The quorum as it was seen at a moment of the past, whole.',
    query: { at: 'Milliseconds since 1970; now if left out.' },
    answer: ['Moment', Moment],
    refusals: [400, 404, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/events',
    summary:
      'Elections, voter changes and what else happened, oldest first: the newest of a stretch. Those of before this server was started are there, too.',
    query: {
      from: 'Milliseconds since 1970; the beginning if left out.',
      to: 'Milliseconds since 1970; now if left out.',
      before: 'Only older ones: `older` of the answer before.',
      limit: 'At most so many; 500 if left out, 2000 at most.',
    },
    texts: { kinds: 'Only these kinds, with commas between; all but finding and run if left out.' },
    answer: ['EventList', EventList],
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/controllers/{id}',
    summary:
      'Whether one controller is attached to the quorum, for probes and scripts: 200 when it is, 503 when it is not or when that is not known. As a readiness probe only: a liveness probe on it restarts the whole quorum when nobody leads.',
    answer: ['ControllerReadiness', ControllerReadiness],
    also: [503, 'Not attached, or not known whether it is: the same body, or a refusal before the first observation.'],
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/nodes/{id}/may-stop',
    summary:
      'Whether this node may be stopped now, and stay away: the gates of the wizards, on facts that are read for this question. Of this moment alone: ask before each node.',
    answer: ['StopAnswer', StopAnswer],
    refusals: [400, 404, 422, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/nodes/{id}/may-restart',
    summary:
      'Whether this node may be restarted now: the gates of a rolling restart, on facts that are read for this question.',
    answer: ['StopAnswer', StopAnswer],
    refusals: [400, 404, 422, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/sandbox',
    summary: 'The hosts of a sandbox cluster and what can be done to each.',
    answer: ['SandboxState', SandboxState],
    refusals: [404],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/sandbox/disks',
    summary:
      'What `quorumdeck disk inspect` reports of every host of a sandbox cluster that has a disk, running or not.',
    answer: ['SandboxDisks', SandboxDisks],
    refusals: [404, 422],
  },
  {
    method: 'post',
    path: '/api/clusters/{cluster}/sandbox',
    summary: 'Breaks or mends a host of a sandbox cluster. Needs the role operate.',
    body: ['SandboxAction', SandboxAction],
    answer: ['SandboxState', SandboxState],
    refusals: [400, 403, 404, 422],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/workflows',
    summary: 'Guided changes of a cluster, and whether one can be started here.',
    answer: ['WorkflowList', WorkflowList],
    refusals: [404, 503],
  },
  {
    method: 'post',
    path: '/api/clusters/{cluster}/workflows',
    summary:
      'Starts a guided change. With dryRun it is only planned, and answered with 200, or refused as the start would be. Needs the role operate.',
    body: ['StartWorkflow', StartWorkflow],
    answer: ['Workflow', Workflow],
    status: 201,
    also: [200, 'Planned only: nothing is begun.'],
    refusals: [400, 403, 404, 409, 422, 503],
  },
  {
    method: 'post',
    path: '/api/clusters/{cluster}/rehearsal',
    summary:
      'Plays the plan of a guided change on a simulated copy of the quorum, and of brokers and partitions where they have a part in it, with a fault at each of its worst moments. Nothing is done to the cluster. Needs the role operate.',
    body: ['StartWorkflow', StartWorkflow],
    answer: ['RehearsalReport', RehearsalReport],
    refusals: [400, 403, 404, 422, 503],
  },
  {
    method: 'post',
    path: '/api/clusters/{cluster}/runbook',
    summary: 'The plan of a guided change that has not begun, as a document in Markdown. Needs the role operate.',
    body: ['StartWorkflow', StartWorkflow],
    answer: null,
    status: 200,
    refusals: [400, 403, 404, 422, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/runbooks/{name}',
    summary:
      'What to do where no wizard can help, in Markdown, on the quorum as it was seen last: lost-majority, combined-disk or static-disk.',
    answer: null,
    status: 200,
    refusals: [404, 503],
  },
  {
    method: 'get',
    path: '/api/workflows/{id}',
    summary: 'A guided change, with its gates as they stand and the commands that may be sent.',
    answer: ['Workflow', Workflow],
    refusals: [404, 503],
  },
  {
    method: 'post',
    path: '/api/workflows/{id}/commands',
    summary: 'Sends one of its allowedCommands. Needs the role operate.',
    body: ['CommandRequest', CommandRequest],
    answer: ['Workflow', Workflow],
    refusals: [400, 403, 404, 409, 422, 503],
  },
  {
    method: 'get',
    path: '/api/workflows/{id}/seat',
    summary: 'Who drives a run that goes on, whether they are here, and who asks to drive.',
    answer: ['Seat', Seat],
    refusals: [404, 409, 503],
  },
  {
    method: 'post',
    path: '/api/workflows/{id}/seat',
    summary:
      'Asks to drive, or answers who asks: raise-hand and lower-hand of anybody, hand-over and not-now of the driver. Needs the role operate.',
    body: ['SeatRequest', SeatRequest],
    answer: ['Seat', Seat],
    refusals: [400, 403, 404, 409, 503],
  },
  {
    method: 'post',
    path: '/api/workflows/{id}/properties',
    summary:
      'Compares the properties file of a node with what it says now and with what the step that is going on needs: every problem, and what is still to change. Nothing of the file is kept, and no secret comes back. Needs the role operate.',
    body: ['CheckProperties', CheckProperties],
    answer: ['PropertiesCheck', PropertiesCheck],
    refusals: [400, 403, 404, 413, 422, 503],
  },
  {
    method: 'get',
    path: '/api/workflows/{id}/evidence',
    summary: 'Everything that was kept of a guided change.',
    answer: ['Evidence', Evidence],
    refusals: [404, 503],
  },
  {
    method: 'get',
    path: '/api/workflows/{id}/runbook',
    summary: 'The rest of a guided change as a document in Markdown, to go on by hand.',
    answer: null,
    status: 200,
    refusals: [404, 503],
  },
  {
    method: 'post',
    path: '/api/clusters/{cluster}/incidents/{id}/close',
    summary:
      'Closes an incident (committed metadata that is missing, two leaders) with the reason: what was found, and why changes are safe again. Until then Quorumdeck changes nothing. Needs the role operate.',
    body: ['CloseIncident', CloseIncident],
    answer: ['IncidentList', IncidentList],
    refusals: [400, 403, 404],
  },
  {
    method: 'post',
    path: '/api/clusters/{cluster}/inspect',
    summary:
      'Decodes files of a node’s disk (meta.properties, quorum-state, checkpoints), at most 8 MiB in all, and says what they mean for this quorum. Nothing is kept. Needs the role operate.',
    body: ['InspectRequest', InspectRequest],
    answer: ['Inspection', Inspection],
    refusals: [400, 403, 404, 413],
  },
  {
    method: 'post',
    path: '/api/bootstrap',
    summary:
      'Plans a new quorum: ids, a properties file for each node, the format commands, the order. Nothing is kept. Needs the role operate.',
    body: ['BootstrapRequest', BootstrapRequest],
    answer: ['BootstrapPlan', BootstrapPlan],
    refusals: [400, 403, 422],
  },
  {
    method: 'post',
    path: '/api/bootstrap/archive',
    summary: 'The same plan as a .tar.gz, with a runbook in Markdown. Needs the role operate.',
    body: ['BootstrapRequest', BootstrapRequest],
    answer: null,
    status: 200,
    refusals: [400, 403, 422],
  },
  {
    method: 'post',
    path: '/api/bootstrap/watch',
    summary: 'Watches the planned cluster from now on, and keeps the plan. Needs the role operate.',
    body: ['WatchPlan', WatchPlan],
    answer: ['WatchedPlan', WatchedPlan],
    status: 201,
    refusals: [400, 403, 409, 422, 503],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/formation',
    summary:
      'How far a planned quorum has come: every controller is asked, and what it says is compared with the plan.',
    answer: ['Formation', Formation],
    refusals: [404],
  },
  {
    method: 'get',
    path: '/api/clusters/{cluster}/formation/archive',
    summary: 'The plan that is kept, as a .tar.gz.',
    answer: null,
    status: 200,
    refusals: [404],
  },
  {
    method: 'delete',
    path: '/api/clusters/{cluster}',
    summary: 'Stops watching a cluster that was added here, and forgets its plan. Needs the role operate.',
    answer: null,
    status: 204,
    refusals: [403, 404, 409, 503],
  },
  {
    method: 'get',
    path: '/api/notes',
    summary: 'Notes about one subject, newest first, 50 a page.',
    texts: {
      subject: 'run:ID, alert:ID, cluster:NAME, shift, or shift:NAME.',
      before: 'The `next` of the page before; the newest if left out.',
    },
    answer: ['NoteList', NoteList],
    refusals: [400, 404, 503],
  },
  {
    method: 'post',
    path: '/api/notes',
    summary: 'Writes a note about a subject: plain text of at most 4,000 characters. Needs the role operate.',
    body: ['AddNote', AddNote],
    answer: ['RoomNote', RoomNote],
    status: 201,
    refusals: [400, 403, 404, 422, 503],
  },
  {
    method: 'post',
    path: '/api/notes/{id}/acknowledge',
    summary: 'Acknowledges a hand-over note of the shift, as somebody else than who wrote it. Needs the role operate.',
    body: ['AcknowledgeNote', AcknowledgeNote],
    answer: ['RoomNote', RoomNote],
    refusals: [400, 403, 404, 409, 503],
  },
  {
    method: 'get',
    path: '/api/workflows/{id}/notes',
    summary: 'Notes about a run, newest first, 50 a page; the same as /api/notes with its subject.',
    texts: { before: 'The `next` of the page before; the newest if left out.' },
    answer: ['NoteList', NoteList],
    refusals: [400, 404, 503],
  },
  {
    method: 'post',
    path: '/api/workflows/{id}/notes',
    summary: 'Writes a note about a run, also one that has ended. Needs the role operate.',
    body: ['AddRunNote', AddRunNote],
    answer: ['RoomNote', RoomNote],
    status: 201,
    refusals: [400, 403, 404, 422, 503],
  },
  {
    method: 'get',
    path: '/api/wall-tokens',
    summary: 'Tokens of screens on walls, without their secrets. Needs the role operate.',
    answer: ['WallTokenList', WallTokenList],
    refusals: [403],
  },
  {
    method: 'post',
    path: '/api/wall-tokens',
    summary: 'Makes a token for a screen on a wall. Its secret is told this once. Needs the role operate.',
    body: ['CreateWallToken', CreateWallToken],
    answer: ['CreatedWallToken', CreatedWallToken],
    status: 201,
    refusals: [400, 403, 404, 422, 503],
  },
  {
    method: 'delete',
    path: '/api/wall-tokens/{id}',
    summary: 'Revokes one; screens that show it are cut off at once. Needs the role operate.',
    answer: null,
    status: 204,
    refusals: [403, 404, 503],
  },
  {
    method: 'get',
    path: '/api/alerts',
    summary: 'Alerts: the open ones, gravest first, or those that are over, newest first. At most 100 a page.',
    texts: {
      state: 'open, or resolved; open if left out.',
      cluster: 'Of this cluster alone.',
      before: 'What the page before gave as `before`.',
    },
    answer: ['AlertList', AlertList],
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/api/alerts/{id}',
    summary: 'One alert, open or over.',
    answer: ['AlertIncident', AlertIncident],
    refusals: [404, 503],
  },
  {
    method: 'post',
    path: '/api/alerts/{id}/acknowledge',
    summary: 'Says by name that somebody looks after an open alert. Needs the role operate.',
    body: ['AcknowledgeAlert', AcknowledgeAlert],
    answer: ['AlertIncident', AlertIncident],
    refusals: [400, 403, 404, 409, 503],
  },
  {
    method: 'get',
    path: '/api/silences',
    summary: 'Silences that count now or later: of people, and of guided changes for what they cause themselves.',
    answer: ['SilenceList', SilenceList],
  },
  {
    method: 'post',
    path: '/api/silences',
    summary: 'Silences alerts that match, for a time. They are shown all the same. Needs the role operate.',
    body: ['NewSilence', NewSilence],
    answer: ['Silence', Silence],
    status: 201,
    refusals: [400, 403, 404, 409],
  },
  {
    method: 'delete',
    path: '/api/silences/{id}',
    summary: 'Ends a silence now. Needs the role operate.',
    answer: null,
    status: 204,
    refusals: [403, 404, 409],
  },
  {
    method: 'get',
    path: '/api/receivers',
    summary: 'Who is told of alerts, what waits for each, and how the last try came out. Without secrets.',
    answer: ['ReceiverList', ReceiverList],
  },
  {
    method: 'post',
    path: '/api/receivers/{name}/test',
    summary: 'Sends a test message, once, and answers with how it came out. The body is {}. Needs the role operate.',
    answer: ['DeliveryAttempt', DeliveryAttempt],
    status: 200,
    refusals: [403, 404, 409],
  },
  { method: 'get', path: '/api/openapi.json', summary: 'This document.', answer: null, status: 200 },
  { method: 'get', path: '/metrics', summary: 'Figures for Prometheus.', answer: null, status: 200 },
  { method: 'get', path: '/healthz', summary: 'Whether the process answers. Open to all.', answer: null, status: 200 },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether something true can be said of every cluster. Open to all.',
    answer: null,
    status: 200,
    refusals: [503],
  },
]

function schemaOf(schema: z.ZodMiniType): object {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, { io: 'input', reused: 'inline' })
  return rest
}

let document: object | null = null

/** `GET /api/clusters` is `getClusters`, `GET /api/clusters/{cluster}/quorum` `getClusterQuorum`: what an id follows is one of many. */
export function operationId({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const segments = path.replace(/^\/api/, '').split('/')
  const words = segments.flatMap((segment, at) => {
    if (segment.startsWith('{')) return []
    const isOne = segments[at + 1]?.startsWith('{') === true
    return (isOne ? segment.replace(/s$/, '') : segment).split(/[^A-Za-z]+/)
  })
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** @param basePath below which the routes are to be found; none is told of where it is empty */
export function openApiDocument(basePath = ''): object {
  document ??= build()
  return basePath === '' ? document : { ...document, servers: [{ url: basePath }] }
}

function build(): object {
  const schemas: Record<string, object> = {
    ErrorBody: schemaOf(ErrorBody),
    // Not of any route: the messages of the websocket /ws.
    ClientMessage: schemaOf(ClientMessage),
    ServerMessage: schemaOf(ServerMessage),
  }
  const reference = ([name, schema]: [string, z.ZodMiniType]) => {
    schemas[name] ??= schemaOf(schema)
    return { content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } }
  }
  const paths: Record<string, Record<string, object>> = {}
  for (const route of ROUTES) {
    const parameters = [
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...Object.entries(route.query ?? {}).map(([name, description]) => ({
        name,
        in: 'query',
        description,
        schema: { type: 'integer' },
      })),
      ...Object.entries(route.texts ?? {}).map(([name, description]) => ({
        name,
        in: 'query',
        description,
        schema: { type: 'string' },
      })),
    ]
    const needs = RULES.find(
      (rule) => rule.method === route.method.toUpperCase() && rule.path.replaceAll(/:(\w+)/g, '{$1}') === route.path,
    )?.needs
    const answer = route.answer === null ? {} : reference(route.answer)
    const refusals = [401, 421, ...(route.refusals ?? [])].map((status) => [
      String(status),
      { description: 'Refused, with the reason and what to do.', ...reference(['ErrorBody', ErrorBody]) },
    ])
    paths[route.path] = {
      ...paths[route.path],
      [route.method]: {
        operationId: operationId(route),
        summary: route.summary,
        // The least right, and where it must be held.
        'x-needs': needs === undefined || typeof needs === 'string' ? (needs ?? 'nobody') : needs.join(' on '),
        parameters,
        ...(route.body === undefined ? {} : { requestBody: { required: true, ...reference(route.body) } }),
        responses: {
          [String(route.status ?? 200)]: { description: 'Done.', ...answer },
          ...(route.also === undefined ? {} : { [String(route.also[0])]: { description: route.also[1], ...answer } }),
          ...Object.fromEntries(refusals),
        },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quorumdeck',
      version: '0.1.0',
      description:
        'Watches the KRaft controller quorum of Apache Kafka clusters and guides changes of it. Live changes come over the websocket /ws.',
    },
    paths,
    components: { schemas, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
  }
}
