/** From the configuration of a receiver to what sends to it, and to what may be shown of it. */
import type { Receiver } from '../../contract/alerts/receivers.ts'
import { alertmanagerSender } from './alertmanager.ts'
import { emailSender } from './email.ts'
import type { Sender } from './message.ts'
import type { ReceiverOptions } from './receiverOptions.ts'
import { slackSender } from './slack.ts'
import { webhookSender } from './webhook.ts'

export function senderOf(options: ReceiverOptions, nowMs: () => number): Sender {
  switch (options.kind) {
    case 'webhook':
      return webhookSender(options, nowMs)
    case 'slack':
      return slackSender(options)
    case 'alertmanager':
      return alertmanagerSender(options)
    case 'email':
      return emailSender(options)
    default:
      return options satisfies never
  }
}

/** Without path, query and credentials: each may be a secret. */
export function shownTarget(options: ReceiverOptions): Receiver['target'] {
  return options.kind === 'email' ? options.to.join(', ') : new URL(options.url).origin
}
