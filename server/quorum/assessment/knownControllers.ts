/** Every address where a controller of the cluster is, was, or is said to be, and who says so. Pure. */
import { hostPort } from '../../contract/hostPort.ts'
import type { Endpoint } from '../../contract/quorumView.ts'
import type { Address } from '../../kafka/connection.ts'

/** Where a controller is, and who says so. */
export interface KnownController {
  address: Address
  /** Node id that the voter set places there. */
  recordedId: number | null
  /** Node id whose registration names it. */
  registeredId: number | null
  /** Named by the operator. */
  configured: boolean
}

export interface ControllerPlaces {
  configured: readonly Address[]
  /** The voter set's endpoints. */
  recorded: ReadonlyMap<number, readonly Endpoint[]>
  /** Of controller registrations. */
  registered: ReadonlyMap<number, readonly Endpoint[]>
  /** Met before: a process that was moved, or copied, may still answer there. */
  learned: readonly Address[]
}

/** More than any quorum has; a hostile answer may name thousands. */
const MAX_KNOWN = 64

export function knownControllers({ configured, recorded, registered, learned }: ControllerPlaces): KnownController[] {
  const known = new Map<string, KnownController>()
  const at = ({ host, port }: Address): KnownController | null => {
    const address = { host, port }
    const key = hostPort(address)
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size >= MAX_KNOWN) return null
    const fresh: KnownController = { address, recordedId: null, registeredId: null, configured: false }
    known.set(key, fresh)
    return fresh
  }
  for (const address of configured) {
    const one = at(address)
    if (one !== null) one.configured = true
  }
  // A node has one controller listener that the others use first; its further ones lead to the same process.
  for (const [nodeId, [first]] of recorded) {
    const one = first === undefined ? null : at(first)
    if (one !== null) one.recordedId = nodeId
  }
  for (const [nodeId, [first]] of registered) {
    const one = first === undefined ? null : at(first)
    if (one !== null) one.registeredId = nodeId
  }
  for (const address of learned) at(address)
  return [...known.values()].toSorted((a, b) => hostPort(a.address).localeCompare(hostPort(b.address)))
}
