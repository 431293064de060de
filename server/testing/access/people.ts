/** For tests: people of a served Quorumdeck, as browsers and scripts that hold their credentials. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Grant } from '../../contract/access/grants.ts'
import { CreatedApiToken, PersonView } from '../../contract/access/people.ts'

export const PASSWORD = 'correct horse battery'

export type Headers = Record<string, string>

export function cookieIn(answer: Response): Headers {
  const cookies = answer.headers.getSetCookie().map((one) => one.split(';', 1)[0] ?? '')
  return { cookie: cookies.filter((one) => !one.endsWith('=')).join('; ') }
}

export class Browsers {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  send(method: string, path: string, headers: Headers = {}, body?: unknown): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  /** The first user, with the secret of the data directory. */
  async setUp(dataDir: string): Promise<Headers> {
    const secret = readFileSync(join(dataDir, 'setup-secret'), 'utf8')
    const answer = await this.send(
      'POST',
      '/api/setup',
      {},
      { secret, login: 'root', name: 'Root', password: PASSWORD },
    )
    if (answer.status !== 201) throw new Error(`set-up: ${answer.status} ${await answer.text()}`)
    return cookieIn(answer)
  }

  async user(root: Headers, login: string, grants: Grant[]): Promise<PersonView> {
    const answer = await this.send('POST', '/api/users', root, { login, name: login, password: PASSWORD, grants })
    if (answer.status !== 201) throw new Error(`user: ${answer.status} ${await answer.text()}`)
    return PersonView.parse(await answer.json())
  }

  async signIn(login: string, password = PASSWORD): Promise<Headers> {
    const answer = await this.send('POST', '/api/sign-in/password', {}, { login, password })
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`)
    return cookieIn(answer)
  }

  async token(of: Headers, grants: Grant[]): Promise<{ id: string; headers: Headers }> {
    const answer = await this.send('POST', '/api/tokens', of, { name: 'script', grants, days: 1 })
    if (answer.status !== 201) throw new Error(`token: ${answer.status} ${await answer.text()}`)
    const { token, secret } = CreatedApiToken.parse(await answer.json())
    return { id: token.id, headers: { authorization: `Bearer ${secret}` } }
  }
}
