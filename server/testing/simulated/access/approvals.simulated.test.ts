/** Who may approve, over real HTTP: a person with the right, who has no part in the run, by whatever hand. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuditPage } from '../../../contract/access/audit.ts'
import type { Right } from '../../../contract/access/grants.ts'
import type { ErrorBody } from '../../../contract/errors.ts'
import { Workflow } from '../../../contract/workflows.ts'
import { NO_CHANGE_RULES } from '../../../workflows/run/permission/changeRules.ts'
import { Browsers, type Headers } from '../../access/people.ts'
import { CLUSTER, type Serving, serve } from '../../serving.ts'

const tokens = { operate: 'operate-token-0123456789', watch: 'watch-token-0123456789ab' }

let dataDir: string
let serving: Serving
let people: Browsers
let root: Headers
let ann: Headers
let ben: Headers
let eve: Headers

async function joined(login: string, right: Right): Promise<Headers> {
  await people.user(root, login, [{ right, scope: null, because: '' }])
  return await people.signIn(login)
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'quorumdeck-approvals-'))
  const changeRules = { ...NO_CHANGE_RULES, approvedKinds: ['rolling-restart' as const], approvalMs: 3_600_000 }
  const rules = [{ claim: 'groups', value: 'approvers', right: 'approve' as const, scope: null }]
  const proxy = { userHeader: 'x-user', groupsHeader: 'x-groups', addresses: ['127.0.0.1'], rules }
  serving = await serve(tokens, 100, { dataDir, access: { users: true, proxy }, thresholds: { changeRules } })
  people = new Browsers(serving.url)
  root = await people.setUp(dataDir)
  ann = await joined('ann', 'approve')
  ben = await joined('ben', 'approve')
  eve = await joined('eve', 'operate')
  await serving.watching.view('a whole quorum', (v) => v.quorum.margin === 1 && v.source.tailing)
})
afterAll(async () => {
  await serving.close()
  rmSync(dataDir, { recursive: true })
})

async function begin(who: Headers): Promise<string> {
  const begun = await people.send('POST', `/api/clusters/${CLUSTER}/workflows`, who, {
    kind: 'rolling-restart',
    params: {},
    commandId: randomUUID(),
  })
  expect(begun.status).toBe(201)
  return ((await begun.json()) as Workflow).id
}

async function say(
  who: Headers,
  id: string,
  type: string,
  reason = 'a test',
): Promise<{ status: number; code: string | null }> {
  const run = (await (await people.send('GET', `/api/workflows/${id}`, root)).json()) as Workflow
  const { needsConfirmation, ...command } = run.allowedCommands.find((one) => one.type === type) ?? {
    type,
    needsConfirmation: null,
  }
  const confirmation = needsConfirmation === null ? {} : { confirmation: needsConfirmation.statement }
  const answer = await people.send('POST', `/api/workflows/${id}/commands`, who, {
    commandId: randomUUID(),
    expectedRevision: run.revision,
    command: { ...command, ...confirmation, reason },
  })
  const body = (await answer.json()) as Partial<ErrorBody>
  return { status: answer.status, code: body.error?.code ?? null }
}

test('a person with the right who has no part in it', async () => {
  const id = await begin(ann)
  expect(await say(ann, id, 'approve')).toEqual({ status: 422, code: 'own-plan' })
  expect(await say(eve, id, 'approve')).toEqual({ status: 403, code: 'not-allowed' })
  const shared = { authorization: `Bearer ${tokens.operate}` }
  expect(await say(shared, id, 'approve')).toEqual({ status: 403, code: 'approval-needs-person' })
  expect(await say(ben, id, 'approve')).toEqual({ status: 200, code: null })
  const run = (await (await people.send('GET', `/api/workflows/${id}`, root)).json()) as Workflow
  expect(run.permission).toMatchObject({ approval: { void: null }, missing: [] })
  expect(await say(ann, id, 'abort')).toEqual({ status: 200, code: null })
  const record = (await (await people.send('GET', '/api/audit?kinds=approval', root)).json()) as AuditPage
  expect(record.entries).toMatchObject([{ kind: 'approval', run: id, outcome: 'done' }, { outcome: 'refused' }])
})

test('not somebody who was disabled, or has lost the right, since', async () => {
  const id = await begin(ann)
  const seen = async () => Workflow.parse(await (await people.send('GET', `/api/workflows/${id}`, root)).json())
  const permission = async () => (await seen()).permission
  // What every act goes through, also right before it is done.
  const gate = async () => (await seen()).steps.flatMap(({ gates }) => gates).find(({ code }) => code === 'approved')
  const gone = 'dora, who approved it, may not approve here any more.'
  const grants = (right: Right) => [{ right, scope: null, because: '' }]
  const dora = await people.user(root, 'dora', grants('approve'))
  const change = (what: object) => people.send('PATCH', `/api/users/${dora.id}`, root, what)
  expect(await say(await people.signIn('dora'), id, 'approve')).toEqual({ status: 200, code: null })
  expect(await permission()).toMatchObject({ approval: { by: 'dora', void: null }, missing: [] })
  for (const [lost, given] of [
    [{ disabled: true }, { disabled: false }],
    [{ grants: grants('operate') }, { grants: grants('approve') }],
  ] as const) {
    expect((await change(lost)).status).toBe(200)
    expect(await permission()).toMatchObject({ approval: { void: gone }, missing: [gone] })
    expect(await gate()).toMatchObject({ ok: false, observed: gone })
    expect((await change(given)).status).toBe(200)
    expect(await permission()).toMatchObject({ approval: { void: null }, missing: [] })
  }
  expect(await say(ann, id, 'abort')).toEqual({ status: 200, code: null })
})

test('not the maker of the token that asked for it, and no token', async () => {
  const { headers: script } = await people.token(ann, [{ right: 'approve', scope: null, because: '' }])
  const id = await begin(script)
  expect(await say(ann, id, 'approve')).toEqual({ status: 422, code: 'own-plan' })
  expect(await say(script, id, 'approve')).toEqual({ status: 403, code: 'approval-needs-person' })
  expect(await say(ben, id, 'approve')).toEqual({ status: 200, code: null })
  expect(await say(script, id, 'abort')).toEqual({ status: 200, code: null })
})

test('not the same person in another spelling of the name that a proxy says', async () => {
  const named = (user: string) => ({ 'x-user': user, 'x-groups': 'approvers' })
  const id = await begin(named('kim'))
  for (const own of ['kim', 'KIM', 'Kim']) {
    expect(await say(named(own), id, 'approve')).toEqual({ status: 422, code: 'own-plan' })
  }
  expect(await say(named('Lea'), id, 'approve')).toEqual({ status: 200, code: null })
  expect(await say(named('kim'), id, 'abort')).toEqual({ status: 200, code: null })
})

test('breaking the glass is on record as an override', async () => {
  const id = await begin(eve)
  expect(await say(eve, id, 'break-glass', 'the building burns')).toEqual({ status: 200, code: null })
  const record = (await (await people.send('GET', '/api/audit?kinds=override', root)).json()) as AuditPage
  expect(record.entries[0]).toMatchObject({ run: id, outcome: 'done' })
  await say(eve, id, 'abort')
})
