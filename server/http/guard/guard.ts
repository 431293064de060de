/** The one place that holds every request of the API against the table of rules, and puts on record what became of it. */
import type { Context, MiddlewareHandler } from 'hono'
import { whereOf } from '../../access/claims.ts'
import { ThrottleOfEach } from '../../access/eventThrottle.ts'
import { refuseAccess } from '../../access/refuseAccess.ts'
import { COMMANDS, type Ruled, ruleFor } from '../../access/rules.ts'
import type { AuditSink } from '../../audit/auditSink.ts'
import type { AuditEvent } from '../../contract/access/audit.ts'
import { mayAnywhere, mayEverywhere, mayOn, type Place, type Right } from '../../contract/access/grants.ts'
import { Refusal } from '../../contract/errors.ts'
import { subjectOf } from '../../contract/room/noteRequests.ts'
import type { Session } from '../../contract/session.ts'
import type { CommandType } from '../../contract/workflows.ts'
import type { RequestEnv } from '../api.ts'
import { refuse } from '../refusal.ts'
import { wallMayAsk } from '../wall/wallPaths.ts'
import { type ApprovalFacts, mustBeAnother } from './approvals.ts'
import { auditOf } from './auditWords.ts'

export interface GuardOptions {
  readOnly: boolean
  nowMs: () => number
  placeOf: (cluster: string) => Place
  audit: AuditSink
  approvals: ApprovalFacts
  /** The cluster of a thing; `null`: there is none, or it is about no cluster alone. */
  clusterOf: {
    run(id: string): Promise<string | null>
    alert(id: string): Promise<string | null>
    note(id: string): Promise<string | null>
    silence(id: string): string | null
  }
}

async function bodyOf(c: Context<RequestEnv>): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => null)
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

export function guard(options: GuardOptions): MiddlewareHandler<RequestEnv> {
  const { clusterOf, placeOf, readOnly, audit, nowMs } = options
  const refusals = new ThrottleOfEach()

  const ofSubject = async (subject: unknown): Promise<string | null> => {
    const parsed = typeof subject === 'string' ? subjectOf(subject) : null
    if (parsed?.kind === 'run') return await clusterOf.run(parsed.id)
    if (parsed?.kind === 'alert') return await clusterOf.alert(parsed.id)
    return parsed?.kind === 'cluster' || parsed?.kind === 'shift' ? parsed.id : null
  }

  /** The cluster that this request is about; `null`: none alone. */
  const clusterIn = async (c: Context<RequestEnv>, { rule, parameters }: Ruled): Promise<string | null> => {
    const on = typeof rule.needs === 'string' ? null : rule.needs[1]
    const { cluster, id = '' } = parameters
    switch (on) {
      case 'run':
      case 'alert':
      case 'note':
        return await clusterOf[on](id)
      case 'silence':
        return clusterOf.silence(id)
      case 'subject-in-query':
        return await ofSubject(c.req.query('subject'))
      case 'subject-in-body':
        return await ofSubject((await bodyOf(c)).subject)
      case 'silence-in-body': {
        const { matchers } = await bodyOf(c)
        const named =
          typeof matchers === 'object' && matchers !== null && 'cluster' in matchers ? matchers.cluster : null
        return typeof named === 'string' ? named : null
      }
      default:
        return cluster ?? null
    }
  }

  /** @throws Refusal */
  const check = async (c: Context<RequestEnv>, ruled: Ruled): Promise<void> => {
    const { changes } = ruled.rule
    if (readOnly && changes === true) throw refuseAccess.readOnly()
    await checkRights(c, ruled)
    // Read after the rights: of whoever has none, nothing is.
    if (readOnly && changes === 'unless-dry-run' && (await bodyOf(c)).dryRun !== true) throw refuseAccess.readOnly()
  }

  /** @throws Refusal */
  const checkRights = async (c: Context<RequestEnv>, ruled: Ruled): Promise<void> => {
    const { session } = c.env
    const { rule } = ruled
    if (rule.needs === 'open') return
    if (session === null) throw refuse.signIn()
    if (session.wall !== undefined) {
      if (!wallMayAsk(c.req.method, c.req.path, session.wall.clusters)) throw refuse.wallOnly()
      return
    }
    if (rule.needs === 'signed-in') return
    const [least, on] = rule.needs
    const right = await rightFor(c, ruled, session, least)
    if (mayEverywhere(session, right)) return
    if (on === 'everywhere') throw lacking(session, right, null)
    if (on === 'anywhere') {
      if (!mayAnywhere(session, right)) throw lacking(session, right, null)
      return
    }
    const cluster = await clusterIn(c, ruled)
    if (cluster === null) {
      // The note of a shift of all clusters is read by everybody who watches one of them.
      if (on === 'subject-in-query' && c.req.query('subject') === 'shift' && mayAnywhere(session, right)) return
      throw lacking(session, right, null)
    }
    const place = placeOf(cluster)
    if (mayOn(session, right, place)) return
    // What one may not watch is not there: not even its name is told.
    throw mayOn(session, 'watch', place) ? lacking(session, right, cluster) : refuse.unknownCluster(cluster)
  }

  /** What this command needs, where that is more than the route. @throws Refusal where it is nobody's of this session to give */
  const rightFor = async (c: Context<RequestEnv>, ruled: Ruled, session: Session, least: Right): Promise<Right> => {
    if (ruled.rule.audit !== 'command') return least
    const { command } = await bodyOf(c)
    const type = typeof command === 'object' && command !== null && 'type' in command ? command.type : null
    if (type === 'approve') await mustBeAnother(session, ruled.parameters.id ?? '', options.approvals)
    return typeof type === 'string' && Object.hasOwn(COMMANDS, type) ? (COMMANDS[type as CommandType] ?? least) : least
  }

  /** Refusals of one person are bounded; what was left out is told with the next one. */
  const put = async (event: AuditEvent): Promise<void> => {
    const leftOut = event.outcome === 'refused' ? refusals.take(event.actor?.id ?? '', nowMs()) : 0
    if (leftOut === null) return
    await audit.record(leftOut === 0 ? event : { ...event, detail: { ...event.detail, leftOut } })
  }

  return async (c, next) => {
    const ruled = ruleFor(c.req.method, c.req.path)
    // What is in no row may be a route that nobody has a rule for: only what no route answers either is told to be missing.
    if (ruled === null) throw refuse.notFound(c.req.path.slice(0, 100))
    const refused = await check(c, ruled).then(
      () => null,
      (error: unknown) => error,
    )
    if (refused === null) await next()
    const error = refused ?? c.error
    const event = await auditOf(
      c,
      ruled,
      error instanceof Refusal ? error : null,
      // Whoever may not do it does not make us read what they sent, however large it is.
      { isKeptOut: refused !== null, clusterOf: async () => await clusterIn(c, ruled) },
    )
    // Of what one server does for another, the one that did it keeps what was done: the other may not live to the answer.
    const isOurs = event?.outcome === 'done' ? c.get('doneElsewhere') !== true : c.env.isForwarded !== true
    if (event !== null && isOurs) await put(event)
    if (refused !== null) throw refused
  }
}

function lacking(session: Session, right: Right, cluster: string | null): Refusal {
  const held = session.grants.map((grant) => `${grant.right} ${whereOf(grant.scope)}`)
  return refuseAccess.lacking(right, cluster, `it has ${held.slice(0, 5).join(', ') || 'none'}`)
}
