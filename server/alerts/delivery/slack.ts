/** Slack's incoming webhooks, and what is compatible with them (Mattermost, Rocket.Chat, Discord's /slack): `text` and blocks. */
import { bodyText, headline, idempotencyKey, type Message, type Sender } from './message.ts'
import { post } from './post.ts'
import type { SlackOptions } from './receiverOptions.ts'

/** A header block holds 150 characters, a section 3000 (https://docs.slack.dev/reference/block-kit/blocks). */
const MAX_HEADER = 150
const MAX_SECTION = 2900

/** The three characters that Slack takes for markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

export function slackBody(message: Message): string {
  const title = headline(message)
  return JSON.stringify({
    text: escaped(title),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: title.slice(0, MAX_HEADER) } },
      { type: 'section', text: { type: 'mrkdwn', text: escaped(bodyText(message).slice(0, MAX_SECTION)) } },
    ],
  })
}

export function slackSender({ url, allowPrivate }: SlackOptions): Sender {
  return {
    send: async (message) => {
      const headers = { 'idempotency-key': idempotencyKey(message) }
      return `It answered ${await post({ url, allowPrivate, headers, body: slackBody(message) })}.`
    },
    refresh: null,
  }
}
