/** The command line of one command: flags that all of them have, and its own. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { type Client, connect } from './client/connect.ts'
import { usage } from './failure.ts'
import type { CliPorts, Reached } from './ports.ts'

const COMMON = {
  server: { type: 'string' },
  'token-file': { type: 'string' },
  cluster: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

/** Flags of the server itself, to watch a cluster without one. */
const DIRECT = {
  'bootstrap-controller': { type: 'string' },
  'bootstrap-server': { type: 'string' },
  'command-config': { type: 'string' },
  'cluster-id': { type: 'string' },
  rack: { type: 'string' },
  config: { type: 'string' },
  'data-dir': { type: 'string' },
} as const satisfies ParseArgsOptionsConfig

const DEFAULT_SERVER = 'http://localhost:8480'

export interface Given<Own extends ParseArgsOptionsConfig> {
  values: ReturnType<typeof parseArgs<{ options: typeof COMMON & typeof DIRECT & Own }>>['values']
  positionals: string[]
}

/** @throws CliFailure */
export function parse<Own extends ParseArgsOptionsConfig>(args: readonly string[], own: Own): Given<Own> {
  try {
    const options = { ...COMMON, ...DIRECT, ...own }
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true }) as Given<Own>
  } catch (error) {
    throw usage(`${(error as Error).message.split('. ')[0]}.`)
  }
}

type CommonValues = Partial<Record<keyof typeof COMMON | keyof typeof DIRECT, string | boolean | undefined>>

/** The server that is meant, or the cluster itself. @throws CliFailure */
async function reach(values: CommonValues, ports: CliPorts): Promise<Reached> {
  const flags = (Object.keys(DIRECT) as (keyof typeof DIRECT)[]).flatMap((name) => {
    const value = values[name]
    return typeof value === 'string' ? [`--${name}`, value] : []
  })
  if (flags.length > 0) {
    if (values.server !== undefined) throw usage('--server and the flags of a cluster exclude each other.')
    return await ports.direct(flags)
  }
  const given = values.server ?? ports.env.QUORUMDECK_SERVER ?? DEFAULT_SERVER
  const url = String(given).replace(/\/+$/, '')
  if (!/^https?:\/\/[^/\s]+(?:\/[^\s?#]*)?$/.test(url)) {
    throw usage(`--server: ${JSON.stringify(url)} is no address like https://quorumdeck.example.com.`)
  }
  return { url, token: tokenOf(values, ports), close: async () => undefined }
}

/** The work of a command at the server that is meant, which is let go of afterwards, however it ends. @throws CliFailure */
export async function atServer(
  values: CommonValues,
  ports: CliPorts,
  work: (client: Client) => Promise<number>,
): Promise<number> {
  const reached = await reach(values, ports)
  try {
    return await work(connect(reached))
  } finally {
    await reached.close()
  }
}

/** @throws CliFailure */
function tokenOf(values: CommonValues, ports: CliPorts): string | null {
  const file = values['token-file'] ?? ports.env.QUORUMDECK_TOKEN_FILE
  if (file === undefined) return ports.env.QUORUMDECK_TOKEN?.trim() || null
  try {
    return ports.readText(String(file)).trim()
  } catch (error) {
    throw usage(`--token-file: ${String(file)} cannot be read: ${(error as Error).message}.`)
  }
}

/** @throws CliFailure */
export function wholeNumber(what: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,9}$/.test(text)) throw usage(`${what} must be a whole number.`)
  return Number(text)
}

/** `1,2,3`, each once. @throws CliFailure */
export function wholeNumbers(what: string, text: string): number[] {
  return [...new Set(text.split(',').map((one) => wholeNumber(what, one.trim())))]
}
