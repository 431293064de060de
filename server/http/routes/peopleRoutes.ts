/** Users, sessions and tokens of scripts over HTTP: one's own, and everybody's for whoever administers. */
import { type Context, Hono } from 'hono'
import type { ApiTokens } from '../../access/apiTokens.ts'
import { whereOf } from '../../access/claims.ts'
import type { People } from '../../access/people.ts'
import { refuseAccess } from '../../access/refuseAccess.ts'
import type { Sessions } from '../../access/sessions.ts'
import type { AuditSink } from '../../audit/auditSink.ts'
import type { AuditDetail, AuditKind } from '../../contract/access/audit.ts'
import { type Grant, mayEverywhere } from '../../contract/access/grants.ts'
import {
  AddUser,
  type ApiTokenList,
  ChangePassword,
  CreateApiToken,
  type CreatedApiToken,
  EditUser,
  type PersonList,
  type PersonView,
  type SessionList,
} from '../../contract/access/people.ts'
import type { Session } from '../../contract/session.ts'
import type { RequestEnv } from '../api.ts'
import { actorOf } from '../guard/auditWords.ts'
import { refuse } from '../refusal.ts'
import { jsonBody } from '../requestBody.ts'

export interface PeopleRoutesOptions {
  people: People
  sessions: Sessions
  apiTokens: ApiTokens
  audit: AuditSink
}

type C = Context<RequestEnv>

function sessionIn(c: C): Session {
  if (c.env.session === null) throw refuse.signIn()
  return c.env.session
}

/** Somebody, not a token of theirs: what a token could do here would outlive it. @throws Refusal */
function personIn(c: C): Session {
  const session = sessionIn(c)
  if (session.via === 'api-token' || session.wall !== undefined) throw refuseAccess.tokenMakesNone()
  return session
}

/** By which a maker of tokens is found again; those who share a token are one. */
export function makerIdOf({ identity, via, role }: Session): string {
  return identity?.id ?? (via === 'local' ? 'local' : `token.${role}`)
}

function rightsText(grants: readonly Grant[]): string {
  return grants
    .map(({ right, scope }) => `${right} ${whereOf(scope)}`)
    .join('; ')
    .slice(0, 300)
}

export function peopleRoutes({ people, sessions, apiTokens, audit }: PeopleRoutesOptions) {
  const put = async (c: C, kind: AuditKind, text: string, detail: AuditDetail = {}) => {
    const actor = actorOf(c.env.session)
    await audit.record({
      kind,
      actor,
      cluster: null,
      run: null,
      outcome: 'done',
      text,
      address: c.env.remoteAddress,
      detail,
    })
  }
  const administers = (session: Session) => mayEverywhere(session, 'administer')
  return new Hono<RequestEnv>()
    .post('/api/account/password', jsonBody(ChangePassword), async (c) => {
      const session = personIn(c)
      const { current, next } = c.req.valid('json')
      const id = session.identity?.id
      if (id === undefined || session.via !== 'password') throw refuseAccess.noPerson()
      await people.changePassword(id, current, next, c.env.remoteAddress)
      // Whoever knew the old one is out, and what they made with it; this browser stays.
      const endedSessions = await sessions.endOf(id, session.sessionId ?? null)
      const revokedTokens = await apiTokens.revokeOf(id)
      await put(c, 'user', 'Changed the own password.', { endedSessions, revokedTokens })
      return c.body(null, 204)
    })
    .get('/api/sessions', (c) => {
      const session = sessionIn(c)
      const own = session.identity?.id ?? null
      const shown = sessions.list().filter(({ id, personId }) => {
        return administers(session) || id === session.sessionId || (own !== null && personId === own)
      })
      return c.json<SessionList>({
        sessions: shown.map(
          ({ id, via, personId, tokenRole, address, agent, createdAtMs, lastUsedAtMs, expiresAtMs }) => {
            const who =
              personId === null ? `the ${tokenRole} token` : (people.ofId(personId)?.name ?? 'somebody who is disabled')
            const isOwn = id === session.sessionId
            return { id, via, who, personId, address, agent, createdAtMs, lastUsedAtMs, expiresAtMs, own: isOwn }
          },
        ),
      })
    })
    .delete('/api/sessions/:id', async (c) => {
      const session = personIn(c)
      const id = c.req.param('id')
      const found = sessions.list().find((one) => one.id === id)
      const isOwn =
        found !== undefined &&
        (found.id === session.sessionId || (found.personId !== null && found.personId === session.identity?.id))
      if (found === undefined || (!isOwn && !administers(session))) throw refuseAccess.unknownSession()
      await sessions.end(id)
      await put(
        c,
        'session',
        `Ended a session of ${people.ofId(found.personId ?? '')?.name ?? `the ${found.tokenRole ?? 'gone'} token`}.`,
        { session: id },
      )
      return c.body(null, 204)
    })
    .get('/api/tokens', (c) => {
      const session = sessionIn(c)
      return c.json<ApiTokenList>({ tokens: apiTokens.list(administers(session) ? null : makerIdOf(session)) })
    })
    .post('/api/tokens', jsonBody(CreateApiToken), async (c) => {
      const session = personIn(c)
      const wanted = c.req.valid('json')
      const name = session.identity?.name ?? actorOf(session)?.name ?? 'somebody'
      const { grants, within } = session
      const made = await apiTokens.create(wanted, { id: makerIdOf(session), name, grants, within })
      await put(c, 'api-token', `Made the token ${made.token.name}.`, {
        token: made.token.id,
        rights: rightsText(wanted.grants),
        days: wanted.days,
      })
      return c.json<CreatedApiToken>(made, 201)
    })
    .delete('/api/tokens/:id', async (c) => {
      const session = personIn(c)
      const id = c.req.param('id')
      const name = await apiTokens.revoke(id, administers(session) ? null : makerIdOf(session))
      await put(c, 'api-token', `Revoked the token ${name}.`, { token: id.slice(0, 64) })
      return c.body(null, 204)
    })
    .get('/api/users', (c) => c.json<PersonList>({ people: people.list() }))
    .post('/api/users', jsonBody(AddUser), async (c) => {
      const session = personIn(c)
      const wanted = c.req.valid('json')
      const person = await people.add(wanted, session.identity?.name ?? actorOf(session)?.name ?? 'somebody')
      await put(c, 'user', `Made the user ${person.name}.`, {
        user: person.id,
        login: wanted.login,
        rights: rightsText(wanted.grants),
      })
      return c.json<PersonView>(person, 201)
    })
    .patch('/api/users/:id', jsonBody(EditUser), async (c) => {
      personIn(c)
      const change = c.req.valid('json')
      const { person, ends } = await people.edit(c.req.param('id'), change)
      const endedSessions = ends ? await sessions.endOf(person.id) : 0
      const revokedTokens = change.password === undefined ? 0 : await apiTokens.revokeOf(person.id)
      await put(c, 'user', `Changed ${person.name}.`, {
        user: person.id,
        changed: Object.keys(change).join(', '),
        rights: rightsText(person.grants),
        disabled: person.disabled,
        endedSessions,
        revokedTokens,
      })
      return c.json<PersonView>(person)
    })
}
