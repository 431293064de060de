/** What goes wrong on the way through the provider, in words for whoever stands before the door. Pure. */
import type { SignInProblem } from '../../contract/access/people.ts'

export class SignInFailure extends Error {
  readonly problem: SignInProblem

  constructor(problem: SignInProblem) {
    super(problem.message)
    this.problem = problem
  }
}

const TELL = 'Tell whoever administers this Quorumdeck.'

function problem(code: string, message: string, remedy: string, lines: string[] = []): SignInProblem {
  return { code, message, remedy, lines }
}

export const signInProblem = {
  tooLate: () =>
    problem(
      'sign-in-too-late',
      'This sign-in took too long, was begun in another browser, or was used already.',
      'Begin again on this page.',
    ),
  tooMany: () =>
    problem(
      'too-many-attempts',
      'Too many came back from the provider to this address with what it did not know; yours was not looked at.',
      'Wait a minute, then begin again on this page. Sessions that are open go on.',
    ),
  down: (issuer: string, why: string) =>
    problem(
      'provider-down',
      `The sign-in of the company at ${issuer} does not answer (${why}). Nobody new can come in that way; whoever is signed in stays.`,
      'Try again in a minute, or sign in in another way that this page offers.',
    ),
  wrongIssuer: (issuer: string) =>
    problem(
      'wrong-issuer',
      `What answers at ${issuer} calls itself by another name: it is not the provider that this Quorumdeck was told to trust.`,
      `${TELL} access.oidc.issuer must be exactly what the provider calls itself.`,
    ),
  noProvider: (issuer: string, why: string) =>
    problem(
      'no-provider',
      `What answers at ${issuer} is no provider of OpenID Connect: ${why}.`,
      `${TELL} access.oidc.issuer must be exactly what the provider calls itself, its realm or tenant included.`,
    ),
  wrongAudience: () =>
    problem(
      'wrong-audience',
      'The provider signed somebody in for another application, not for this Quorumdeck.',
      `${TELL} access.oidc.clientId must be the one that the provider knows.`,
    ),
  clockSkew: (toleranceS: number) =>
    problem(
      'clock-skew',
      `The clocks of the provider and of this Quorumdeck differ by more than ${toleranceS} seconds, so that what it signed is not valid here yet, or no more.`,
      `${TELL} Set the clocks, or access.oidc.clockToleranceSeconds.`,
    ),
  badSignature: () =>
    problem(
      'bad-signature',
      'What the provider sent is not signed with a key of its own, or not for this sign-in.',
      `Begin again; where it stays so, ${TELL.toLowerCase()}`,
    ),
  refused: (why: string) =>
    problem(
      'provider-refused',
      `The provider let nobody in: ${why}.`,
      'Begin again, or ask whoever runs the provider.',
    ),
  wrongClient: (why: string) =>
    problem(
      'client-refused',
      `The provider does not accept this Quorumdeck as a client: ${why}.`,
      `${TELL} Check access.oidc.clientId, its secret, and the redirect address that the provider has.`,
    ),
  noRights: (name: string, missed: string[]) =>
    problem(
      'no-rights',
      `${name} is known to the provider, and may do nothing here: no rule gives a right for what the provider says.`,
      'Ask for a group that gives a right, then sign in again.',
      missed.slice(0, 10),
    ),
  disabled: (name: string) =>
    problem('disabled', `${name} was disabled in this Quorumdeck.`, 'Ask whoever administers it.'),
}

interface Coded {
  code?: unknown
  error?: unknown
  error_description?: unknown
  cause?: unknown
  message?: string
}

/** What a library calls it, and what it means here. */
export function problemOf(error: unknown, of: { issuer: string; clockToleranceS: number }): SignInProblem {
  const { code, error: named, error_description: described, cause, message = '' } = error as Coded
  const said = [named, described]
    .filter((one) => typeof one === 'string')
    .join(', ')
    .slice(0, 200)
  const claim = claimIn(cause) ?? claimIn((cause as Coded | undefined)?.cause)
  switch (code) {
    case 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED':
      return signInProblem.wrongIssuer(of.issuer)
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return signInProblem.clockSkew(of.clockToleranceS)
    case 'OAUTH_JWT_CLAIM_COMPARISON_FAILED':
      if (claim === 'aud' || claim === 'azp') return signInProblem.wrongAudience()
      return claim === 'iss' ? signInProblem.wrongIssuer(of.issuer) : signInProblem.badSignature()
    case 'OAUTH_AUTHORIZATION_RESPONSE_ERROR':
      return signInProblem.refused(said || 'it gave no reason')
    case 'OAUTH_RESPONSE_BODY_ERROR':
      return named === 'invalid_grant'
        ? signInProblem.tooLate()
        : signInProblem.wrongClient(said || 'it gave no reason')
    case 'OAUTH_INVALID_RESPONSE':
      if (/"iss"|issuer/.test(message)) return signInProblem.wrongIssuer(of.issuer)
      return /state/.test(message) ? signInProblem.tooLate() : signInProblem.badSignature()
    case 'OAUTH_KEY_SELECTION_FAILED':
      return signInProblem.badSignature()
    case 'OAUTH_RESPONSE_IS_NOT_CONFORM':
    case 'OAUTH_RESPONSE_IS_NOT_JSON':
      return notConforming(of.issuer, cause)
    default:
      return signInProblem.down(of.issuer, causeText(error))
  }
}

/** Something between may answer for a provider that starts, or is down. */
function notConforming(issuer: string, cause: unknown): SignInProblem {
  const status = cause instanceof Response ? cause.status : 200
  if (status >= 500) return signInProblem.down(issuer, `it answered ${status}`)
  return signInProblem.noProvider(issuer, status === 200 ? 'its answer is another one' : `it answered ${status}`)
}

/** The library wraps what the library below it found. */
function claimIn(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'claim' in cause ? cause.claim : null
}

function causeText(error: unknown): string {
  const { message = 'unknown', cause } = error as { message?: string; cause?: unknown }
  const deeper = cause instanceof Error ? cause.message : null
  return (deeper ?? message).slice(0, 200)
}
