/** `quorumdeck evidence RUN`: all that was kept of a run, as JSON, as it comes. */
import { parse, reach } from '../arguments.ts'
import { asked, connect } from '../client/connect.ts'
import { EXIT, usage } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'

export async function evidence(args: readonly string[], ports: CliPorts): Promise<number> {
  const { values, positionals } = parse(args, {})
  const [id, extra] = positionals
  if (id === undefined || extra !== undefined) throw usage('evidence takes the id of one run.')
  const reached = await reach(values, ports)
  try {
    ports.out(json(await asked(connect(reached).getWorkflowEvidence(encodeURIComponent(id)))))
    return EXIT.yes
  } finally {
    await reached.close()
  }
}
