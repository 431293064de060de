/** What the door refuses, in words: what happened, what it means, what to do next. */
import type { Right } from '../contract/access/grants.ts'
import { Refusal } from '../contract/errors.ts'

const DOES: Record<Right, string> = {
  watch: 'watch',
  operate: 'change anything',
  approve: 'approve changes',
  administer: 'administer people and tokens',
  audit: 'read the record of what was done',
}

export const refuseAccess = {
  lacking: (right: Right, where: string | null, has: string) =>
    new Refusal(
      403,
      right === 'operate' ? 'watch-only' : 'not-allowed',
      `This session may not ${DOES[right]} ${where === null ? 'here' : `on ${where}`}: it needs the right ${right}${where === null ? ' everywhere' : ''}, and ${has}. Nothing was changed.`,
      'Open "Who am I" to see what gave you your rights; ask whoever administers this Quorumdeck for more.',
    ),
  readOnly: () =>
    new Refusal(
      403,
      'read-only',
      'This Quorumdeck is read-only: it was started to show quorums, and changes nothing, whoever asks.',
      'Use a Quorumdeck that was started without --read-only.',
    ),
  noRule: () =>
    new Refusal(
      403,
      'no-rule',
      'Nobody has said who may use this; until then nobody may. Nothing was changed.',
      'Report it to whoever develops Quorumdeck.',
    ),
  wrongPassword: () =>
    new Refusal(
      401,
      'wrong-password',
      'The name or the password is not right, or the user is disabled.',
      'Try again; whoever administers this Quorumdeck can give you a new password.',
    ),
  tooManyPasswords: () =>
    new Refusal(
      429,
      'too-many-attempts',
      'Too many wrong passwords came for this name, or from this address.',
      'Wait a minute, then try again; from where you signed in before, you are let in at once.',
    ),
  tooManyInLine: () =>
    new Refusal(
      429,
      'too-many-attempts',
      'Many passwords for this name came from this address at once; they are looked at one after the other, and yours was not.',
      'Try again in half a minute. Sessions that are open go on.',
    ),
  busy: () =>
    new Refusal(
      503,
      'sign-in-busy',
      'Too many people sign in at this moment; yours was not looked at.',
      'Try again in a few seconds. Sessions that are open go on.',
    ),
  noRights: (name: string) =>
    new Refusal(
      403,
      'no-rights',
      `${name} is known here, and may do nothing: no right was given.`,
      'Ask whoever administers this Quorumdeck for one.',
    ),
  noPasswords: () =>
    new Refusal(
      404,
      'no-passwords',
      'This Quorumdeck has no users with passwords.',
      'GET /api/sign-in lists the ways in.',
    ),
  noOidc: () =>
    new Refusal(404, 'no-oidc', 'No sign-in of the company is configured here.', 'GET /api/sign-in lists the ways in.'),
  setUpOver: () =>
    new Refusal(
      409,
      'set-up-over',
      'The first user of this Quorumdeck exists already. Nothing was changed.',
      'Sign in; whoever administers makes further users under Administration.',
    ),
  wrongSetUp: () =>
    new Refusal(
      401,
      'wrong-set-up-secret',
      'This is not the set-up secret. Nothing was changed.',
      'Read it in the file setup-secret in the data directory, on the host of this Quorumdeck.',
    ),
  noPerson: () =>
    new Refusal(
      409,
      'no-own-password',
      'This session belongs to nobody with a password here.',
      'Sign in with a name and a password to change it.',
    ),
  weakPassword: () =>
    new Refusal(
      422,
      'weak-password',
      'This password is the name itself, or one character again and again. Nothing was changed.',
      'Take several words that nobody would guess.',
      { fields: [{ path: 'password', message: 'is too easy to guess.' }] },
    ),
  loginTaken: (login: string) =>
    new Refusal(
      409,
      'user-exists',
      `There is a user ${login} already. Nothing was changed.`,
      'Edit that one, or take another name.',
    ),
  unknownUser: (id: string) =>
    new Refusal(
      404,
      'unknown-user',
      `There is no user ${JSON.stringify(id.slice(0, 64))}.`,
      'GET /api/users lists them.',
    ),
  notOurs: () =>
    new Refusal(
      409,
      'not-ours',
      'This person signs in through the company: name, rights and password are kept there. Nothing was changed.',
      'Change the groups there, or disable the person here.',
    ),
  lastAdministrator: () =>
    new Refusal(
      409,
      'last-administrator',
      'This is the last user who administers everything: without one nobody could make another. Nothing was changed.',
      'Give another user the right administer everywhere first.',
    ),
  tooMany: (what: string, most: number) =>
    new Refusal(
      422,
      'too-many',
      `There are ${most} ${what} already; none was made.`,
      'Take back those that nobody uses.',
    ),
  tooManyEnded: (most: number) =>
    new Refusal(
      422,
      'too-many',
      `You have made ${most} tokens in the last thirty days; none was made.`,
      'Use those that you have, or wait until old ones are forgotten, thirty days after their end.',
    ),
  unknownSession: () =>
    new Refusal(
      404,
      'unknown-session',
      'There is no such session: it has ended, or is not yours.',
      'GET /api/sessions lists them.',
    ),
  unknownToken: () =>
    new Refusal(404, 'unknown-token', 'There is no such token, or it is not yours.', 'GET /api/tokens lists them.'),
  tokenMakesNone: () =>
    new Refusal(
      403,
      'token-makes-no-token',
      'A token cannot make another, or change a password: it would outlive its own end. Nothing was changed.',
      'Sign in as a person.',
    ),
  moreThanOwn: () =>
    new Refusal(
      403,
      'more-than-own',
      'A token cannot hold more rights than whoever makes it has now. None was made.',
      'Take fewer rights, or fewer clusters.',
    ),
  reservedActor: () =>
    new Refusal(
      403,
      'reserved-actor',
      'This id belongs to people who sign in by name; a shared token cannot speak for them. Nothing was changed.',
      'Leave "as" out, or take an id of your own.',
    ),
}
