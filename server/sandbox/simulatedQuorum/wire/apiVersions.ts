/** ApiVersions (18). Features are tagged fields; before v4 a feature whose minimum is 0 is left out (KAFKA-17011). */
import type { ClientResponse } from '../core/api/rpc.ts'
import { type ApiRange, apiRanges } from './apiRanges.ts'
import type { ByteWriter } from './byteWriter.ts'
import { type ApiCodec, expectApi } from './call.ts'

export const apiVersions: ApiCodec = {
  apiKey: 18,
  flexibleFrom: 3,
  read(reader, { version, profile }) {
    if (version >= 3) {
      reader.string(true)
      reader.string(true)
      reader.taggedFields()
    }
    return {
      request: { api: 'apiVersions' },
      write(writer, response) {
        const answer = expectApi(response, 'apiVersions')
        writer.int16(0)
        writeRanges(writer, apiRanges(profile.release, answer.listener), version)
        if (version >= 1) writer.int32(0)
        if (version >= 3) writeFeatures(writer, answer, version)
      },
    }
  },
}

/** The one answer to a version of ApiVersions we do not know: error 35 in the form of v0, with the versions we do know. */
export function writeUnsupportedApiVersions(writer: ByteWriter, errorCode: number, known: readonly ApiRange[]): void {
  writer.int16(errorCode)
  writeRanges(writer, known, 0)
}

function writeRanges(writer: ByteWriter, ranges: readonly ApiRange[], version: number): void {
  writer.array(ranges, version >= 3, ({ apiKey, min, max }) => {
    writer.int16(apiKey).int16(min).int16(max)
  })
}

function writeFeatures(
  writer: ByteWriter,
  answer: Extract<ClientResponse, { api: 'apiVersions' }>,
  version: number,
): void {
  const supported = answer.supported.filter(({ min }) => version >= 4 || min > 0)
  const fields = [
    {
      tag: 0,
      write: (field: ByteWriter) =>
        field.array(supported, true, ({ name, min, max }) => {
          field.string(name, true).int16(min).int16(max)
        }),
    },
  ]
  if (answer.finalizedEpoch !== null) {
    const epoch = answer.finalizedEpoch
    fields.push({ tag: 1, write: (field) => field.int64(epoch) })
  }
  if (answer.finalized.length > 0) {
    fields.push({
      tag: 2,
      write: (field) =>
        // MaxVersionLevel comes before MinVersionLevel; both are the finalized level.
        field.array(answer.finalized, true, ({ name, level }) => {
          field.string(name, true).int16(level).int16(level)
        }),
    })
  }
  writer.tags(fields)
}
