/** A webhook of one's own: the incident as JSON, signed. */
import { createHmac } from 'node:crypto'
import { idempotencyKey, type Message, type Sender } from './message.ts'
import { post } from './post.ts'
import type { WebhookOptions } from './receiverOptions.ts'

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 of `SECONDS.BODY`. The time is in it, so that an old message cannot be played again. */
export function signature(secret: string, body: string, nowMs: number): string {
  const seconds = Math.floor(nowMs / 1000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

export function webhookBody({ incident, state, link }: Message): string {
  return JSON.stringify({ version: 1, state, alert: { ...incident, state }, link })
}

export function webhookSender({ url, secret, allowPrivate }: WebhookOptions, nowMs: () => number): Sender {
  return {
    send: async (message) => {
      const body = webhookBody(message)
      const headers = {
        'idempotency-key': idempotencyKey(message),
        'x-quorumdeck-signature': signature(secret, body, nowMs()),
      }
      return `It answered ${await post({ url, allowPrivate, headers, body })}.`
    },
    refresh: null,
  }
}
