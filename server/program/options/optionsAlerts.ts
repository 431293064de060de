/** `alerts` of quorumdeck.yaml, and `expect` of a cluster. Secrets are read from files, which are named; what they hold is never told. */
import { readFile } from 'node:fs/promises'
import * as z from 'zod/mini'
import type { ReceiverOptions } from '../../alerts/delivery/receiverOptions.ts'
import { policiesWith } from '../../alerts/rules/policies.ts'
import { Severity } from '../../contract/advice.ts'
import { AlertRule, type Expectations, NOTHING_EXPECTED, type RulePolicies } from '../../contract/alerts/rules.ts'
import { publicUrlAt } from './optionsBasePath.ts'

const text = z.string().check(z.minLength(1), z.maxLength(2000))
const rack = z.string().check(z.minLength(1), z.maxLength(100))
const seconds = z.optional(z.int().check(z.minimum(0), z.maximum(86_400)))

const anyReceiver = {
  name: z.string().check(z.regex(/^[A-Za-z0-9][\w.-]{0,63}$/)),
  severities: z.optional(z.array(Severity).check(z.minLength(1))),
  clusters: z.optional(z.array(text).check(z.minLength(1))),
  sendResolved: z.optional(z.boolean()),
  allowPrivate: z.optional(z.boolean()),
}
const address = { url: z.optional(text), urlFile: z.optional(text) }

const ReceiverInFile = z.discriminatedUnion('kind', [
  z.strictObject({ ...anyReceiver, kind: z.literal('webhook'), ...address, secretFile: text }),
  z.strictObject({ ...anyReceiver, kind: z.literal('slack'), ...address }),
  z.strictObject({ ...anyReceiver, kind: z.literal('alertmanager'), ...address, authorizationFile: z.optional(text) }),
  z.strictObject({
    ...anyReceiver,
    kind: z.literal('email'),
    from: text,
    to: z.array(text).check(z.minLength(1), z.maxLength(50)),
    smtp: z.strictObject({
      host: text,
      port: z.optional(z.int().check(z.minimum(1), z.maximum(65_535))),
      secure: z.optional(z.boolean()),
      plain: z.optional(z.boolean()),
      user: z.optional(text),
      passwordFile: z.optional(text),
    }),
  }),
])
type ReceiverInFile = z.infer<typeof ReceiverInFile>

const RuleInFile = z.strictObject({
  forSeconds: seconds,
  clearSeconds: seconds,
  severity: z.optional(Severity),
  enabled: z.optional(z.boolean()),
})

export const AlertsInFile = z.strictObject({
  publicUrl: z.optional(text),
  receivers: z.optional(z.array(ReceiverInFile).check(z.maxLength(50))),
  rules: z.optional(z.partialRecord(AlertRule, RuleInFile)),
})
export type AlertsInFile = z.infer<typeof AlertsInFile>

export const ExpectInFile = z.strictObject({
  voters: z.optional(z.int().check(z.minimum(1), z.maximum(99))),
  maxElectionsPerHour: z.optional(z.int().check(z.minimum(0), z.maximum(10_000))),
  /** Voters that each rack must hold at least; a list means one each. */
  racks: z.optional(z.union([z.array(rack), z.record(rack, z.int().check(z.minimum(1), z.maximum(99)))])),
})
export type ExpectInFile = z.infer<typeof ExpectInFile>

export interface AlertOptions {
  /** By which people reach Quorumdeck, without a slash at the end; `null`: messages hold no link. */
  publicUrl: string | null
  receivers: ReceiverOptions[]
  policies: RulePolicies
}

export function expectationsOf(expect: ExpectInFile | undefined): Expectations {
  if (expect === undefined) return NOTHING_EXPECTED
  const { voters, maxElectionsPerHour, racks = [] } = expect
  const counts = Array.isArray(racks) ? racks.map((name) => [name, 1] as const) : Object.entries(racks)
  return { voters: voters ?? null, maxElectionsPerHour: maxElectionsPerHour ?? null, racks: new Map(counts) }
}

/** @throws Error with one sentence on what is wrong; it never holds what is in a file */
async function secretIn(file: string): Promise<string> {
  const held = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code}).`)
  })
  const secret = held.trim()
  if (secret === '' || /[\r\n]/.test(secret)) throw new Error(`${file} must hold one line.`)
  return secret
}

/** HMAC with less can be guessed. */
const MIN_SECRET = 16

/** Bare http is for networks of one's own: elsewhere anybody on the way reads and changes what is sent. */
function checkedUrl(given: string, allowPrivate: boolean, isSecret: boolean): string {
  const shown = isSecret ? 'the address in urlFile' : JSON.stringify(given)
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error(`${shown} is no address. Give a URL that begins with https://.`)
  }
  if (url.protocol === 'http:' && !allowPrivate) {
    throw new Error(
      `${shown} is not encrypted. Give https://, or allowPrivate: true for a receiver in a network of your own.`,
    )
  }
  if (url.username !== '' || url.password !== '') throw new Error('user and password do not belong into the address.')
  return given
}

async function urlOf(
  { url, urlFile }: { url?: string | undefined; urlFile?: string | undefined },
  allowPrivate: boolean,
  inFile: (path: string) => string,
): Promise<string> {
  if ((url === undefined) === (urlFile === undefined)) throw new Error('give either url or urlFile.')
  if (url !== undefined) return checkedUrl(url, allowPrivate, false)
  return checkedUrl(await secretIn(inFile(urlFile ?? '')), allowPrivate, true)
}

async function receiverOf(given: ReceiverInFile, inFile: (path: string) => string): Promise<ReceiverOptions> {
  const { name, severities, clusters, sendResolved = true, allowPrivate = false } = given
  const any = { name, severities: severities ?? null, clusters: clusters ?? null, sendResolved, allowPrivate }
  switch (given.kind) {
    case 'webhook': {
      const secret = await secretIn(inFile(given.secretFile))
      if (secret.length < MIN_SECRET) throw new Error(`the secret must have at least ${MIN_SECRET} characters.`)
      return { ...any, kind: 'webhook', url: await urlOf(given, allowPrivate, inFile), secret }
    }
    case 'slack':
      return { ...any, kind: 'slack', url: await urlOf(given, allowPrivate, inFile) }
    case 'alertmanager': {
      const { authorizationFile } = given
      const authorization = authorizationFile === undefined ? null : await secretIn(inFile(authorizationFile))
      return { ...any, kind: 'alertmanager', url: await urlOf(given, allowPrivate, inFile), authorization }
    }
    case 'email': {
      const { from, to, smtp } = given
      const { host, secure = false, plain = false, user, passwordFile } = smtp
      if ((user === undefined) !== (passwordFile === undefined))
        throw new Error('smtp.user and smtp.passwordFile go together.')
      if (plain && (secure || user !== undefined || !allowPrivate)) {
        throw new Error(
          'smtp.plain is for a mail server of your own network, with allowPrivate: true and without a password.',
        )
      }
      const credentials = user === undefined ? null : { user, password: await secretIn(inFile(passwordFile ?? '')) }
      const port = smtp.port ?? (secure ? 465 : 587)
      return { ...any, kind: 'email', from, to, smtp: { host, port, secure, plain, credentials } }
    }
    default:
      return given satisfies never
  }
}

/** @throws Error with one sentence that names the receiver and what is wrong with it */
export async function alertsOf(
  given: AlertsInFile | undefined,
  inFile: (path: string) => string,
  basePath: string,
): Promise<AlertOptions> {
  const receivers: ReceiverOptions[] = []
  for (const one of given?.receivers ?? []) {
    if (receivers.some(({ name }) => name === one.name)) throw new Error(`receiver ${one.name} is named twice.`)
    receivers.push(
      await receiverOf(one, inFile).catch((error: Error) => {
        throw new Error(`receiver ${one.name}: ${error.message}`)
      }),
    )
  }
  const checked = given?.publicUrl === undefined ? null : checkedUrl(given.publicUrl, true, false).replace(/\/+$/, '')
  // Where no base path is given, a path may lead to a page of a proxy.
  const publicUrl = checked === null || basePath === '' ? checked : publicUrlAt(new URL(checked), basePath)
  return { publicUrl, receivers, policies: policiesWith(given?.rules ?? {}) }
}

/** Names of clusters that receivers are limited to and that no cluster has. */
export function unknownClusters({ receivers }: AlertOptions, known: readonly string[]): string[] {
  return receivers.flatMap(({ clusters }) => (clusters ?? []).filter((cluster) => !known.includes(cluster)))
}
