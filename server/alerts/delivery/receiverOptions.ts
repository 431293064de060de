/** A receiver as the configuration gives it, with its secrets. It never leaves the server. */
import type { Severity } from '../../contract/advice.ts'

interface AnyReceiver {
  name: string
  /** `null`: all. */
  severities: readonly Severity[] | null
  /** Short names of clusters; `null`: all. */
  clusters: readonly string[] | null
  /** Whether it is told that an incident is over. */
  sendResolved: boolean
  /** It may be on this machine or in a private network. */
  allowPrivate: boolean
}

export interface WebhookOptions extends AnyReceiver {
  kind: 'webhook'
  url: string
  /** Messages are signed with it. */
  secret: string
}

export interface SlackOptions extends AnyReceiver {
  kind: 'slack'
  /** A secret by itself. */
  url: string
}

export interface AlertmanagerOptions extends AnyReceiver {
  kind: 'alertmanager'
  /** Without `/api/v2`. */
  url: string
  /** Header `Authorization`; `null`: none. */
  authorization: string | null
}

export interface EmailOptions extends AnyReceiver {
  kind: 'email'
  from: string
  to: readonly string[]
  smtp: {
    host: string
    port: number
    /** TLS from the first byte; otherwise STARTTLS, which must succeed unless `plain`. */
    secure: boolean
    plain: boolean
    credentials: { user: string; password: string } | null
  }
}

export type ReceiverOptions = WebhookOptions | SlackOptions | AlertmanagerOptions | EmailOptions
