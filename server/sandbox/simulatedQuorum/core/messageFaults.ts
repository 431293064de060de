/**
 * Single messages that the network loses or delivers twice: the next so many of a kind on a way. Clients outside the
 * cluster are `null`. Nothing here is random: which message is hit depends on the order in which they are sent.
 */
import type { Message } from './messages.ts'
import type { ClusterState } from './state.ts'

/** `any`: whoever it is. */
export type Party = number | null | 'any'

export interface MessageFault {
  readonly from: Party
  readonly to: Party
  readonly what: 'request' | 'answer'
  readonly effect: 'lose' | 'double'
  /** How many messages it still hits. */
  left: number
}

/** Total over the messages: those that ask, and those that come back. */
function kindOf({ kind }: Message): MessageFault['what'] {
  switch (kind) {
    case 'client':
    case 'rpc':
    case 'fetch':
    case 'vote':
    case 'beginEpoch':
    case 'endEpoch':
    case 'probe':
    case 'registerController':
    case 'registerBroker':
    case 'heartbeat':
      return 'request'
    case 'clientAnswer':
    case 'rpcAnswer':
    case 'fetchAnswer':
    case 'voteAnswer':
    case 'probeAnswer':
    case 'newerEpoch':
    // A refused connection is what the sender finds out, not a message that could get lost.
    case 'refused':
    case 'voteRefused':
      return 'answer'
    default:
      return kind satisfies never
  }
}

/** From now on the next `count` messages like this are lost, or come twice. */
export function hitMessages(state: ClusterState, fault: Omit<MessageFault, 'left'>, count: number): void {
  state.messageFaults.push({ ...fault, left: count })
}

/** What becomes of a message on this way; counts it where it is hit. */
export function faultOf(
  state: ClusterState,
  from: number | null,
  to: number | null,
  message: Message,
): MessageFault['effect'] | null {
  const what = kindOf(message)
  const fits = (party: Party, one: number | null) => party === 'any' || party === one
  const fault = state.messageFaults.find((f) => f.what === what && fits(f.from, from) && fits(f.to, to))
  if (fault === undefined) return null
  fault.left -= 1
  if (fault.left <= 0) state.messageFaults = state.messageFaults.filter((f) => f !== fault)
  return fault.effect
}
