/** Refusals of the HTTP API: a status, a stable code, and words. */
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ErrorBody } from '../contract/errors.ts'

export class Refusal extends Error {
  readonly status: ContentfulStatusCode
  readonly body: ErrorBody

  constructor(status: ContentfulStatusCode, code: string, message: string, remedy: string) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.body = { error: { code, message, remedy } }
  }
}

export const refuse = {
  signIn: () =>
    new Refusal(
      401,
      'sign-in',
      'Quorumdeck asks for a token here.',
      'Sign in at /sign-in, or send it as a bearer token.',
    ),
  watchOnly: () =>
    new Refusal(403, 'watch-only', 'This session may watch, not act.', 'Sign in with the operate token to act.'),
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
  origin: () =>
    new Refusal(
      403,
      'other-origin',
      'This request comes from a page of another site.',
      'Use a page of this Quorumdeck.',
    ),
  notFound: (what: string) =>
    new Refusal(404, 'not-found', `There is no ${what}.`, 'GET /api/openapi.json lists what there is.'),
  unknownCluster: (cluster: string) =>
    new Refusal(
      404,
      'unknown-cluster',
      `No cluster is called ${JSON.stringify(cluster.slice(0, 64))} here.`,
      'GET /api/clusters lists the clusters.',
    ),
  noObservation: (why: string) =>
    new Refusal(503, 'no-observation', `The quorum has not been observed yet: ${why}.`, 'Try again in a moment.'),
  notASandbox: (cluster: string) =>
    new Refusal(
      404,
      'not-a-sandbox',
      `${cluster} is no sandbox: its hosts are not Quorumdeck's to stop or break.`,
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
  tooLarge: () => new Refusal(413, 'too-large', 'The body is too large; nothing was changed.', 'Send at most 64 KiB.'),
  mediaType: () =>
    new Refusal(415, 'media-type', 'The body must be JSON.', 'Send it with Content-Type: application/json.'),
  sandbox: (message: string) =>
    new Refusal(422, 'sandbox-refused', message, 'Look at the actions the node offers now.'),
}
