/** Options of `com.sun.security.auth.module.Krb5LoginModule`, as Kafka's own clients take them. */
import { access, constants } from 'node:fs/promises'
import type { KerberosLogin } from '../kerberos/kerberosSignIn.ts'

const EXAMPLE = 'useKeyTab=true keyTab="/etc/security/quorumdeck.keytab" principal="quorumdeck@EXAMPLE.COM"'

/**
 * @param options of sasl.jaas.config @param configured sasl.kerberos.service.name
 * @throws Error in words, where they name no way to get a ticket
 */
export async function kerberosLogin(
  options: Map<string, string>,
  configured: string | undefined,
): Promise<KerberosLogin> {
  const isSet = (name: string) => options.get(name)?.toLowerCase() === 'true'
  const inJaas = options.get('serviceName')
  if (inJaas !== undefined && configured !== undefined && inJaas !== configured) {
    throw new Error(
      `serviceName in sasl.jaas.config (${inJaas}) and sasl.kerberos.service.name (${configured}) are not the same`,
    )
  }
  const service = configured ?? inJaas
  if (service === undefined || service === '') {
    throw new Error(
      'GSSAPI needs sasl.kerberos.service.name: the first part of the principal of the nodes, most often kafka',
    )
  }
  const principal = options.get('principal') ?? null
  if (isSet('useKeyTab')) {
    const keyTab = options.get('keyTab')
    if (keyTab === undefined || principal === null) {
      throw new Error(`a keytab needs both its file and a principal in sasl.jaas.config: ${EXAMPLE}`)
    }
    await access(keyTab, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
      throw new Error(`the keytab ${keyTab} cannot be read (${error.code})`)
    })
    return { service, credential: { principal, keyTab, ticketCache: null } }
  }
  if (isSet('useTicketCache')) {
    const cache = options.get('ticketCache')
    return {
      service,
      credential: { principal, keyTab: null, ticketCache: cache === undefined ? null : `FILE:${cache}` },
    }
  }
  throw new Error(
    `GSSAPI needs a keytab in sasl.jaas.config (${EXAMPLE}), or useTicketCache=true; it asks for no password`,
  )
}
