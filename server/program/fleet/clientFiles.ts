/** The folder `client-properties` of the data directory: the only place from which secrets of added clusters are read. */
import { join } from 'node:path'
import { Refusal } from '../../contract/errors.ts'
import type { ClusterSettings } from '../../contract/fleet/clusterSettings.ts'
import type { Security } from '../../kafka/connection.ts'
import { HOSTS_KEY, PropertiesError, readClientProperties } from '../../kafka/credentials/clientProperties.ts'

const FOLDER = 'client-properties'

export class ClientFiles {
  readonly #dataDir: string

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  path(name: string): string {
    return join(this.#dataDir, FOLDER, name)
  }

  /** @throws Refusal */
  read(name: string): Promise<Security> {
    return readClientProperties(this.path(name)).catch((error: unknown) => {
      if (!(error instanceof PropertiesError)) throw error
      throw new Refusal(
        422,
        'command-config-unusable',
        error.message,
        `The file is looked for in ${FOLDER} of the data directory.`,
        { fields: [{ path: 'commandConfig', message: error.message }] },
      )
    })
  }

  /**
   * Whoever names the hosts may name one of their own: the file itself must say where its secrets may go.
   * @throws Refusal
   */
  async checkHosts(name: string | null, named: readonly string[]): Promise<void> {
    if (name === null) return
    const { allowedHosts, sasl } = await this.read(name)
    if (allowedHosts === undefined && sasl === undefined) return
    const hosts = [...new Set(named.map((host) => host.toLowerCase()))]
    const strange = hosts.filter((host) => allowedHosts?.has(host) !== true)
    if (strange.length === 0) return
    throw new Refusal(
      422,
      'host-not-allowed',
      `${name} holds credentials, and does not allow them to be sent to ${strange.join(', ')}. Nothing was sent.`,
      `If these are your nodes, add a line to the file on the server: ${HOSTS_KEY}=${hosts.join(',')}`,
    )
  }
}

/** What a file says how to connect, of which nothing is secret. */
export function wayOf({ tls, sasl }: Security): Omit<NonNullable<ClusterSettings['commandConfig']>, 'name'> {
  const secured = tls === undefined ? 'PLAINTEXT' : 'SSL'
  return { protocol: sasl === undefined ? secured : `SASL_${secured}`, mechanism: sasl?.mechanism ?? null }
}
