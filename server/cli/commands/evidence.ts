/** `quorumdeck evidence RUN`: all that was kept of a run, as JSON, as it comes. */
import { atServer, parse } from '../arguments.ts'
import { asked } from '../client/connect.ts'
import { EXIT, usage } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'

export async function evidence(args: readonly string[], ports: CliPorts): Promise<number> {
  const { values, positionals } = parse(args, {})
  const [id, extra] = positionals
  if (id === undefined || extra !== undefined) throw usage('evidence takes the id of one run.')
  return await atServer(values, ports, async (client) => {
    ports.out(json(await asked(client.getWorkflowEvidence(encodeURIComponent(id)))))
    return EXIT.yes
  })
}
