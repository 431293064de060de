/**
 * The client file of a cluster: read when watching begins, and again when it has changed while the nodes refuse us, so that a
 * password or a certificate is mended without a restart. One object goes to every connection, and is changed in place.
 */
import { stat } from 'node:fs/promises'
import type { Security } from '../kafka/connection.ts'
import { readClientProperties, storesNamedIn } from '../kafka/credentials/clientProperties.ts'

export class ClientFile {
  readonly security: Security = {}
  readonly #file: string
  readonly #secretHosts: ReadonlySet<string> | undefined
  #stamp: string | null = null

  private constructor(file: string, secretHosts: ReadonlySet<string> | undefined) {
    this.#file = file
    this.#secretHosts = secretHosts
  }

  /** @param secretHosts hosts that the credentials may go to where the file itself names none. @throws PropertiesError */
  static async open(file: string, secretHosts: ReadonlySet<string> | undefined): Promise<ClientFile> {
    const opened = new ClientFile(file, secretHosts)
    await opened.renew()
    return opened
  }

  /** Reads it anew where it, or a store that it names, is another one than last time. @throws PropertiesError, once for each change */
  async renew(): Promise<void> {
    const stamp = await this.#stampNow()
    if (stamp === this.#stamp) return
    this.#stamp = stamp
    const read = await readClientProperties(this.#file)
    for (const key of Object.keys(this.security)) Reflect.deleteProperty(this.security, key)
    // Without credentials nothing is sent that a strange host must not have.
    const narrowed =
      read.sasl === undefined || this.#secretHosts === undefined ? {} : { allowedHosts: this.#secretHosts }
    Object.assign(this.security, narrowed, read)
  }

  async #stampNow(): Promise<string> {
    const files = [this.#file, ...(await storesNamedIn(this.#file))]
    const stats = await Promise.all(files.map((file) => stat(file).catch(() => null)))
    return files.map((file, i) => `${file} ${stats[i]?.mtimeMs} ${stats[i]?.size}`).join('\n')
  }
}
