/** The past of a cluster: its history in columns and in rows, its events, and the whole quorum at a moment. */
import { Hono } from 'hono'
import { EventKind, type EventList } from '../../contract/past/events.ts'
import { ExtraColumn } from '../../contract/past/history.ts'
import { HistoryUnavailable, type JsonBytes, SHOWN_MS } from '../../history/clusterHistory.ts'
import type { RequestEnv } from '../api.ts'
import { wholeParameter } from '../parameters.ts'
import { refuse } from '../refusal.ts'
import type { WatchedCluster } from '../watchedCluster.ts'

/** A page that asks for no step gets a point a second. */
const DEFAULT_STEP_MS = 1000
const DEFAULT_EVENTS = 500
const MAX_EVENTS = 2000
/** What a page gets that asks for no kinds: what the websocket sends, too. */
const LIVE_KINDS = EventKind.options.filter((kind) => kind !== 'finding' && kind !== 'run')
/** Later than this is no time of a quorum, and no date in JavaScript. */
const MAX_TIME_MS = 8_640_000_000_000_000

export interface HistoryRoutesOptions {
  /** @throws Refusal for a cluster that nobody watches */
  watched: (cluster: string) => WatchedCluster
  nowMs: () => number
}

function time(name: string, text: string | undefined, fallback: number): number {
  return wholeParameter(name, text, fallback, { most: MAX_TIME_MS, what: 'a time in milliseconds, a whole number' })
}

function list<T extends string>(name: string, text: string | undefined, options: readonly T[]): T[] {
  if (text === undefined || text === '') return []
  return text.split(',').map((part) => {
    const found = options.find((option) => option === part)
    if (found === undefined) {
      throw refuse.badRequest(
        `${name} has no ${JSON.stringify(part.slice(0, 40))}. It may hold ${options.join(', ')}, with commas between.`,
      )
    }
    return found
  })
}

async function available<T>(answer: Promise<T>): Promise<T> {
  return await answer.catch((error: unknown) => {
    throw error instanceof HistoryUnavailable ? refuse.noHistory() : error
  })
}

const JSON_HEADERS = { 'content-type': 'application/json' }

export function historyRoutes({ watched, nowMs }: HistoryRoutesOptions) {
  const stretch = (from: string | undefined, to: string | undefined) => {
    const toMs = time('to', to, nowMs())
    const fromMs = time('from', from, Math.max(0, toMs - SHOWN_MS))
    if (fromMs > toMs) throw refuse.badRequest('from must not be later than to.')
    return { fromMs, toMs }
  }
  return new Hono<RequestEnv>()
    .get('/api/clusters/:cluster/history', async (c) => {
      const { history } = watched(c.req.param('cluster'))
      const span = stretch(c.req.query('from'), c.req.query('to'))
      const stepMs = time('step', c.req.query('step'), DEFAULT_STEP_MS)
      const extra = list('columns', c.req.query('columns'), ExtraColumn.options)
      return c.body(await available(history.read({ ...span, stepMs, extra })), 200, JSON_HEADERS)
    })
    .get('/api/clusters/:cluster/history/state', async (c) => {
      const { history } = watched(c.req.param('cluster'))
      return c.body(await available(history.state()), 200, JSON_HEADERS)
    })
    .get('/api/clusters/:cluster/history/export', async (c) => {
      const { cluster, history } = watched(c.req.param('cluster'))
      const span = stretch(c.req.query('from'), c.req.query('to'))
      const stepMs = time('step', c.req.query('step'), DEFAULT_STEP_MS)
      const format = list('format', c.req.query('format') ?? 'csv', ['csv', 'json'] as const)[0] ?? 'csv'
      const first = await available(history.rows({ ...span, stepMs, format, afterMs: null }))
      const encoder = new TextEncoder()
      let piece = first
      let isSent = false
      const body = new ReadableStream<Uint8Array>({
        // Called when the reader has room: a slow one is made no pieces ahead.
        async pull(controller) {
          if (isSent && piece.afterMs === null) return controller.close()
          if (isSent) piece = await history.rows({ ...span, stepMs, format, afterMs: piece.afterMs })
          isSent = true
          controller.enqueue(encoder.encode(piece.text))
        },
      })
      const day = new Date(span.toMs).toISOString().slice(0, 10)
      return c.body(body, 200, {
        'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
        'content-disposition': `attachment; filename="${cluster}-${day}.${format}"`,
      })
    })
    .get('/api/clusters/:cluster/moment', async (c) => {
      const { history } = watched(c.req.param('cluster'))
      return c.body(await available(history.moment(time('at', c.req.query('at'), nowMs()))), 200, JSON_HEADERS)
    })
    .get('/api/clusters/:cluster/events', async (c) => {
      const { history, observer } = watched(c.req.param('cluster'))
      const toMs = time('to', c.req.query('to'), MAX_TIME_MS)
      const fromMs = time('from', c.req.query('from'), 0)
      const before = time('before', c.req.query('before'), MAX_TIME_MS)
      const limit = Math.max(1, Math.min(MAX_EVENTS, wholeParameter('limit', c.req.query('limit'), DEFAULT_EVENTS)))
      const asked = list('kinds', c.req.query('kinds'), EventKind.options)
      const kinds = asked.length === 0 ? LIVE_KINDS : asked
      const request = { fromMs, toMs: Math.min(toMs, before === MAX_TIME_MS ? before : before - 1), limit, kinds }
      const json: JsonBytes | null = await history.events(request).catch((error: unknown) => {
        if (error instanceof HistoryUnavailable) return null
        throw error
      })
      if (json !== null) return c.body(json, 200, JSON_HEADERS)
      // What happened since the start is known without it.
      const since = observer.events.filter(
        ({ atMs, kind }) => atMs >= fromMs && atMs <= request.toMs && kinds.includes(kind),
      )
      return c.json<EventList>({ events: since.slice(-limit) })
    })
}
