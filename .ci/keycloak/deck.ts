/** The product as somebody starts it who has a Keycloak: on a port that Keycloak knows, with a data folder that outlives a start. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GuardedProcess, startGuarded } from '../../bench/guardedProcess.ts'
import { ROOT } from '../../bench/product.ts'
import { CLIENT_SECRET } from './realm.ts'

const START_LIMIT_MS = 180_000

const ROLES = [
  { value: 'kafka-watchers', role: 'watch' },
  { value: 'kafka-operators', role: 'operate' },
  { value: 'kafka-administrators', role: 'administer' },
]

export interface DeckOptions {
  port: number
  folder: string
  issuer: string
  clientId?: string
  /** `null`: a public client. */
  clientSecret?: string | null
  roles?: typeof ROLES
  /** Its clock is ahead by so much, in seconds. */
  aheadS?: number
}

export interface Deck {
  url: string
  process: GuardedProcess
}

export async function startDeck(options: DeckOptions): Promise<Deck> {
  const { port, folder, issuer, clientId = 'quorumdeck', clientSecret = CLIENT_SECRET, roles = ROLES } = options
  await mkdir(folder, { recursive: true })
  const secret = join(folder, 'client-secret')
  if (clientSecret !== null) await writeFile(secret, clientSecret)
  const oidc = {
    issuer,
    clientId,
    ...(clientSecret === null ? {} : { clientSecretFile: secret }),
    name: 'Sign in with Keycloak',
    allowPrivate: true,
    roles,
  }
  const config = join(folder, 'quorumdeck.yaml')
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ access: { oidc } }))
  const process = await startGuarded(
    globalThis.process.execPath,
    [
      ...clockAhead(options.aheadS ?? 0),
      'server/main.ts',
      ...['--port', String(port), '--data-dir', folder, '--log-level', 'error', '--config', config],
    ],
    ROOT,
  )
  await process.printed(/Open http:\/\/localhost:(\d+)/, START_LIMIT_MS)
  return { url: deckUrl(port), process }
}

/** Another name than Keycloak's, so that the two are two sites to a browser. */
export function deckUrl(port: number): string {
  return `http://localhost:${port}`
}

function clockAhead(seconds: number): string[] {
  if (seconds === 0) return []
  const script = `const now = Date.now; Date.now = () => now() + ${seconds * 1000}`
  return ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
}
