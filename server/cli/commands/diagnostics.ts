/** `quorumdeck diagnostics`: one file for whoever helps from afar. */
import { atServer, parse } from '../arguments.ts'
import { asked } from '../client/connect.ts'
import { EXIT } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'

export async function diagnostics(args: readonly string[], ports: CliPorts): Promise<number> {
  const { values } = parse(args, {})
  return await atServer(values, ports, async (client) => {
    ports.out(json(await asked(client.getDiagnostics())))
    return EXIT.yes
  })
}
