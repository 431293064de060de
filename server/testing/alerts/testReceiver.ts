/** For tests: a receiver of webhooks that takes messages or refuses them, and knows what it has taken. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AlertIncident } from '../../contract/alerts/incidents.ts'

export const SECRET = 'a-secret-that-only-tests-know'

export interface Taken {
  /** The idempotency key. */
  key: string
  state: AlertIncident['state']
  alert: AlertIncident
}

export interface TestReceiver {
  url: string
  /** Acknowledged by 200, in order. */
  taken: Taken[]
  /** Keys of all that came, taken or not. */
  came: string[]
  /** Whose signature was wrong. */
  forged: string[]
  /** Messages that it still takes before it refuses with 503. */
  takes: number
  close(): Promise<void>
}

function isSigned(header: string | undefined, body: string): boolean {
  const [, seconds, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? []
  return hex === createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')
}

export async function startTestReceiver(takes = Number.POSITIVE_INFINITY): Promise<TestReceiver> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const key = String(request.headers['idempotency-key'])
      receiver.came.push(key)
      if (!isSigned(String(request.headers['x-quorumdeck-signature']), body)) receiver.forged.push(key)
      if (receiver.takes <= 0) {
        response.writeHead(503).end()
        return
      }
      receiver.takes -= 1
      const { state, alert } = JSON.parse(body) as Taken
      receiver.taken.push({ key, state, alert })
      response.writeHead(200).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken: [],
    came: [],
    forged: [],
    takes,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return receiver
}

/** Keys that were taken more than once. */
export function takenTwice({ taken }: Pick<TestReceiver, 'taken'>): string[] {
  const keys = taken.map(({ key }) => key)
  return keys.filter((key, at) => keys.indexOf(key) !== at)
}
