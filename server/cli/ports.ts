/** What a command needs of the world. */

/** A server that a command asks. */
export interface Reached {
  /** Without a slash at its end. */
  url: string
  /** `null`: it asks for none. */
  token: string | null
  close(): Promise<void>
}

export interface CliPorts {
  out(text: string): void
  /** For people who wait; never part of what a script reads. */
  err(text: string): void
  env: Readonly<Record<string, string | undefined>>
  readText(file: string): string
  nowMs(): number
  sleep(ms: number): Promise<void>
  newId(): string
  /** Watches a cluster in this process, with these flags of the server, for as long as the command runs. @throws Error */
  direct(flags: readonly string[]): Promise<Reached>
}
