/** What a receiver is told, whatever its kind, and how a try may fail. */
import type { AlertIncident } from '../../contract/alerts/incidents.ts'

export interface Message {
  /** As it is now: a message that waited tells what is known when it leaves. */
  incident: AlertIncident
  state: AlertIncident['state']
  /** Where people open it; `null` where nobody has said by which address Quorumdeck is reached. */
  link: string | null
}

/** The same for every try: whoever gets it twice has it already. */
export function idempotencyKey({ incident, state }: Pick<Message, 'incident' | 'state'>): string {
  return `${incident.id}-${state}`
}

/** `receiver`: it cannot be reached, or takes nothing now. `message`: it refuses this one. */
export type FailureKind = 'receiver' | 'message'

export class DeliveryFailure extends Error {
  override readonly name = 'DeliveryFailure'
  readonly kind: FailureKind

  constructor(kind: FailureKind, message: string) {
    super(message)
    this.kind = kind
  }
}

export interface Sender {
  /** Resolves with what the receiver answered, in words, once it has taken the message. @throws DeliveryFailure */
  send(message: Message): Promise<string>
  /** Tells again what is open, where a receiver would take it for over otherwise; `null`: none of this kind does. */
  refresh: ((messages: readonly Message[]) => Promise<void>) | null
}

const HEADLINE = { open: 'FIRING', resolved: 'RESOLVED' } as const

/** One line for a subject or a chat. */
export function headline({ incident, state }: Message): string {
  return `[${HEADLINE[state]}: ${incident.severity}] ${incident.cluster}: ${incident.title}`
}

/** The whole of it as plain text. */
export function bodyText(message: Message): string {
  const { incident, state, link } = message
  const { detail, remedy, startedAtMs, resolvedAtMs, acknowledged } = incident
  const at = (ms: number) => new Date(ms).toISOString()
  const nodes = incident.replicas.map(({ nodeId }) => nodeId)
  return [
    detail,
    ...(state === 'open' ? ['', remedy] : []),
    '',
    `Since ${at(startedAtMs)}${resolvedAtMs === null ? '' : `, over at ${at(resolvedAtMs)}`}.`,
    `Rule ${incident.rule}${nodes.length === 0 ? '' : `, node ${nodes.join(', ')}`}.`,
    ...(acknowledged === null ? [] : [`${acknowledged.by} looks after it.`]),
    ...(link === null ? [] : [link]),
  ].join('\n')
}
