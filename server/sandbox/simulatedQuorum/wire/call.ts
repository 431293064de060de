/** What every API codec turns a request's bytes into: the question for the core, and how to write its answer. */

import type { ClientRequest, ClientResponse } from '../core/api/rpc.ts'
import type { Profile } from '../core/profiles.ts'
import type { ByteReader } from './byteReader.ts'
import type { ByteWriter } from './byteWriter.ts'

interface Call {
  readonly request: ClientRequest
  /** Writes the body of the answer. */
  readonly write: (writer: ByteWriter, response: ClientResponse) => void
}

interface CallContext {
  readonly version: number
  readonly profile: Profile
}

export interface ApiCodec {
  readonly apiKey: number
  /** First version with compact strings, tagged fields and header v2. */
  readonly flexibleFrom: number
  read(reader: ByteReader, context: CallContext): Call
}

/** The answer to one kind of request; any other kind is a fault of the simulation. */
export function expectApi<Api extends ClientResponse['api']>(
  response: ClientResponse,
  api: Api,
): Extract<ClientResponse, { api: Api }> {
  if (response.api !== api) throw new Error(`Expected an answer of ${api}, got ${response.api}`)
  return response as Extract<ClientResponse, { api: Api }>
}

export const METADATA_TOPIC = '__cluster_metadata'
/** 00000000-0000-0000-0000-000000000001 */
export const METADATA_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
