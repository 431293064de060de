/** One HTTP request to Cruise Control: bounded in time and size, never repeated, never redirected. */
import type { CruiseControlOptions } from './client.ts'

/** Largest answer that is read, in bytes: a dry run tells of every broker. */
const MAX_BYTES = 16 * 1024 * 1024

export interface Answer {
  status: number
  body: unknown
  /** User-Task-ID; `null` where there is none. */
  taskId: string | null
}

export interface Asked {
  method: 'GET' | 'POST'
  endpoint: string
  params: Readonly<Record<string, string>>
  timeoutMs: number
  /** Of a request that goes on, to ask for its answer. */
  taskId?: string
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error('its answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** @throws Error where there is no answer, or it is no JSON */
export async function ask({ address, credentials }: CruiseControlOptions, asked: Asked): Promise<Answer> {
  const { method, timeoutMs, taskId } = asked
  const basic =
    credentials === null ? null : Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')
  const query = new URLSearchParams({ ...asked.params, json: 'true' })
  const response = await fetch(`${address}/${asked.endpoint}?${query}`, {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...(basic === null ? {} : { authorization: `Basic ${basic}` }),
      ...(taskId === undefined ? {} : { 'User-Task-ID': taskId }),
    },
  })
  const text = await bounded(response)
  const told = response.headers.get('User-Task-ID')
  try {
    return { status: response.status, body: JSON.parse(text) as unknown, taskId: told }
  } catch {
    // Errors of its web server come as HTML.
    if (!response.ok) return { status: response.status, body: null, taskId: told }
    throw new Error('it answers with something that is no JSON: is this address Cruise Control’s?')
  }
}

/** Why there was no answer, in words; `unsent`: nobody can have read the request. */
export function noAnswer(error: unknown): { says: string; unsent: boolean } {
  const { name, message, cause } = error as Error & { cause?: { code?: string } }
  if (name === 'TimeoutError') return { says: 'no answer in time', unsent: false }
  switch (cause?.code) {
    case 'ECONNREFUSED':
      return { says: 'nothing listens there', unsent: true }
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { says: 'its host name is not known here', unsent: true }
    case undefined:
      return { says: message, unsent: false }
    default:
      return { says: `no connection (${cause?.code})`, unsent: false }
  }
}
