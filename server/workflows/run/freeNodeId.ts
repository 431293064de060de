import type { Facts } from './facts.ts'

/** An id for a controller that does not exist yet: the lowest that no listed node has. */
export function freeNodeId({ view, sandbox }: Facts): number {
  const taken = new Set([
    ...(view?.replicas ?? []).map((r) => r.nodeId),
    ...(sandbox?.nodes ?? []).map((n) => n.nodeId),
  ])
  let id = 0
  while (taken.has(id)) id += 1
  return id
}

/** An id for one more of these: at least `least`, and higher than theirs. */
export function idAfter(nodes: readonly { nodeId: number }[], least: number): number {
  return nodes.reduce((id, { nodeId }) => Math.max(id, nodeId + 1), least)
}
