/** The client of the API as a text, made from the document that describes it. `node server/cli/client/generate.ts` writes it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateApi } from 'swagger-typescript-api'

export const CLIENT_FILE = join(import.meta.dirname, 'quorumdeckApi.ts')

const BANNER = '// @ts-nocheck\n/** Generated from /api/openapi.json: do not edit. `npm run client` makes it anew. */\n'

/** @param document OpenAPI 3.1 */
export async function clientText(document: object): Promise<string> {
  const { files } = await generateApi({
    spec: JSON.parse(JSON.stringify(document)),
    output: false,
    fileName: 'quorumdeckApi',
    httpClientType: 'fetch',
    generateUnionEnums: true,
    singleHttpClient: true,
    sortTypes: true,
    silent: true,
  })
  const [file] = files
  if (file === undefined) throw new Error('no client was generated')
  return BANNER + file.fileContent
}

export async function writeClient(document: object): Promise<void> {
  writeFileSync(CLIENT_FILE, await clientText(document))
}
