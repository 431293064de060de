/** What of a request is put on record: who, what, where, with which outcome. Names and reasons, never a secret or a file. */
import type { Context } from 'hono'
import { shownName } from '../../access/people.ts'
import type { Ruled } from '../../access/rules.ts'
import type { AuditActor, AuditDetail, AuditEvent } from '../../contract/access/audit.ts'
import type { Refusal } from '../../contract/errors.ts'
import type { Session } from '../../contract/session.ts'
import type { RequestEnv } from '../api.ts'
import { mayBeLarge } from './largeBodies.ts'

const LONGEST = 300
/** Fields of bodies that are safe to keep, by their names; whatever else a body holds stays out. */
const KEPT = [
  'kind',
  'action',
  'reason',
  'preempt',
  'name',
  'label',
  'subject',
  'untilMs',
  'days',
  'group',
  'expectedRevision',
  'commandId',
] as const
const KEPT_OF_COMMAND = ['type', 'step', 'key', 'nodeId', 'confirmation', 'reason'] as const

export function actorOf(session: Session | null, as: unknown = null): AuditActor | null {
  if (session === null) return null
  const { identity, via, wall, role } = session
  if (wall !== undefined) return { id: `wall.${wall.id}`, name: wall.label, source: 'wall' }
  if (identity !== undefined) return { id: identity.id, name: identity.name, source: via }
  const said = typeof as === 'object' && as !== null && 'name' in as && typeof as.name === 'string' ? as.name : null
  const shared = via === 'local' ? 'this machine' : `the ${role} token`
  return {
    id: via === 'local' ? 'local' : `token.${role}`,
    name: said === null ? shared : `${shownName(said)} (${shared})`,
    source: via,
  }
}

/** Paths hold words of strangers: none may look like another entry. */
function onOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

function pick(from: object, names: readonly string[], prefix = ''): AuditDetail {
  const picked: AuditDetail = {}
  for (const name of names) {
    const value: unknown = Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined
    if (typeof value === 'string') picked[prefix + name] = value.slice(0, LONGEST)
    else if (typeof value === 'number' || typeof value === 'boolean') picked[prefix + name] = value
  }
  return picked
}

export interface AboutRequest {
  /** The rules kept it out: nothing was done, and nothing of it was read. */
  isKeptOut: boolean
  clusterOf: () => Promise<string | null>
}

/** `null`: it is not put on record. @param refusal what it was refused with */
export async function auditOf(
  c: Context<RequestEnv>,
  { rule, parameters }: Ruled,
  refusal: Refusal | null,
  { isKeptOut, clusterOf }: AboutRequest,
): Promise<AuditEvent | null> {
  const changes = c.req.method !== 'GET' && c.req.method !== 'HEAD'
  // A cluster that one may not watch is answered as if it were not there. Pages that look for one that is gone are no attempts.
  const isHidden = isKeptOut && changes && c.env.session !== null && refusal?.status === 404
  const isDenied = refusal?.status === 403 || isHidden
  const isRefused = isDenied || refusal?.status === 422 || refusal?.status === 409
  if (rule.audit === null && !(isDenied && c.env.session !== null)) return null
  const hasBody = c.req.method === 'POST' || c.req.method === 'PATCH'
  const isUnread = hasBody && isKeptOut && mayBeLarge(c.req)
  const body: unknown = hasBody && !isUnread ? await c.req.json().catch(() => null) : null
  const given = typeof body === 'object' && body !== null ? body : {}
  if (rule.changes === 'unless-dry-run' && 'dryRun' in given && given.dryRun === true) return null
  const status = refusal?.status ?? c.res.status
  const command = 'command' in given && typeof given.command === 'object' && given.command !== null ? given.command : {}
  const type = 'type' in command ? command.type : null
  const isOverride = ('preempt' in given && given.preempt === true) || type === 'break-glass'
  const isApproval = type === 'approve' || type === 'withdraw-approval'
  // Handed to another server, which has not said what came of it: it may have been done.
  const isUnknown = refusal?.code === 'outcome-unknown'
  const outcome = refusal !== null ? (isUnknown ? 'failed' : 'refused') : status < 400 ? 'done' : 'failed'
  const kind =
    rule.audit === null || isDenied
      ? 'refused'
      : isOverride && outcome === 'done'
        ? 'override'
        : isApproval && rule.audit === 'command'
          ? 'approval'
          : rule.audit
  if (rule.audit !== null && refusal !== null && !isRefused && !isUnknown) return null
  return {
    kind,
    actor: actorOf(c.env.session, 'as' in given ? given.as : null),
    cluster: isUnread ? (parameters.cluster ?? null) : await clusterOf().catch(() => null),
    run: /^\/api\/workflows\//.test(rule.path) ? (parameters.id ?? null) : runOf(c),
    outcome,
    text: onOneLine(
      `${wordsOf(c, rule.path, given, command)}${refusal === null ? '.' : `: ${refusal.message.slice(0, LONGEST)}`}`,
    ),
    address: c.env.remoteAddress,
    detail: {
      status,
      ...(refusal === null ? {} : { code: refusal.code, ...gatesOf(refusal) }),
      ...pick(given, KEPT),
      ...pick(command, KEPT_OF_COMMAND, 'command.'),
      ...pick(parameters, ['name']),
    },
  }
}

/** By method and path: what somebody did, as a colleague would say it. */
const DID: Readonly<Record<string, string>> = {
  'POST /api/clusters': 'Added a cluster',
  'PATCH /api/clusters/:cluster': 'Edited a cluster',
  'DELETE /api/clusters/:cluster': 'Stopped watching a cluster',
  'POST /api/bootstrap/watch': 'Watches a planned quorum',
  'POST /api/clusters/:cluster/incidents/:id/close': 'Closed an incident',
  'POST /api/alerts/:id/acknowledge': 'Looks after an alert',
  'POST /api/silences': 'Silenced alerts',
  'DELETE /api/silences/:id': 'Ended a silence',
  'POST /api/receivers/:name/test': 'Tested a receiver',
  'POST /api/notes': 'Wrote a note',
  'POST /api/workflows/:id/notes': 'Wrote a note',
  'POST /api/notes/:id/acknowledge': 'Took over a note of the shift',
  'POST /api/wall-tokens': 'Made a link for a wall',
  'DELETE /api/wall-tokens/:id': 'Revoked the link of a wall',
}

const OF_RUNS: Readonly<Record<string, string>> = {
  approve: 'Approved the plan of a guided change',
  'withdraw-approval': 'Withdrew the approval of a plan',
  'break-glass': 'Broke the glass: goes on without what the rules ask for',
  'take-over': 'Took over a guided change',
}

function wordsOf(c: Context<RequestEnv>, path: string, given: object, command: object): string {
  const word = (from: object, name: string): string => {
    const value: unknown = Object.hasOwn(from, name) ? (from as Record<string, unknown>)[name] : undefined
    return typeof value === 'string' ? value.slice(0, 64) : '?'
  }
  if (path === '/api/workflows/:id/commands') {
    const type = word(command, 'type')
    const step = word(command, 'step')
    return OF_RUNS[type] ?? (step === '?' ? `Said ${type} to a guided change` : `Said ${type} at step ${step}`)
  }
  if (path === '/api/workflows/:id/seat') return `Seat of the driver: ${word(given, 'action')}`
  if (path === '/api/clusters/:cluster/workflows') return `Began ${word(given, 'kind')}`
  if (path === '/api/clusters/:cluster/sandbox') return `Practice: ${word(given, 'action')}`
  return DID[`${c.req.method} ${path}`] ?? `${c.req.method} ${c.req.path.slice(0, LONGEST)}`
}

/** A run that was begun has its id in the Location of the answer. */
function runOf(c: Context<RequestEnv>): string | null {
  return /^\/api\/workflows\/([^/]+)$/.exec(c.res?.headers.get('location') ?? '')?.[1] ?? null
}

function gatesOf({ refusals }: Refusal): AuditDetail {
  return refusals.length === 0
    ? {}
    : {
        gates: refusals
          .map(({ code }) => code)
          .join(', ')
          .slice(0, LONGEST),
      }
}
