/** `quorumdeck may-stop NODE`, `may-restart NODE`: the gates of the wizards, for whoever stops nodes without one. */
import type { StopAnswer } from '../../contract/runs/stopAnswer.ts'
import { atServer, parse, wholeNumber } from '../arguments.ts'
import { asked } from '../client/connect.ts'
import { EXIT, usage } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'
import { meant, viewOf } from '../watched.ts'

function answerText({ may, nodeId, action, why, gates }: StopAnswer): string {
  const failing = gates.filter(({ ok }) => !ok)
  if (may) return `yes: ${why}`
  return [
    `no: ${nodeId} must not be ${action === 'stop' ? 'stopped' : 'restarted'} now`,
    ...failing.map(({ title, observed, remedy }) => `  ${title}: ${observed}\n    ${remedy}`),
  ].join('\n')
}

/** A gate that only needs time may hold in a moment. */
const isWaiting = ({ gates }: StopAnswer) => gates.every(({ ok, waiting }) => ok || waiting)
const PAUSE_MS = 1000

export async function mayStop(action: StopAnswer['action'], args: readonly string[], ports: CliPorts): Promise<number> {
  const { values, positionals } = parse(args, { wait: { type: 'string' } })
  if (positionals.length !== 1) throw usage(`may-${action} takes the id of one node.`)
  const nodeId = wholeNumber('The id of a node', positionals[0])
  const endMs = ports.nowMs() + wholeNumber('--wait', values.wait ?? '0') * 1000
  return await atServer(values, ports, async (client) => {
    const { cluster } = await meant(client, values.cluster)
    await viewOf(client, cluster, ports)
    const ask = async () => {
      const name = encodeURIComponent(cluster)
      const id = String(nodeId)
      const call =
        action === 'stop' ? client.getClusterNodeMayStop(name, id) : client.getClusterNodeMayRestart(name, id)
      return (await asked(call)) as StopAnswer
    }
    let answer = await ask()
    while (!answer.may && isWaiting(answer) && ports.nowMs() < endMs) {
      await ports.sleep(PAUSE_MS)
      answer = await ask()
    }
    ports.out(values.json === true ? json(answer) : answerText(answer))
    return answer.may ? EXIT.yes : EXIT.no
  })
}
