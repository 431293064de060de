/** A SASL exchange of our own, as the client library calls it. */
import type { Connection, SASLCustomAuthenticator } from '@platformatic/kafka'
import { hostPort } from '../contract/hostPort.ts'
import { type FailureCode, KafkaFailure } from './failure.ts'

/** Shorter than every limit for a connection to be ready, so that the reason is named. What comes later is kept by its owner. */
const LIMIT_MS = 1200

export type SaslAnswer = Awaited<ReturnType<Parameters<SASLCustomAuthenticator>[2]['async']>>

export interface SignInSteps {
  /** Host by which the node was asked for. */
  host: string
  address: string
  isGone(): boolean
  /** Of this node, with the code of this way to sign in. */
  failure(reason: string): KafkaFailure
  /** Names what would be missing if the time ended before the node is asked, as in "no ticket from a KDC in time". */
  waitFor(what: string): void
  /** One SaslAuthenticate request. @throws what the library throws, also where the node refuses */
  send(token: Buffer): Promise<SaslAnswer>
}

/** @param exchange returns the last answer of the node @param name stands before each reason, as in "Kerberos: …" */
export function ownSignIn(
  code: FailureCode,
  name: string,
  exchange: (steps: SignInSteps) => Promise<SaslAnswer>,
): SASLCustomAuthenticator {
  return (_mechanism, connection: Connection, api, _username, _password, _token, callback) => {
    const host = connection.host ?? ''
    const address = hostPort({ host, port: connection.port ?? 0 })
    let awaited: string | null = null
    const steps: SignInSteps = {
      ...{ host, address },
      isGone: () => connection.socket.destroyed,
      failure: (reason) => new KafkaFailure(code, address, `${name}: ${reason}`),
      waitFor: (what) => {
        awaited = what
      },
      send: async (token) => {
        awaited = null
        return await api.async(connection, token)
      },
    }
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () =>
        reject(
          awaited === null
            ? new KafkaFailure('no-answer', address, 'no answer in time')
            : steps.failure(`no ${awaited} in time`),
        ),
      LIMIT_MS,
    )
    Promise.race([exchange(steps), late])
      .finally(() => clearTimeout(timer))
      .then(
        (answer) => callback(null, answer),
        (error: Error) => callback(error),
      )
  }
}
