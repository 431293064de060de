/**
 * The one table of who may do what: every route of the API and every message of the websocket, with the least right and
 * where it must be held. What is in no row is refused. A test reads the routes and the messages themselves. Pure.
 */
import type { AuditKind } from '../contract/access/audit.ts'
import type { Right } from '../contract/access/grants.ts'
import type { ClientMessage } from '../contract/live.ts'
import type { CommandType } from '../contract/workflows.ts'

/**
 * Where the right must be held. A name of a thing: on the cluster that it is about. `everywhere`: what is about no cluster
 * alone. `anywhere`: on one cluster at least; the answer holds only what is about such clusters.
 */
export type On =
  | 'cluster'
  | 'run'
  | 'alert'
  | 'silence'
  | 'silence-in-body'
  | 'note'
  | 'subject-in-query'
  | 'subject-in-body'
  | 'everywhere'
  | 'anywhere'

/** `open`: also for nobody. `signed-in`: for whoever is somebody, whatever they may do. */
export type Needs = 'open' | 'signed-in' | readonly [right: Right, on: On]

export interface Rule {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** As Hono writes it. */
  path: string
  needs: Needs
  /** It changes something: refused where this server is read-only. `own`: a session of one's own, which may end anyhow. */
  changes: false | 'own' | 'unless-dry-run' | true
  /** Under which kind it is on record; `null`: it is not, or its route writes more than a rule can know. */
  audit: AuditKind | null
}

type Row = [method: Rule['method'], path: string, needs: Needs, changes?: Rule['changes'], audit?: AuditKind]

const ROWS: readonly Row[] = [
  ['GET', '/healthz', 'open'],
  ['GET', '/readyz', 'open'],
  ['GET', '/metrics', ['watch', 'everywhere']],
  ['GET', '/api/openapi.json', 'signed-in'],

  ['GET', '/api/session', 'open'],
  ['POST', '/api/session', 'open', 'own'],
  ['DELETE', '/api/session', 'open', 'own'],
  ['GET', '/api/sign-in', 'open'],
  ['POST', '/api/sign-in/password', 'open', 'own'],
  ['GET', '/api/sign-in/oidc', 'open'],
  ['GET', '/api/sign-in/oidc/callback', 'open', 'own'],
  ['POST', '/api/setup', 'open', true],
  ['POST', '/api/account/password', 'signed-in', true],
  // Of one's own; of everybody for whoever administers.
  ['GET', '/api/sessions', 'signed-in'],
  ['DELETE', '/api/sessions/:id', 'signed-in', 'own'],
  ['GET', '/api/tokens', 'signed-in'],
  ['POST', '/api/tokens', 'signed-in', true],
  ['DELETE', '/api/tokens/:id', 'signed-in', true],
  ['GET', '/api/users', ['administer', 'everywhere']],
  ['POST', '/api/users', ['administer', 'everywhere'], true],
  ['PATCH', '/api/users/:id', ['administer', 'everywhere'], true],

  ['GET', '/api/diagnostics', ['administer', 'everywhere']],
  ['GET', '/api/audit', ['audit', 'everywhere']],
  ['GET', '/api/audit/state', ['audit', 'everywhere']],
  ['GET', '/api/audit/export', ['audit', 'everywhere']],
  ['POST', '/api/audit/verify', ['audit', 'everywhere']],

  ['GET', '/api/clusters', ['watch', 'anywhere']],
  ['POST', '/api/clusters', ['operate', 'everywhere'], true, 'configuration'],
  ['POST', '/api/clusters/test', ['operate', 'everywhere']],
  ['GET', '/api/clusters/:cluster/settings', ['watch', 'cluster']],
  // A group says who may see the cluster: whoever moves it between groups must hold the right everywhere.
  ['PATCH', '/api/clusters/:cluster', ['operate', 'everywhere'], true, 'configuration'],
  ['DELETE', '/api/clusters/:cluster', ['operate', 'everywhere'], true, 'configuration'],
  ['POST', '/api/clusters/:cluster/test', ['operate', 'cluster']],
  ['GET', '/api/configuration', ['watch', 'anywhere']],
  ['GET', '/api/clusters/:cluster/quorum', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/history', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/history/state', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/history/export', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/moment', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/events', ['watch', 'cluster']],
  ['POST', '/api/clusters/:cluster/incidents/:id/close', ['operate', 'cluster'], true, 'alerts'],
  ['GET', '/api/clusters/:cluster/controllers/:id', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/nodes/:id/may-stop', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/nodes/:id/may-restart', ['watch', 'cluster']],
  // It opens a connection, as a test of the way does.
  ['GET', '/api/clusters/:cluster/rights', ['operate', 'cluster']],
  ['GET', '/api/clusters/:cluster/sandbox', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/sandbox/disks', ['watch', 'cluster']],
  ['POST', '/api/clusters/:cluster/sandbox', ['operate', 'cluster'], true, 'sandbox'],
  ['POST', '/api/clusters/:cluster/inspect', ['operate', 'cluster']],

  ['GET', '/api/clusters/:cluster/workflows', ['watch', 'cluster']],
  ['POST', '/api/clusters/:cluster/workflows', ['operate', 'cluster'], 'unless-dry-run', 'run-started'],
  ['POST', '/api/clusters/:cluster/rehearsal', ['operate', 'cluster']],
  ['POST', '/api/clusters/:cluster/runbook', ['operate', 'cluster']],
  ['GET', '/api/clusters/:cluster/runbooks/:name', ['watch', 'cluster']],
  ['GET', '/api/workflows/:id', ['watch', 'run']],
  ['POST', '/api/workflows/:id/commands', ['operate', 'run'], true, 'command'],
  ['POST', '/api/workflows/:id/properties', ['operate', 'run']],
  ['GET', '/api/workflows/:id/evidence', ['watch', 'run']],
  ['GET', '/api/workflows/:id/runbook', ['watch', 'run']],
  ['GET', '/api/workflows/:id/notes', ['watch', 'run']],
  ['POST', '/api/workflows/:id/notes', ['operate', 'run'], true, 'note'],
  ['GET', '/api/workflows/:id/seat', ['watch', 'run']],
  ['POST', '/api/workflows/:id/seat', ['operate', 'run'], true, 'seat'],

  ['GET', '/api/notes', ['watch', 'subject-in-query']],
  ['POST', '/api/notes', ['operate', 'subject-in-body'], true, 'note'],
  ['POST', '/api/notes/:id/acknowledge', ['operate', 'note'], true, 'note'],

  ['GET', '/api/alerts', ['watch', 'anywhere']],
  ['GET', '/api/alerts/:id', ['watch', 'alert']],
  ['POST', '/api/alerts/:id/acknowledge', ['operate', 'alert'], true, 'alerts'],
  ['GET', '/api/silences', ['watch', 'anywhere']],
  ['POST', '/api/silences', ['operate', 'silence-in-body'], true, 'alerts'],
  ['DELETE', '/api/silences/:id', ['operate', 'silence'], true, 'alerts'],
  // Names and hosts of the company: of the whole server.
  ['GET', '/api/receivers', ['watch', 'everywhere']],
  ['POST', '/api/receivers/:name/test', ['operate', 'everywhere'], true, 'alerts'],

  ['POST', '/api/bootstrap', ['operate', 'anywhere']],
  ['POST', '/api/bootstrap/archive', ['operate', 'anywhere']],
  ['POST', '/api/bootstrap/watch', ['operate', 'everywhere'], true, 'configuration'],
  ['GET', '/api/clusters/:cluster/formation', ['watch', 'cluster']],
  ['GET', '/api/clusters/:cluster/formation/archive', ['watch', 'cluster']],

  ['GET', '/api/wall-tokens', ['operate', 'everywhere']],
  ['POST', '/api/wall-tokens', ['operate', 'everywhere'], true, 'wall-token'],
  ['DELETE', '/api/wall-tokens/:id', ['operate', 'everywhere'], true, 'wall-token'],
]

export const RULES: readonly Rule[] = ROWS.map(([method, path, needs, changes = false, audit = null]) => {
  return { method, path, needs, changes, audit }
})

/** What a command to a run needs where that is more than its route does. */
export const COMMANDS: Readonly<Partial<Record<CommandType, Right>>> = { approve: 'approve' }

/** Every message of a client names a cluster, on which it needs this; a wall says less. */
export const MESSAGES: Readonly<Record<ClientMessage['type'], { right: Right; wall: boolean }>> = {
  subscribe: { right: 'watch', wall: true },
  unsubscribe: { right: 'watch', wall: true },
  resync: { right: 'watch', wall: true },
  here: { right: 'watch', wall: false },
  follow: { right: 'watch', wall: false },
}

interface Compiled {
  rule: Rule
  pattern: RegExp
  names: string[]
}

const COMPILED: readonly Compiled[] = RULES.map((rule) => {
  const names = [...rule.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '')
  return { rule, names, pattern: new RegExp(`^${rule.path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '([^/]+)')}$`) }
})

export interface Ruled {
  rule: Rule
  /** Decoded parameters of the path. */
  parameters: Readonly<Record<string, string>>
}

/** @param path plain, without the query. `null`: there is no such route, or nobody has said who may use it */
export function ruleFor(method: string, path: string): Ruled | null {
  const asked = method === 'HEAD' ? 'GET' : method
  for (const { rule, pattern, names } of COMPILED) {
    const match = rule.method === asked ? pattern.exec(path) : null
    if (match === null) continue
    try {
      return {
        rule,
        parameters: Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match[at + 1] ?? '')])),
      }
    } catch {
      return null
    }
  }
  return null
}
