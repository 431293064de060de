/**
 * Deletes gates and explores. Each alone: where nothing is found, others hold without it. Then all but one: a violation that this
 * one gate prevents, of all that are found without any. A stage of the safety run; the table is in docs/proof.md.
 */
import { START_STATES } from '../server/modelCheck/exploration/startStates.ts'
import { inWorkers } from '../server/modelCheck/workers.ts'
import type { Note } from './figures.ts'
import type { Answer, Order } from './mutants/exploring.ts'
import { gateCodes } from './mutants.ts'

const WIDTH = 2
/** The model has nothing for them to hold back within these actions (docs/proof.md). Any other gate that is not seen is a fault. */
const NOT_SEEN: ReadonlySet<string> = new Set([
  'auto-join-as-planned',
  'auto-join-safe',
  'id-is-no-voter',
  'other-incarnations-silent',
  'leader-reachable',
  'same-cluster',
  'dynamic-quorum',
  'replacement-ready',
  'one-quorum',
  'metadata-whole',
  'log-followed',
])

export async function gateDeletions(
  say: (line: string) => void,
  check: (ok: boolean, what: string) => void,
  note: Note,
): Promise<void> {
  const codes = await gateCodes()
  say(`\n— gates: ${codes.length}, each deleted alone, then each kept alone`)
  const ask = (orders: Order[]) =>
    inWorkers<Order, Answer>(new URL('./mutants/exploring.ts', import.meta.url).pathname, orders, WIDTH)
  const alone = await ask(codes.map((code) => ({ kind: 'alone', code })))
  const modelled = codes.filter((_, index) => alone[index]?.isModelled)
  const answers = await ask(START_STATES.map((_, start) => ({ kind: 'kept', start, codes: modelled })))
  const kept = answers.flatMap(({ found }) => found)
  const failed = new Set([...alone, ...answers].flatMap((answer) => answer.failed))
  const unseen: string[] = []
  for (const [index, code] of codes.entries()) {
    if (!modelled.includes(code)) continue
    const missed = alone[index]?.found[0]?.violation
    const prevented = kept.find((one) => one.code === code)?.violation
    if (missed === undefined && prevented === undefined) unseen.push(code)
    const nothing = failed.has(code) ? 'nothing' : 'it holds in every state of the model'
    say(`  | ${code} | ${missed ?? 'others hold'} | ${prevented ?? nothing} |`)
  }
  const others = codes.filter((code) => !modelled.includes(code))
  say(`  not in the model: ${others.join(', ')}`)
  const seen = modelled.length - unseen.length
  note(
    'gates that the exploration sees',
    `${seen} of ${modelled.length} that ordinary runs come to, ${codes.length} in all`,
  )
  const lost = unseen.filter((code) => !NOT_SEEN.has(code))
  check(
    lost.length === 0,
    `the exploration sees every gate that it saw before${lost.length === 0 ? '' : `, but for ${lost.join(', ')}`}`,
  )
}
