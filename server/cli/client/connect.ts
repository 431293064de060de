/** The generated client, with what every call of it needs: where the server is, the token, and its refusals as failures. */
import type { ErrorBody } from '../../contract/errors.ts'
import { CliFailure, EXIT } from '../failure.ts'
import type { Reached } from '../ports.ts'
import { Api, HttpClient, type HttpResponse } from './quorumdeckApi.ts'

/** An answer that takes longer is none, in ms: the server itself waits for the quorum some seconds at the most. */
const ANSWER_MS = 30_000

export type Client = Api<unknown>['api']

export function connect({ url, token }: Reached): Client {
  const http = new HttpClient({
    baseUrl: url,
    baseApiParams: { headers: token === null ? {} : { authorization: `Bearer ${token}` }, redirect: 'error' },
    customFetch: (input: RequestInfo | URL, init?: RequestInit) =>
      fetch(input, { ...init, signal: AbortSignal.timeout(ANSWER_MS) }),
  })
  return new Api(http).api
}

/** The client throws the answer itself. Not by its class: where a server runs in the process, its `Response` is another one. */
const isRefusal = (thrown: unknown): thrown is HttpResponse<unknown, ErrorBody | null> =>
  typeof thrown === 'object' && thrown !== null && 'status' in thrown && 'error' in thrown

/** By the status of an answer: whether it is a no, or nobody can say. */
function exitCodeOf(status: number): number {
  return status >= 500 || status === 401 || status === 403 || status === 429 ? EXIT.unknown : EXIT.no
}

/** What a call answered. @throws CliFailure */
export async function asked<T>(call: Promise<HttpResponse<T, unknown>>): Promise<T> {
  try {
    return (await call).data
  } catch (thrown) {
    if (!isRefusal(thrown)) {
      throw new CliFailure(
        EXIT.unknown,
        'unreachable',
        `The server does not answer: ${reasonOf(thrown)}.`,
        'See whether Quorumdeck runs there, and whether --server names it.',
      )
    }
    const body = thrown.error?.error
    throw new CliFailure(
      exitCodeOf(thrown.status),
      body?.code ?? `http-${thrown.status}`,
      body?.message ?? `The server answered with status ${thrown.status}, and not as Quorumdeck does.`,
      body?.remedy ?? 'See whether --server names Quorumdeck itself.',
      thrown.status,
    )
  }
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const { cause } = thrown
  return cause instanceof Error && cause.message !== '' ? cause.message : thrown.message
}
