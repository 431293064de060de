/**
 * Which brokers are asked for their configuration in this round. In a large cluster not all of them: first those that were
 * never asked and those that have started anew since, then those whose last turn is longest ago. Pure.
 */

/** At two seconds for each that does not answer, a round of so many still ends before the next one begins. */
export const ASKED_IN_A_ROUND = 200

/** Brokers that were asked, the one whose turn is longest ago first, with the incarnation that was registered then. */
export type Asked = ReadonlyMap<number, string>

export interface Round {
  turn: ReadonlySet<number>
  asked: Asked
}

/** @param registered brokers that can be asked, with their incarnations */
export function nextRound(before: Asked, registered: ReadonlyMap<number, string>, most = ASKED_IN_A_ROUND): Round {
  const isNew = (id: number) => before.get(id) !== registered.get(id)
  const inOrder = [
    ...[...registered.keys()].filter(isNew),
    ...[...before.keys()].filter((id) => registered.has(id) && !isNew(id)),
  ]
  const turn = new Set(inOrder.slice(0, most))
  const asked = new Map([...before].filter(([id]) => registered.has(id) && !turn.has(id)))
  for (const id of turn) asked.set(id, registered.get(id) ?? '')
  return { turn, asked }
}
