/** How people come in, and the record of what they do, composed of their parts. */
import { ApiTokens, sharedRoleOf } from '../access/apiTokens.ts'
import { OidcProvider } from '../access/oidc/provider.ts'
import { Passwords } from '../access/passwords.ts'
import { People } from '../access/people.ts'
import { ProxyHeader } from '../access/proxyHeader.ts'
import { Sessions } from '../access/sessions.ts'
import { openSetUpSecret, type SetUpSecret } from '../access/setUp.ts'
import { Audit } from '../audit/audit.ts'
import { type AuditTarget, fileTarget, webhookTarget } from '../audit/forwarding.ts'
import type { AuditEvent } from '../contract/access/audit.ts'
import { mayOn, type Place } from '../contract/access/grants.ts'
import type { Configuration } from '../contract/fleet/configuration.ts'
import { Access, type AccessTokens, grantsOfToken, LOCAL_GRANTS } from '../http/access.ts'
import type { SessionKeys } from '../http/sessionKeys.ts'
import type { WallAccess } from '../http/wall/wallTokens.ts'
import { openApiTokens } from '../storage/access/apiTokens.ts'
import { openAudit } from '../storage/access/audit.ts'
import { type KeptPerson, openPeople } from '../storage/access/people.ts'
import { openSessions } from '../storage/access/sessions.ts'
import type { Database } from '../storage/database.ts'
import { type AccessConfiguration, type AuditConfiguration, hasAccounts } from './options/optionsAccess.ts'
import { tellingOf } from './replicas/telling.ts'

/** A screen that only watches stays signed in with the shared token for weeks, in ms. */
const WATCHING_MS = 30 * 24 * 3600_000

export interface OpenAccessOptions {
  database: Database
  dataDir: string
  configuration: AccessConfiguration
  tokens: AccessTokens | null
  secureCookie: boolean
  basePath: string
  keys: SessionKeys
  walls: WallAccess
  placeOf: (cluster: string) => Place
  nowMs: () => number
  /** Where several servers share the database: people, sessions or tokens of scripts were changed here. */
  tell?: () => void
  /** What sessions hold open must be looked at. */
  onEnded: () => void
  onError: (error: unknown) => void
}

export interface OpenedAccess {
  access: Access
  people: People
  sessions: Sessions
  apiTokens: ApiTokens
  setUp: SetUpSecret
  oidc: OidcProvider | null
  /** By the rights that they have now; nobody who is disabled. */
  mayApprove(personId: string, cluster: string): boolean
  /** Another server has changed people, sessions or tokens of scripts. */
  reload(): Promise<void>
}

function sourcesOf({ users, oidc, proxy }: AccessConfiguration): KeptPerson['source'][] {
  return [
    ...(users ? (['user'] as const) : []),
    ...(oidc ? (['oidc'] as const) : []),
    ...(proxy ? (['proxy'] as const) : []),
  ]
}

function isTokenRole(role: string): role is keyof AccessTokens {
  return role === 'watch' || role === 'operate' || role === 'administer'
}

/** Names of the ways in. */
export function waysIn({ users, oidc, proxy }: AccessConfiguration, hasTokens: boolean): string[] {
  const ways = { tokens: hasTokens, users, oidc: oidc !== null, proxy: proxy !== null }
  return Object.entries(ways).flatMap(([name, is]) => (is ? [name] : []))
}

export async function openAccess(options: OpenAccessOptions): Promise<OpenedAccess> {
  const { database, dataDir, configuration, tokens, secureCookie, basePath, keys, walls, placeOf } = options
  const { nowMs, onEnded, onError } = options
  const tell = options.tell ?? (() => undefined)
  const signInRequired = tokens !== null || hasAccounts(configuration)
  const tokenOf = (role: string): string | null => (isTokenRole(role) ? (tokens?.[role] ?? null) : null)
  const people = await People.open({
    store: tellingOf(openPeople(database), ['add', 'addFirst', 'change', 'came'], tell),
    passwords: new Passwords(),
    sources: sourcesOf(configuration),
    nowMs,
    onChanged: onEnded,
    onError,
  })
  const sessions = await Sessions.open({
    store: tellingOf(openSessions(database), ['add', 'end', 'endOf'], tell),
    nowMs,
    lifetimeOf: (role) =>
      role === 'watch' ? { absoluteMs: WATCHING_MS, idleMs: WATCHING_MS } : configuration.lifetime,
    tokenOf,
    onEnded,
    onError,
  })
  const apiTokens = await ApiTokens.open({
    store: tellingOf(openApiTokens(database), ['add', 'revoke', 'revokeOf'], tell),
    nowMs,
    rightsOf: (makerId) => {
      if (makerId === 'local') return signInRequired ? null : LOCAL_GRANTS
      const role = sharedRoleOf(makerId)
      if (role === null) return people.ofId(makerId)?.grants ?? null
      return isTokenRole(role) && tokenOf(role) !== null ? grantsOfToken(role) : null
    },
    placeOf,
    tokenOf,
    onEnded,
    onError,
  })
  const access = new Access({
    tokens,
    signInRequired,
    secureCookie,
    basePath,
    keys,
    walls,
    people,
    sessions,
    apiTokens,
    proxy: configuration.proxy === null ? null : new ProxyHeader(configuration.proxy),
  })
  return {
    access,
    people,
    sessions,
    apiTokens,
    setUp: openSetUpSecret(dataDir, configuration.users && !people.hasUsers),
    oidc: configuration.oidc === null ? null : new OidcProvider(configuration.oidc, nowMs),
    mayApprove: (personId, cluster) => {
      const grants = people.ofId(personId)?.grants
      return grants !== undefined && mayOn({ grants }, 'approve', placeOf(cluster))
    },
    reload: async () => {
      await Promise.all([people.reload(), sessions.reload(), apiTokens.reload()])
    },
  }
}

export interface OpenAuditOptions {
  database: Database
  configuration: AuditConfiguration
  nowMs: () => number
  onError: (error: unknown) => void
  onBroken: (seq: number, what: string) => void
}

export function openRecord({ database, configuration, nowMs, onError, onBroken }: OpenAuditOptions): Audit {
  const { keepDays, file, webhook } = configuration
  const targets: AuditTarget[] = []
  if (file !== null) targets.push(fileTarget(file))
  if (webhook !== null) targets.push(webhookTarget({ ...webhook, nowMs }))
  const onChain = ({ broken }: Audit['chain']) => {
    if (broken !== null) onBroken(broken.seq, broken.what)
  }
  return new Audit({ store: openAudit(database), targets, keepDays, nowMs, onError, onChain })
}

/** quorumdeck.yaml was read again. */
export function configurationRead({ file, problem, changedButNotApplied }: Configuration): AuditEvent {
  return {
    kind: 'configuration',
    actor: { id: 'quorumdeck', name: 'Quorumdeck', source: 'server' },
    cluster: null,
    run: null,
    outcome: problem === null ? 'done' : 'failed',
    text: problem === null ? 'Read the configuration again.' : `Could not use the configuration: ${problem.title}`,
    address: null,
    detail: {
      file,
      notApplied: changedButNotApplied
        .map(({ what }) => what)
        .join(', ')
        .slice(0, 300),
    },
  }
}

/** What ran before may have ended without a word: where entries begin anew, this one says so. */
export function serverStarted(readOnly: boolean): AuditEvent {
  return {
    kind: 'server',
    actor: { id: 'quorumdeck', name: 'Quorumdeck', source: 'server' },
    cluster: null,
    run: null,
    outcome: 'done',
    text: readOnly ? 'Started, read-only.' : 'Started.',
    address: null,
    detail: {},
  }
}
