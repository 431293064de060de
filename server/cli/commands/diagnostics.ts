/** `quorumdeck diagnostics`: one file for whoever helps from afar. */
import { parse, reach } from '../arguments.ts'
import { asked, connect } from '../client/connect.ts'
import { EXIT } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'

export async function diagnostics(args: readonly string[], ports: CliPorts): Promise<number> {
  const { values } = parse(args, {})
  const reached = await reach(values, ports)
  try {
    ports.out(json(await asked(connect(reached).getDiagnostics())))
    return EXIT.yes
  } finally {
    await reached.close()
  }
}
