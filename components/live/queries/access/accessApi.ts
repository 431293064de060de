/** The part of the HTTP API that is about people, their sessions and tokens, and the record: loaded with the pages that show them. */
import * as z from 'zod/mini'
import { AuditPage, AuditState, ChainState } from '../../../../server/contract/access/audit.ts'
import {
  type AddUser,
  ApiTokenList,
  type ChangePassword,
  type CreateApiToken,
  CreatedApiToken,
  type EditUser,
  type PasswordSignIn,
  PersonList,
  PersonView,
  SessionList,
  type SetUp,
  SignInWays,
} from '../../../../server/contract/access/people.ts'
import { WhoAmI } from '../../../../server/contract/session.ts'
import { answered, routes } from '../api.ts'

/** What is answered with nothing. @throws Refusal */
async function done(request: Promise<Response>): Promise<void> {
  const answer = await request
  if (!answer.ok) await answered(z.never(), Promise.resolve(answer))
}

/** Filters of the record as they stand in an address; what is empty is left out. */
export type RecordFilter = Readonly<Partial<Record<'actor' | 'kinds' | 'cluster' | 'from' | 'to', string>>>

function queryOf(filter: RecordFilter, before: number | null): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) if (value !== '') query.set(name, value)
  if (before !== null) query.set('before', String(before))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

export const accessApi = {
  ways: () => answered(SignInWays, routes['sign-in'].$get()),
  signIn: (json: PasswordSignIn) => answered(WhoAmI, routes['sign-in'].password.$post({ json })),
  oidcPath: (next: string) => `${routes['sign-in'].oidc.$path()}?next=${encodeURIComponent(next)}`,
  setUp: (json: SetUp) => answered(WhoAmI, routes.setup.$post({ json })),
  changePassword: (json: ChangePassword) => done(routes.account.password.$post({ json })),
  sessions: () => answered(SessionList, routes.sessions.$get()),
  endSession: (id: string) => done(routes.sessions[':id'].$delete({ param: { id } })),
  tokens: () => answered(ApiTokenList, routes.tokens.$get()),
  makeToken: (json: CreateApiToken) => answered(CreatedApiToken, routes.tokens.$post({ json })),
  revokeToken: (id: string) => done(routes.tokens[':id'].$delete({ param: { id } })),
  people: () => answered(PersonList, routes.users.$get()),
  addUser: (json: AddUser) => answered(PersonView, routes.users.$post({ json })),
  editUser: (id: string, json: EditUser) => answered(PersonView, routes.users[':id'].$patch({ param: { id }, json })),
  record: (filter: RecordFilter, before: number | null) =>
    answered(AuditPage, fetch(`${routes.audit.$path()}${queryOf(filter, before)}`)),
  recordState: () => answered(AuditState, routes.audit.state.$get()),
  // Typed as without a body; the server wants to be told that what comes is JSON.
  verify: () =>
    answered(
      ChainState,
      fetch(routes.audit.verify.$path(), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      }),
    ),
  exportPath: (filter: RecordFilter) => `${routes.audit.export.$path()}${queryOf(filter, null)}`,
}
