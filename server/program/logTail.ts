/** The newest lines of the log, kept for diagnostics, with every secret struck out that this program knows or that looks like one. */
import { Writable } from 'node:stream'

const KEPT = 300
const LONGEST = 2000
/** `password=x`, `"token":"x"`, `Bearer x`, `user:password@host`. */
const LOOKS_SECRET =
  /((?:password|passphrase|secret|token|sasl\.jaas\.config)["']?\s*[:=]\s*["']?)[^\s"',;}]+|((?:Bearer|Basic)\s+)[^\s"']+|(:\/\/[^/\s:@]+:)[^@\s]+(?=@)/gi

export class LogTail extends Writable {
  readonly #secrets: readonly string[]
  readonly #lines: string[] = []

  /** @param secrets struck out wherever they stand */
  constructor(secrets: readonly string[]) {
    super()
    this.#secrets = secrets.filter((secret) => secret.length >= 6)
  }

  /** Oldest first. */
  get lines(): readonly string[] {
    return this.#lines
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    for (const line of chunk.toString().split('\n')) {
      if (line === '') continue
      this.#lines.push(this.#struckOut(line.slice(0, LONGEST)))
      if (this.#lines.length > KEPT) this.#lines.shift()
    }
    done()
  }

  #struckOut(line: string): string {
    const known = this.#secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line)
    return known.replace(LOOKS_SECRET, (_all, key = '', bearer = '', user = '') => `${key}${bearer}${user}***`)
  }
}
