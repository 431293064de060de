'use client'
/** Gives the page what the websocket brings, and the cache of what is asked for over HTTP. */
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { Refusal } from '../../server/contract/errors.ts'
import { atBase, openPath } from './address/basePath.ts'
import { LagTrails } from './lagTrails.ts'
import { LiveClusters } from './liveClusters.ts'
import { api } from './queries/api.ts'
import { eventsKey } from './queries/queryKeys.ts'
import { signInPath } from './signInPath.ts'
import { ticker } from './ticker.ts'

export interface Live {
  readonly clusters: LiveClusters
  readonly trails: LagTrails
}

const LiveContext = createContext<Live | null>(null)

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('there is no LiveProvider above this component')
  return live
}

/** Pages for those who are nobody yet. */
const DOORS: ReadonlySet<string> = new Set(['/sign-in', '/set-up'])
/** Refusals of whoever is nobody, not of a password that was typed wrong. */
const NOBODY: ReadonlySet<string> = new Set(['sign-in', 'wall-ended'])

function signIn(): void {
  const path = openPath()
  if (!DOORS.has(path)) location.assign(atBase(signInPath(path + location.search)))
}

function signInIfRefused(error: unknown): void {
  if (error instanceof Refusal && NOBODY.has(error.code)) signIn()
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
  const trails = new LagTrails()
  const clusters = new LiveClusters(
    () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${atBase('/ws')}`),
    {
      nowMs: () => ticker.advance(),
      signInNeeded: signIn,
      couldNotConnect: () => void api.session().catch(signInIfRefused),
      outdated: reloadOnce,
      connected: () => void client.invalidateQueries({ queryKey: ['events'] }),
      missed: (cluster) => void client.invalidateQueries({ queryKey: eventsKey(cluster) }),
      viewed: (cluster, before, after) => trails.take(cluster, before, after),
    },
  )
  return { client, live: { clusters, trails } }
}

export function LiveProvider({ children }: { children: ReactNode }) {
  const [{ client, live }] = useState(start)
  useEffect(() => {
    const recheck = () => {
      if (!document.hidden) live.clusters.socket.recheck()
    }
    document.addEventListener('visibilitychange', recheck)
    window.addEventListener('online', recheck)
    return () => {
      document.removeEventListener('visibilitychange', recheck)
      window.removeEventListener('online', recheck)
      live.clusters.socket.close()
    }
  }, [live])
  return (
    <QueryClientProvider client={client}>
      <LiveContext value={live}>{children}</LiveContext>
    </QueryClientProvider>
  )
}
