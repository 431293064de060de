/** Refusals of the HTTP API: a status, a stable code, and words. */
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ClusterOrigin } from '../contract/clusters.ts'
import { type ErrorBody, type FieldProblem, Refusal, unknownCluster } from '../contract/errors.ts'
import { MAX_REASON } from '../contract/workflows.ts'
import { StorageFailure } from '../storage/storageFailure.ts'

/** What a request ended with, as a refusal; `null` for a fault of our own, which is no answer. */
export function refusalFor(error: Error): Refusal | null {
  if (error instanceof Refusal) return error
  if (error instanceof StorageFailure) return new Refusal(503, 'storage', error.message, error.remedy)
  // hono/validator throws this for a body that is no JSON at all.
  return error.message.startsWith('Malformed JSON') ? refuse.badRequest('The body is not JSON.') : null
}

/** Body and status, as Hono takes them. */
export function answerOf({ body, status }: Refusal): [ErrorBody, ContentfulStatusCode] {
  return [body, status as ContentfulStatusCode]
}

export const refuse = {
  signIn: () =>
    new Refusal(
      401,
      'sign-in',
      'This is for people and programs that have signed in.',
      'Sign in with a browser, or send an API token as bearer token.',
    ),
  busy: () =>
    new Refusal(
      503,
      'busy',
      'Several large files are being read at the moment.',
      'Send it again in a few seconds. Nothing was changed.',
    ),
  wallOnly: () =>
    new Refusal(
      403,
      'wall-only',
      'This session is a screen on a wall: it shows its clusters, and nothing else.',
      'Leave the wall (Esc, then Enter), and sign in with a token of your own.',
    ),
  wallEnded: () =>
    new Refusal(
      401,
      'wall-ended',
      'The token of this wall was revoked, or its time is over.',
      'Open the link of a new one, made under Walls by whoever operates here.',
    ),
  badSubject: () =>
    new Refusal(
      400,
      'bad-subject',
      'No note can be about this subject.',
      'Send run:ID, alert:ID, cluster:NAME, shift, or shift:NAME. Nothing was changed.',
    ),
  unknownNote: (id: string) =>
    new Refusal(
      404,
      'unknown-note',
      `There is no note ${JSON.stringify(id.slice(0, 64))}.`,
      'GET /api/notes lists them.',
    ),
  tooManyNotes: (most: number) =>
    new Refusal(
      422,
      'too-many-notes',
      `There are ${most} notes about this already; yours was not kept.`,
      'Write it where the others can read it, in a ticket for example.',
    ),
  noHandOverNote: () =>
    new Refusal(
      409,
      'no-hand-over-note',
      'Only a hand-over note of the shift is acknowledged.',
      'Other notes stay as they are. Nothing was changed.',
    ),
  ownNote: (name: string) =>
    new Refusal(
      409,
      'own-note',
      `${name} wrote this note: whoever comes next acknowledges it.`,
      'Change your name where the shift has changed at this browser.',
    ),
  unknownWallToken: (id: string) =>
    new Refusal(
      404,
      'unknown-wall-token',
      `There is no wall token ${JSON.stringify(id.slice(0, 64))}.`,
      'GET /api/wall-tokens lists them.',
    ),
  tooManyWallTokens: (most: number) =>
    new Refusal(
      422,
      'too-many-wall-tokens',
      `There are ${most} wall tokens already; none was made.`,
      'Revoke those that no screen uses. They leave the list 30 days later.',
    ),
  wrongToken: () =>
    new Refusal(401, 'wrong-token', 'This token is not known here.', 'Check it for missing characters.'),
  tooManyAttempts: () =>
    new Refusal(429, 'too-many-attempts', 'Too many wrong tokens from this address.', 'Wait a minute, then try again.'),
  host: () =>
    new Refusal(
      421,
      'host-not-allowed',
      'Quorumdeck does not serve this host name.',
      'Use localhost, or start it with --allowed-host and the name.',
    ),
  outside: (basePath: string) =>
    new Refusal(
      404,
      'outside',
      `Quorumdeck is served below ${basePath}, and this path is not.`,
      `Ask for ${basePath}/. A proxy in front must pass paths on as they come, with ${basePath}.`,
    ),
  tooManyHeaders: (most: number) =>
    new Refusal(
      431,
      'too-many-headers',
      `The request has more than ${most} headers.`,
      'Send fewer; a proxy in front may add some of its own.',
    ),
  origin: () =>
    new Refusal(
      403,
      'other-origin',
      'This request comes from a page of another site.',
      'Use a page of this Quorumdeck.',
    ),
  notFound: (what: string) =>
    new Refusal(404, 'not-found', `There is no ${what}.`, 'GET /api/openapi.json lists what there is.'),
  noHistory: () =>
    new Refusal(
      503,
      'history-unavailable',
      'The past cannot be read now: the part of Quorumdeck that keeps it is being started again.',
      'Try again in a few seconds. The quorum is watched meanwhile.',
    ),
  unknownCluster,
  unknownWorkflow: (id: string) =>
    new Refusal(
      404,
      'unknown-workflow',
      `No workflow has the id ${JSON.stringify(id.slice(0, 64))} here.`,
      'GET /api/clusters/{cluster}/workflows lists the workflows of a cluster.',
    ),
  unknownIncident: (id: string) =>
    new Refusal(
      404,
      'unknown-incident',
      `No open incident has the id ${JSON.stringify(id.slice(0, 64))} here.`,
      'GET /api/clusters/{cluster}/quorum lists the open ones; somebody may have closed it already.',
    ),
  unknownController: (nodeId: number) =>
    new Refusal(
      404,
      'unknown-controller',
      `No controller with the id ${nodeId} is seen in this cluster.`,
      'GET /api/clusters/{cluster}/quorum lists its replicas; brokers are none.',
    ),
  unknownRunbook: (names: readonly string[]) =>
    new Refusal(404, 'unknown-runbook', 'There is no such runbook.', `There are: ${names.join(', ')}.`),
  unknownWorkflowKind: (kind: unknown, kinds: readonly string[]) =>
    new Refusal(
      400,
      'unknown-workflow-kind',
      typeof kind === 'string'
        ? `No workflow is of the kind ${JSON.stringify(kind.slice(0, 64))}. There are: ${kinds.join(', ')}.`
        : `The body names no kind of workflow. There are: ${kinds.join(', ')}.`,
      'Send one of these as "kind". Nothing was changed.',
    ),
  badReason: (what: string) =>
    new Refusal(
      400,
      'bad-reason',
      `The reason ${what}.`,
      `Write at most ${MAX_REASON} characters of plain text, in one line. Nothing was changed.`,
    ),
  notInStep: (nodeId: number, nodeIds: readonly number[]) =>
    new Refusal(
      422,
      'not-in-step',
      `The current step edits no file of node ${nodeId}.`,
      nodeIds.length === 0
        ? 'Send the file when a step asks for the configuration of a node.'
        : `It is about node ${nodeIds.join(', ')}.`,
    ),
  noObservation: (why: string) =>
    new Refusal(503, 'no-observation', `The quorum has not been observed yet: ${why}.`, 'Try again in a moment.'),
  approvalNeedsPerson: () =>
    new Refusal(
      403,
      'approval-needs-person',
      'An approval comes from a person who has signed in by name. Nothing was approved.',
      'Sign in with an account of your own, and approve it on the page of the run.',
    ),
  ownPlan: (name: string) =>
    new Refusal(
      422,
      'own-plan',
      `${name} has asked for this run or has driven it, and cannot approve it. Nothing was approved.`,
      'Somebody else must: send them the address of this page.',
    ),
  nameTaken: ({ name, cluster }: { name: string; cluster: string }) =>
    new Refusal(
      409,
      'name-taken',
      `A cluster called ${name} is watched already, at /clusters/${cluster}. Nothing was changed.`,
      'Give this one another name, or edit that one.',
      { fields: [{ path: 'name', message: 'Another cluster has this name.' }] },
    ),
  otherKafkaCluster: (name: string, known: string) =>
    new Refusal(
      422,
      'other-kafka-cluster',
      `${name} is the Kafka cluster ${known}: its history and its runs are of that one. Nothing was changed.`,
      'Add the other cluster under a name of its own, and stop watching this one where it is gone.',
      { fields: [{ path: 'clusterId', message: `It is ${known}, as observed.` }] },
    ),
  writtenDownElsewhere: ({ name, origin }: { name: string; origin?: ClusterOrigin }) =>
    origin === 'file'
      ? new Refusal(
          409,
          'from-configuration',
          `${name} comes from quorumdeck.yaml. Nothing was changed.`,
          'Change it there: the file is read again when it changes.',
        )
      : new Refusal(
          409,
          'from-start',
          `${name} was given when Quorumdeck was started. Nothing was changed.`,
          'Start Quorumdeck with other options, or keep your clusters in quorumdeck.yaml, which is read again when it changes.',
        ),
  tooManyTests: () =>
    new Refusal(
      429,
      'too-many-tests',
      'Too many connection tests were asked for; this one was not made.',
      'Wait a few seconds, then test again.',
    ),
  notASandbox: (cluster: string) =>
    new Refusal(
      404,
      'not-a-sandbox',
      `${cluster} is not a sandbox: its hosts are not Quorumdeck's to stop or break.`,
      'Practise on the quorum that npm start opens.',
    ),
  pageMethod: () => new Refusal(405, 'page-method', 'Pages can only be looked at.', 'Use GET, or the API under /api.'),
  badRequest: (message: string) =>
    new Refusal(
      400,
      'bad-request',
      message,
      'Correct the request; GET /api/openapi.json has its shape. Nothing was changed.',
    ),
  unusable: (fields: FieldProblem[]) =>
    new Refusal(
      422,
      'unusable-fields',
      `${fields.length === 1 ? 'A field' : `${fields.length} fields`} cannot be used: ${fields
        .slice(0, 3)
        .map(({ path, message }) => `${path}: ${message}`)
        .join(' ')}`,
      'Correct the entries listed under fields; nothing was kept or changed.',
      { fields },
    ),
  badPath: () =>
    new Refusal(
      400,
      'bad-path',
      'The path is ambiguous: it holds dot segments, backslashes, or slashes in another form.',
      'Ask for the plain path.',
    ),
  internal: (requestId: string) =>
    new Refusal(
      500,
      'internal-error',
      'Quorumdeck failed at this request; it may or may not have changed something.',
      `Look at what the request was about, then try again. The log of the server names the fault by the request id ${requestId}.`,
    ),
  tooLarge: (maxKib: number) =>
    new Refusal(413, 'too-large', 'The body is too large; nothing was changed.', `Send at most ${maxKib} KiB.`),
  mediaType: () =>
    new Refusal(415, 'media-type', 'The body must be JSON.', 'Send it with Content-Type: application/json.'),
  sandbox: (message: string) =>
    new Refusal(422, 'sandbox-refused', message, 'Look at the actions the node offers now.'),
}
