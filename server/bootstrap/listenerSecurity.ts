/**
 * Properties of secured listeners, with placeholders for everything that is secret or of one site. Pure.
 *
 * Controllers speak PLAIN among themselves whatever the brokers use: SCRAM credentials are metadata, which a controller
 * reads only when a leader has been elected, and to elect one the controllers must have let each other in.
 */

import type { BootstrapRequest, SaslMechanism } from '../contract/bootstrap.ts'
import { usesTls } from '../nodeConfig/listenerConfig.ts'

/** What stands in the files until somebody puts the secret there; one `grep` finds them all. */
export const PLACEHOLDER = 'CHANGE-ME'

/** The user by whom nodes know each other. */
export const NODE_USER = 'kafka'

const PLAIN_MODULE = 'org.apache.kafka.common.security.plain.PlainLoginModule'
const SCRAM_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule'

type Properties = [key: string, value: string][]

function ssl(protocol: BootstrapRequest['protocol']): Properties {
  if (!usesTls(protocol)) return []
  return [
    ['ssl.keystore.type', 'PKCS12'],
    ['ssl.keystore.location', `${PLACEHOLDER}-path-to-the-keystore-of-this-host.p12`],
    ['ssl.keystore.password', `${PLACEHOLDER}-keystore-password`],
    ['ssl.truststore.type', 'PKCS12'],
    ['ssl.truststore.location', `${PLACEHOLDER}-path-to-the-truststore.p12`],
    ['ssl.truststore.password', `${PLACEHOLDER}-truststore-password`],
    // With SASL the password tells who it is; without, only the certificate does.
    ['ssl.client.auth', protocol === 'SSL' ? 'required' : 'none'],
  ]
}

function plainJaas(serves: boolean): string {
  const password = `${PLACEHOLDER}-node-password`
  const user = `username="${NODE_USER}" password="${password}"`
  return `${PLAIN_MODULE} required ${user}${serves ? ` user_${NODE_USER}="${password}"` : ''};`
}

function scramJaas(): string {
  return `${SCRAM_MODULE} required username="${NODE_USER}" password="${PLACEHOLDER}-node-password";`
}

/** A broker has the controller listener as a client only; the same lines serve both. */
export function securityProperties({ protocol, mechanism }: BootstrapRequest, broker: boolean): Properties {
  const lines = ssl(protocol)
  if (mechanism === null) return lines
  lines.push(
    ['sasl.mechanism.controller.protocol', 'PLAIN'],
    ['listener.name.controller.sasl.enabled.mechanisms', 'PLAIN'],
    ['listener.name.controller.plain.sasl.jaas.config', plainJaas(true)],
  )
  if (!broker) return lines
  const own = mechanism === 'PLAIN' ? plainJaas(true) : scramJaas()
  lines.push(
    ['sasl.mechanism.inter.broker.protocol', mechanism],
    ['listener.name.broker.sasl.enabled.mechanisms', mechanism],
    [`listener.name.broker.${mechanism.toLowerCase()}.sasl.jaas.config`, own],
  )
  return lines
}

/** For Kafka's own tools and for Quorumdeck; `null` where the listeners are plain. */
export function clientProperties(
  { protocol, mechanism, nodes }: BootstrapRequest,
  to: 'controllers' | 'brokers',
): Properties | null {
  if (protocol === 'PLAINTEXT') return null
  const lines: Properties = [
    ['security.protocol', protocol],
    ...ssl(protocol).filter(([key]) => key !== 'ssl.client.auth'),
    // Quorumdeck sends what is in this file to these hosts only.
    ['quorumdeck.hosts', [...new Set(nodes.map(({ host }) => host))].join(',')],
  ]
  if (mechanism === null) return lines
  const used: SaslMechanism = to === 'controllers' ? 'PLAIN' : mechanism
  lines.push(['sasl.mechanism', used], ['sasl.jaas.config', used === 'PLAIN' ? plainJaas(false) : scramJaas()])
  return lines
}

/** `--add-scram` of `kafka-storage format`, without which no broker could enter; `null` where none is needed. */
export function scramArgument({ mechanism }: BootstrapRequest): string | null {
  if (mechanism === null || mechanism === 'PLAIN') return null
  return `${mechanism}=[name=${NODE_USER},password=${PLACEHOLDER}-node-password]`
}
