/** For tests: a real OpenID provider in this process, and a browser that walks through its pages. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** A program that gets tokens for Kafka in its own name. */
export const KAFKA_CLIENT = { id: 'deck-at-kafka', secret: 'secret-at-kafka' } as const
/** Whom those tokens are for. */
export const KAFKA_AUDIENCE = 'urn:kafka'

export interface CompanyProvider {
  issuer: string
  /** What it says of whoever signs in next. */
  groups: Map<string, string[]>
  /** Knows this Quorumdeck from now on. */
  register(url: string): void
  /** Of tokens for Kafka that are given from now on. */
  kafkaTokensLiveS(seconds: number): void
  /** Answers nobody any more; `false`: again. */
  down(isDown: boolean): Promise<void>
  close(): Promise<void>
}

/** @param isForKafka gives tokens that Kafka validates; people's tokens lead to no page about them then */
export async function startCompany({ isForKafka = false } = {}): Promise<CompanyProvider> {
  const groups = new Map<string, string[]>()
  let kafkaTokensLiveS = 3600
  let handle: ReturnType<Provider['callback']> | null = null
  const listening = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      if (handle === null) response.writeHead(503).end()
      else void handle(request, response)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await listening(0)
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const stop = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  return {
    issuer,
    groups,
    register: (url) => {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: 'quorumdeck',
            client_secret: 'secret-of-the-client',
            redirect_uris: [`${url}/api/sign-in/oidc/callback`],
            post_logout_redirect_uris: [`${url}/sign-in`],
          },
          {
            ...{ client_id: KAFKA_CLIENT.id, client_secret: KAFKA_CLIENT.secret },
            ...{ grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
          },
        ],
        pkce: { required: () => true },
        cookies: { keys: ['a key for tests'] },
        claims: { openid: ['sub'], profile: ['name', 'groups'] },
        // As many providers do: what the ID token has no room for is at the userinfo endpoint.
        conformIdTokenClaims: true,
        features: {
          devInteractions: { enabled: true },
          rpInitiatedLogout: { enabled: true },
          clientCredentials: { enabled: true },
          resourceIndicators: {
            enabled: isForKafka,
            defaultResource: () => KAFKA_AUDIENCE,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({
              ...{ scope: 'kafka', audience: KAFKA_AUDIENCE, accessTokenFormat: 'jwt' as const },
              accessTokenTTL: kafkaTokensLiveS,
            }),
          },
        },
        findAccount: (_ctx, id) => ({
          accountId: id,
          claims: () => ({ sub: id, name: `${id} of the company`, groups: groups.get(id) ?? [] }),
        }),
      })
      handle = provider.callback()
    },
    kafkaTokensLiveS: (seconds) => {
      kafkaTokensLiveS = seconds
    },
    down: async (isDown) => {
      if (isDown) await stop()
      else server = await listening(port)
    },
    close: stop,
  }
}

/** Keeps cookies by origin, and follows what it is told to. */
export class WalkingBrowser {
  readonly #cookies = new Map<string, Map<string, string>>()

  cookies(url: string): Record<string, string> {
    const kept = this.#cookies.get(new URL(url).origin) ?? new Map<string, string>()
    return { cookie: [...kept].map(([name, value]) => `${name}=${value}`).join('; ') }
  }

  async ask(
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Response> {
    const answer = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...this.cookies(url), ...init.headers },
    })
    const { origin } = new URL(url)
    const kept = this.#cookies.get(origin) ?? new Map<string, string>()
    this.#cookies.set(origin, kept)
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '' || /max-age=0/i.test(cookie)) kept.delete(name)
      else kept.set(name, value)
    }
    return answer
  }

  /** From the button of the sign-in page to where it leads in the end. @returns the last answer, of Quorumdeck */
  async signIn(deck: string, login: string, next = '/'): Promise<{ answer: Response; text: string }> {
    let url = `${deck}/api/sign-in/oidc?next=${encodeURIComponent(next)}`
    let form: string | null = null
    for (let step = 0; step < 20; step += 1) {
      const answer: Response = await this.ask(
        url,
        form === null
          ? {}
          : { method: 'POST', body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      )
      form = null
      const location = answer.headers.get('location')
      if (location !== null) {
        url = new URL(location, url).href
        continue
      }
      const text = await answer.text()
      if (url.startsWith(deck)) return { answer, text }
      const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1]
      if (action === undefined) throw new Error(`no form at ${url}: ${answer.status} ${text.slice(0, 300)}`)
      url = new URL(action.replaceAll('&amp;', '&'), url).href
      form = text.includes('name="login"') ? `prompt=login&login=${login}&password=x` : 'prompt=consent'
    }
    throw new Error('the way through the provider has no end')
  }
}
