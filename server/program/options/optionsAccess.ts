/** `access` and `audit` of quorumdeck.yaml: how people come in, what they may do, where the record goes. Secrets come from files or the environment, by name. */
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import * as z from 'zod/mini'
import type { ClaimRule } from '../../access/claims.ts'
import type { OidcOptions } from '../../access/oidc/provider.ts'
import type { ProxyOptions } from '../../access/proxyHeader.ts'
import type { Lifetime } from '../../access/sessions.ts'
import { Right } from '../../contract/access/grants.ts'
import { publicUrlAt } from './optionsBasePath.ts'

const text = z.string().check(z.minLength(1), z.maxLength(2000))
const names = z.optional(
  z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.minLength(1), z.maxLength(100)),
)

const RuleInFile = z.strictObject({
  claim: z.optional(text),
  value: text,
  role: Right,
  clusters: names,
  groups: names,
})

const OidcInFile = z.strictObject({
  issuer: text,
  clientId: text,
  clientSecretFile: z.optional(text),
  clientSecretEnv: z.optional(z.string().check(z.regex(/^[A-Z_][A-Z0-9_]*$/))),
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(60))),
  scopes: z.optional(z.array(z.string().check(z.regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/)))),
  nameClaim: z.optional(text),
  clockToleranceSeconds: z.optional(z.int().check(z.minimum(0), z.maximum(600))),
  allowPrivate: z.optional(z.boolean()),
  roles: z.array(RuleInFile).check(z.minLength(1), z.maxLength(200)),
})

const headerName = z.string().check(z.regex(/^[A-Za-z0-9-]{1,60}$/))

const ProxyInFile = z.strictObject({
  userHeader: headerName,
  groupsHeader: z.optional(headerName),
  addresses: z.array(text).check(z.minLength(1), z.maxLength(100)),
  roles: z.array(RuleInFile).check(z.minLength(1), z.maxLength(200)),
})

export const AccessInFile = z.strictObject({
  /** By which people reach Quorumdeck: what the provider leads back to. */
  publicUrl: z.optional(text),
  users: z.optional(z.boolean()),
  sessions: z.optional(
    z.strictObject({
      hours: z.optional(z.number().check(z.positive(), z.maximum(24 * 30))),
      idleMinutes: z.optional(z.number().check(z.positive(), z.maximum(60 * 24 * 30))),
    }),
  ),
  oidc: z.optional(OidcInFile),
  proxy: z.optional(ProxyInFile),
})
export type AccessInFile = z.infer<typeof AccessInFile>

export const AuditInFile = z.strictObject({
  /** Older entries are cut off; everything is kept where it is left out. */
  keepDays: z.optional(z.int().check(z.minimum(1), z.maximum(36_500))),
  /** JSON lines are added to it. */
  file: z.optional(text),
  webhook: z.optional(z.strictObject({ url: text, secretFile: text, allowPrivate: z.optional(z.boolean()) })),
})
export type AuditInFile = z.infer<typeof AuditInFile>

export interface AccessConfiguration {
  publicUrl: string | null
  users: boolean
  lifetime: Lifetime
  oidc: OidcOptions | null
  proxy: ProxyOptions | null
}

export interface AuditConfiguration {
  keepDays: number | null
  file: string | null
  webhook: { url: string; secret: string; allowPrivate: boolean } | null
}

export const OPEN_ACCESS: AccessConfiguration = {
  publicUrl: null,
  users: false,
  lifetime: { absoluteMs: 12 * 3600_000, idleMs: 8 * 3600_000 },
  oidc: null,
  proxy: null,
}

export const PLAIN_AUDIT: AuditConfiguration = { keepDays: null, file: null, webhook: null }

/** Accounts of any kind: whoever comes must sign in. */
export function hasAccounts({ users, oidc, proxy }: AccessConfiguration): boolean {
  return users || oidc !== null || proxy !== null
}

async function secretIn(file: string): Promise<string> {
  const held = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code}).`)
  })
  const secret = held.trim()
  if (secret === '' || /[\r\n]/.test(secret)) throw new Error(`${file} must hold one line.`)
  return secret
}

function ruleOf({ claim, value, role, clusters, groups }: z.infer<typeof RuleInFile>, byDefault: string): ClaimRule {
  const scope =
    clusters === undefined && groups === undefined ? null : { clusters: clusters ?? [], groups: groups ?? [] }
  return { claim: claim ?? byDefault, value, right: role, scope }
}

function urlOf(given: string, what: string, allowPlain: boolean): URL {
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new Error(`${what}: ${JSON.stringify(given)} is no address. Give a URL that begins with https://.`)
  }
  if (url.protocol === 'http:' && !allowPlain) {
    throw new Error(
      `${what}: ${given} is not encrypted. Give https://, or allowPrivate: true in a network of your own.`,
    )
  }
  return url
}

async function oidcOf(given: z.infer<typeof OidcInFile>, inFile: (path: string) => string): Promise<OidcOptions> {
  const { issuer, clientId, clientSecretFile, clientSecretEnv, allowPrivate = false } = given
  urlOf(issuer, 'oidc.issuer', allowPrivate)
  if (clientSecretFile !== undefined && clientSecretEnv !== undefined) {
    throw new Error('oidc: give either clientSecretFile or clientSecretEnv.')
  }
  const fromEnv = clientSecretEnv === undefined ? null : (process.env[clientSecretEnv] ?? '')
  if (fromEnv === '') throw new Error(`oidc: the environment has no ${clientSecretEnv}.`)
  return {
    issuer,
    clientId,
    clientSecret: clientSecretFile === undefined ? fromEnv : await secretIn(inFile(clientSecretFile)),
    name: given.name ?? 'Sign in with the company',
    scopes: [...new Set(['openid', ...(given.scopes ?? ['profile', 'email'])])],
    nameClaim: given.nameClaim ?? 'name',
    clockToleranceS: given.clockToleranceSeconds ?? 30,
    allowPrivate,
    rules: given.roles.map((rule) => ruleOf(rule, 'groups')),
  }
}

function proxyOf({ userHeader, groupsHeader, addresses, roles }: z.infer<typeof ProxyInFile>): ProxyOptions {
  for (const address of addresses) {
    const [network = '', prefix, ...rest] = address.split('/')
    const most = isIP(network) === 6 ? 128 : 32
    const isRange = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= most)
    if (isIP(network) === 0 || !isRange || rest.length > 0) {
      throw new Error(
        `proxy.addresses: ${JSON.stringify(address)} is no address. Give 10.0.0.5, or a network as 10.1.0.0/16.`,
      )
    }
  }
  const rules = roles.map((rule) => ruleOf(rule, 'groups'))
  if (groupsHeader === undefined && rules.some(({ claim }) => claim === 'groups')) {
    throw new Error('proxy: rules on groups need groupsHeader. Give it, or claim: user.')
  }
  return { userHeader: userHeader.toLowerCase(), groupsHeader: groupsHeader?.toLowerCase() ?? null, addresses, rules }
}

/** @throws Error with one sentence on what is wrong; it never holds what is in a file */
export async function accessOf(
  given: AccessInFile | undefined,
  inFile: (path: string) => string,
  basePath: string,
): Promise<AccessConfiguration> {
  if (given === undefined) return OPEN_ACCESS
  const { publicUrl, users = false, sessions, oidc, proxy } = given
  const { absoluteMs, idleMs } = OPEN_ACCESS.lifetime
  return {
    publicUrl: publicUrl === undefined ? null : publicUrlAt(urlOf(publicUrl, 'publicUrl', true), basePath),
    users,
    lifetime: {
      absoluteMs: sessions?.hours === undefined ? absoluteMs : sessions.hours * 3600_000,
      idleMs: sessions?.idleMinutes === undefined ? idleMs : sessions.idleMinutes * 60_000,
    },
    oidc: oidc === undefined ? null : await oidcOf(oidc, inFile),
    proxy: proxy === undefined ? null : proxyOf(proxy),
  }
}

/** @throws Error with one sentence on what is wrong */
export async function auditOf(
  given: AuditInFile | undefined,
  inFile: (path: string) => string,
): Promise<AuditConfiguration> {
  const { keepDays = null, file, webhook } = given ?? {}
  if (webhook !== undefined) urlOf(webhook.url, 'webhook.url', webhook.allowPrivate ?? false)
  const secret = webhook === undefined ? '' : await secretIn(inFile(webhook.secretFile))
  if (webhook !== undefined && secret.length < 16)
    throw new Error('the secret of the webhook must have at least 16 characters.')
  return {
    keepDays,
    file: file === undefined ? null : inFile(file),
    webhook: webhook === undefined ? null : { url: webhook.url, secret, allowPrivate: webhook.allowPrivate ?? false },
  }
}
