/**
 * The properties file of Kafka's own tools (`--command-config`) as connection options: security.protocol, TLS stores,
 * SASL. Other keys are Java's business and are left alone. Errors name the key, never its value.
 */

import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import { SECURITY_PROTOCOLS, usesSasl, usesTls } from '../../nodeConfig/listenerConfig.ts'
import type { Security } from '../connection.ts'
import { kerberosSignIn } from '../kerberos/kerberosSignIn.ts'
import { oauthSignIn } from '../oauth/oauthSignIn.ts'
import { parseProperties } from '../records/javaProperties.ts'
import { parseJaas } from './jaas.ts'
import { kerberosLogin } from './kerberosLogin.ts'
import { openStore, pemStore, type Store } from './keyStore.ts'
import { oauthLogin } from './oauthLogin.ts'

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER', 'GSSAPI'] as const

/**
 * Hosts that the secrets in the file may be sent to, comma-separated; without it whoever names the file vouches for them.
 * Kafka's own tools ignore it.
 */
export const HOSTS_KEY = 'quorumdeck.hosts'

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '')
}

/** A properties file that cannot be used; the message names the file, the key and the remedy. */
export class PropertiesError extends Error {
  constructor(file: string, message: string) {
    super(`${file}: ${message}`)
    this.name = 'PropertiesError'
  }
}

/** @throws PropertiesError */
export async function readClientProperties(file: string): Promise<Security> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PropertiesError(
      file,
      error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${error.code})`,
    )
  })
  try {
    return await securityOf(parseProperties(text))
  } catch (error) {
    throw new PropertiesError(file, (error as Error).message)
  }
}

const STORES = ['ssl.truststore.location', 'ssl.keystore.location']

/** Key and trust stores and the keytab that the file names; none where it cannot be read. */
export async function storesNamedIn(file: string): Promise<string[]> {
  const properties = await readFile(file, 'utf8').then(parseProperties, () => new Map<string, string>())
  const among = (entries: Map<string, string>, keys: string[]) => keys.flatMap((key) => entries.get(key) ?? [])
  const stores = among(properties, STORES)
  try {
    const { options } = parseJaas(properties.get('sasl.jaas.config') ?? '')
    return [...stores, ...among(options, [...STORES, 'keyTab'])]
  } catch {
    return stores
  }
}

/** @throws Error in words */
export async function securityOf(properties: Map<string, string>): Promise<Security> {
  const protocol = (properties.get('security.protocol') ?? 'PLAINTEXT').trim().toUpperCase()
  if (!SECURITY_PROTOCOLS.some((known) => known === protocol)) {
    throw new Error(`security.protocol must be one of ${SECURITY_PROTOCOLS.join(', ')}`)
  }
  const security: Security = {}
  const hosts = listOf(properties.get(HOSTS_KEY))
  if (hosts.length > 0) security.allowedHosts = new Set(hosts)
  if (usesTls(protocol)) {
    security.tls = await tlsOptions(properties)
    // Server name indication, and what the certificate is checked against.
    security.tlsServerName = true
  }
  if (usesSasl(protocol)) security.sasl = await saslOptions(properties)
  return security
}

async function store(
  properties: Map<string, string>,
  prefix: 'ssl.truststore' | 'ssl.keystore',
): Promise<Store | null> {
  const location = properties.get(`${prefix}.location`)
  const type = properties.get(`${prefix}.type`)
  if (location === undefined || location === '') return null
  return await openStore(location, type, properties.get(`${prefix}.password`) ?? '')
}

async function tlsOptions(properties: Map<string, string>): Promise<ConnectionOptions> {
  const options: ConnectionOptions = { minVersion: 'TLSv1.2' }
  const inlineTrust = properties.get('ssl.truststore.certificates')
  const trust = inlineTrust === undefined ? await store(properties, 'ssl.truststore') : pemStore(inlineTrust)
  if (trust !== null) {
    if (trust.certificates.length === 0) throw new Error('the trust store (ssl.truststore.*) holds no certificate')
    options.ca = trust.certificates
  }
  const inlineChain = properties.get('ssl.keystore.certificate.chain')
  const inlineKey = properties.get('ssl.keystore.key')
  const keys =
    inlineChain === undefined && inlineKey === undefined
      ? await store(properties, 'ssl.keystore')
      : pemStore(`${inlineChain ?? ''}\n${inlineKey ?? ''}`)
  if (keys !== null) {
    if (keys.key === null || keys.certificates.length === 0) {
      throw new Error('the key store (ssl.keystore.*) needs a private key and its certificate')
    }
    options.key = keys.key
    options.cert = keys.certificates.join('\n')
    const password = properties.get('ssl.key.password')
    if (password !== undefined) options.passphrase = password
  }
  // Kafka's default is https; an empty value turns the check of the host name off.
  if ((properties.get('ssl.endpoint.identification.algorithm') ?? 'https').trim() === '') {
    options.checkServerIdentity = () => undefined
  }
  return options
}

async function saslOptions(properties: Map<string, string>): Promise<NonNullable<Security['sasl']>> {
  const wanted = (properties.get('sasl.mechanism') ?? 'GSSAPI').trim().toUpperCase()
  const mechanism = MECHANISMS.find((m) => m === wanted)
  if (mechanism === undefined) {
    throw new Error(`sasl.mechanism ${wanted} is not supported: use one of ${MECHANISMS.join(', ')}`)
  }
  const jaas = properties.get('sasl.jaas.config')
  if (jaas === undefined) {
    throw new Error(
      `sasl.jaas.config is missing: it names ${mechanism === 'GSSAPI' ? 'the keytab and the principal' : 'the user and the password'}`,
    )
  }
  const { options } = readJaas(jaas)
  if (mechanism === 'OAUTHBEARER') {
    // As in Kafka's clients: the stores for the endpoint are options of the login, those of the file are for the nodes.
    const { tokens, extensions } = oauthLogin(properties, options, await tlsOptions(options))
    return { mechanism, authenticate: oauthSignIn(tokens, extensions) }
  }
  if (mechanism === 'GSSAPI') {
    const login = await kerberosLogin(options, properties.get('sasl.kerberos.service.name'))
    return { mechanism, authenticate: kerberosSignIn(login) }
  }
  const username = options.get('username')
  const password = options.get('password')
  if (username === undefined || password === undefined) {
    throw new Error('sasl.jaas.config needs username="…" and password="…"')
  }
  return { mechanism, username, password }
}

function readJaas(text: string): ReturnType<typeof parseJaas> {
  try {
    return parseJaas(text)
  } catch (error) {
    throw new Error(`sasl.jaas.config cannot be read: ${(error as Error).message}`)
  }
}
