'use client'
/** Gives the page its websocket and its query cache, and writes what the socket hears into the cache. */
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { fold, type LiveCluster, nothingYet } from './clusterState.ts'
import { upsertEvent } from './eventLog.ts'
import { LagTrail } from './lagTrail.ts'
import { type ClusterMessage, LiveSocket } from './liveSocket.ts'
import { api, Refusal } from './queries/api.ts'
import { liveEventsKey, liveKey } from './queries/queryKeys.ts'
import { signInPath } from './signInPath.ts'
import { ticker } from './ticker.ts'

/** The last minute in seconds, for the rows; the last quarter of an hour in steps of 5 s, for the charts. */
export interface Trails {
  readonly minute: LagTrail
  readonly quarterHour: LagTrail
}

export const MINUTE = { stepMs: 1_000, spanMs: 60_000 }
export const QUARTER_HOUR = { stepMs: 5_000, spanMs: 15 * 60_000 }

export interface Live {
  readonly socket: LiveSocket
  trails(cluster: string): Trails
}

const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('there is no LiveProvider above this component')
  return live
}

function signIn(): void {
  if (location.pathname !== '/sign-in') location.assign(signInPath(location.pathname + location.search))
}

function signInIfRefused(error: unknown): void {
  if (error instanceof Refusal && error.status === 401) signIn()
}

/** A page that is older than its server loads itself anew, but never in a tight circle. */
function reloadOnce(): void {
  const key = 'quorumdeck-reloaded-at'
  const lastMs = Number(sessionStorage.getItem(key) ?? 0)
  if (Date.now() - lastMs < 60_000) return
  sessionStorage.setItem(key, String(Date.now()))
  location.reload()
}

function start(): { client: QueryClient; live: Live } {
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: signInIfRefused }),
    mutationCache: new MutationCache({ onError: signInIfRefused }),
    defaultOptions: {
      queries: {
        retry: (count, error) => count < 3 && !(error instanceof Refusal && error.status < 500),
        refetchOnWindowFocus: false,
        // The server may well be on this machine: whether the browser has a network says nothing about it.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
  // Only the socket writes these: an HTTP answer that was overtaken by it would put old over new.
  for (const key of [['live'], ['live-events']]) {
    client.setQueryDefaults(key, { staleTime: Infinity, gcTime: Infinity, structuralSharing: false })
  }
  const trails = new Map<string, Trails>()
  const trailsOf = (cluster: string): Trails => {
    const known = trails.get(cluster)
    if (known !== undefined) return known
    const fresh = {
      minute: new LagTrail(MINUTE.stepMs, MINUTE.spanMs),
      quarterHour: new LagTrail(QUARTER_HOUR.stepMs, QUARTER_HOUR.spanMs),
    }
    trails.set(cluster, fresh)
    return fresh
  }
  const held = (cluster: string) => client.getQueryData<LiveCluster>(liveKey(cluster))

  function receive(message: ClusterMessage): 'taken' | 'gap' {
    ticker.advance()
    if (message.type === 'event') {
      client.setQueryData(liveEventsKey(message.cluster), upsertEvent(message.event))
      return 'taken'
    }
    const before = held(message.cluster) ?? nothingYet
    const after = fold(before, message)
    if (after.kind === 'gap') return 'gap'
    if (after.kind === 'unchanged') return 'taken'
    const view = after.state.view
    const trails = trailsOf(message.cluster)
    const another = before.view !== null && before.view.clusterId !== (view?.clusterId ?? null)
    for (const trail of [trails.minute, trails.quarterHour]) {
      if (another) trail.clear()
      if (view !== null && view !== before.view) trail.append(view)
    }
    client.setQueryData(liveKey(message.cluster), after.state)
    return 'taken'
  }

  const socket = new LiveSocket(
    () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`),
    {
      receive,
      held: (cluster) => {
        const view = held(cluster)?.view
        return view ? { serverRunId: view.serverRunId, seq: view.seq } : null
      },
      signInNeeded: signIn,
      couldNotConnect: () => void api.session().catch(signInIfRefused),
      outdated: reloadOnce,
      connected: () => void client.invalidateQueries({ queryKey: ['events'] }),
    },
    () => ticker.advance(),
  )
  return { client, live: { socket, trails: trailsOf } }
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const [{ client, live }] = useState(start)
  useEffect(() => {
    const recheck = () => {
      if (!document.hidden) live.socket.recheck()
    }
    document.addEventListener('visibilitychange', recheck)
    window.addEventListener('online', recheck)
    return () => {
      document.removeEventListener('visibilitychange', recheck)
      window.removeEventListener('online', recheck)
      live.socket.close()
    }
  }, [live])
  return (
    <QueryClientProvider client={client}>
      <LiveContext value={live}>{children}</LiveContext>
    </QueryClientProvider>
  )
}
