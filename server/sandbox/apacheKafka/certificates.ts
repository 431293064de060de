/** Key material for a sandbox with TLS, made by Java's keytool: one certificate for localhost that everybody trusts. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ListenerSecurity } from './layout.ts'

const run = promisify(execFile)
const PASSWORD = 'sandbox-only'

export interface Stores {
  keyStore: string
  trustStore: string
  password: string
}

/** @param names whom the certificate is for, as keytool takes it */
export async function makeStores(folder: string, names = 'SAN=DNS:localhost,IP:127.0.0.1'): Promise<Stores> {
  const keyStore = join(folder, 'key.p12')
  const trustStore = join(folder, 'trust.p12')
  const certificate = join(folder, 'certificate.pem')
  const store = (file: string) => ['-keystore', file, '-storetype', 'PKCS12', '-storepass', PASSWORD]
  const identity = ['-dname', 'CN=localhost', '-ext', names, '-validity', '3650']
  await run('keytool', ['-genkeypair', '-alias', 'node', '-keyalg', 'RSA', ...identity, ...store(keyStore)])
  await run('keytool', ['-exportcert', '-rfc', '-alias', 'node', '-file', certificate, ...store(keyStore)])
  await run('keytool', ['-importcert', '-noprompt', '-alias', 'ca', '-file', certificate, ...store(trustStore)])
  return { keyStore, trustStore, password: PASSWORD }
}

export function storeProperties({ keyStore, trustStore, password }: Stores): Record<string, string> {
  return {
    'ssl.keystore.location': keyStore,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.password': password,
    'ssl.truststore.location': trustStore,
    'ssl.truststore.type': 'PKCS12',
    'ssl.truststore.password': password,
  }
}

/** Every listener asks for a client certificate. */
export async function mutualTls(folder: string): Promise<ListenerSecurity> {
  const stores = storeProperties(await makeStores(folder))
  return {
    protocol: 'SSL',
    nodeProperties: { ...stores, 'ssl.client.auth': 'required' },
    clientProperties: { 'security.protocol': 'SSL', ...stores },
  }
}

export const SUPER_USER = { username: 'admin', password: 'admin-secret' }
/** A user that nobody has granted anything. */
export const PLAIN_USER = { username: 'watcher', password: 'watcher-secret' }

const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule'
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule'
const OAUTH = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule'

/**
 * TLS, SASL and ACLs. The controllers speak PLAIN, brokers' client listeners SCRAM-SHA-512 and (unsecured, for tests)
 * OAUTHBEARER too. Nobody but the super user may do anything.
 */
export async function saslTls(folder: string): Promise<ListenerSecurity> {
  const stores = await makeStores(folder)
  const { username, password } = SUPER_USER
  const credentials = `username="${username}" password="${password}"`
  const users = [SUPER_USER, PLAIN_USER].map((u) => `user_${u.username}="${u.password}"`).join(' ')
  return {
    protocol: 'SASL_SSL',
    nodeProperties: {
      ...storeProperties(stores),
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512,OAUTHBEARER',
      'sasl.mechanism.controller.protocol': 'PLAIN',
      'sasl.mechanism.inter.broker.protocol': 'PLAIN',
      'listener.name.controller.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.controller.plain.sasl.jaas.config': `${PLAIN} required ${credentials} ${users};`,
      'listener.name.client.plain.sasl.jaas.config': `${PLAIN} required ${credentials} ${users};`,
      'listener.name.client.scram-sha-512.sasl.jaas.config': `${SCRAM} required ${credentials};`,
      'listener.name.client.oauthbearer.sasl.jaas.config': `${OAUTH} required unsecuredLoginStringClaim_sub="${username}";`,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': `User:${username}`,
    },
    clientProperties: clientProperties(stores, 'PLAIN', SUPER_USER),
  }
}

/** Controllers that know each other's password from the metadata log alone. */
export async function scramOnly(folder: string): Promise<ListenerSecurity> {
  const stores = await makeStores(folder)
  const { username, password } = SUPER_USER
  return {
    protocol: 'SASL_SSL',
    nodeProperties: {
      ...storeProperties(stores),
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'sasl.mechanism.controller.protocol': 'SCRAM-SHA-512',
      'listener.name.controller.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.controller.scram-sha-512.sasl.jaas.config': `${SCRAM} required username="${username}" password="${password}";`,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': `User:${username}`,
    },
    clientProperties: clientProperties(stores, 'SCRAM-SHA-512', SUPER_USER),
  }
}

/** What a client of such a cluster puts into its properties file. */
export function clientProperties(
  stores: Stores,
  mechanism: 'PLAIN' | 'SCRAM-SHA-512' | 'OAUTHBEARER',
  user: { username: string; password: string },
): Record<string, string> {
  const jaas = {
    PLAIN: `${PLAIN} required username="${user.username}" password="${user.password}";`,
    'SCRAM-SHA-512': `${SCRAM} required username="${user.username}" password="${user.password}";`,
    OAUTHBEARER: `${OAUTH} required unsecuredLoginStringClaim_sub="${user.username}";`,
  }
  return {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': jaas[mechanism],
    'ssl.truststore.location': stores.trustStore,
    'ssl.truststore.type': 'PKCS12',
    'ssl.truststore.password': stores.password,
  }
}
