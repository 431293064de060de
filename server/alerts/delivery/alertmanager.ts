/**
 * Alertmanager's API v2, spoken as Prometheus speaks it: what is open is sent again and again, because Alertmanager takes for over what it has
 * not heard of for `resolve_timeout` (5 minutes by default). No `endsAt` is sent for what is open, so that the clocks need not agree.
 */
import type { Message, Sender } from './message.ts'
import { post } from './post.ts'
import type { AlertmanagerOptions } from './receiverOptions.ts'

export function alertOf({ incident, state, link }: Message): Record<string, unknown> {
  const { rule, key, cluster, severity, replicas, title, detail, remedy, startedAtMs, resolvedAtMs } = incident
  const [only, ...more] = replicas
  return {
    labels: {
      alertname: rule,
      cluster,
      severity,
      source: 'quorumdeck',
      ...(key === '' ? {} : { key }),
      ...(only === undefined || more.length > 0 ? {} : { node: String(only.nodeId) }),
    },
    annotations: { summary: title, description: detail, remedy },
    startsAt: new Date(startedAtMs).toISOString(),
    ...(state === 'resolved' && resolvedAtMs !== null ? { endsAt: new Date(resolvedAtMs).toISOString() } : {}),
    ...(link === null ? {} : { generatorURL: link }),
  }
}

export function alertmanagerSender(options: AlertmanagerOptions): Sender {
  const { allowPrivate, authorization } = options
  const url = `${options.url.replace(/\/+$/, '')}/api/v2/alerts`
  const headers: Record<string, string> = authorization === null ? {} : { authorization }
  const tell = (messages: readonly Message[]) =>
    post({ url, allowPrivate, headers, body: JSON.stringify(messages.map(alertOf)) })
  return {
    send: async (message) => `It answered ${await tell([message])}.`,
    refresh: async (messages) => {
      await tell(messages)
    },
  }
}
