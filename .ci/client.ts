/** Makes the client of the command line anew from the API. */
import { writeClient } from '../server/cli/client/generate.ts'
import { openApiDocument } from '../server/http/openapi.ts'

await writeClient(openApiDocument())
