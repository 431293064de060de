'use client'
/** The page of a cluster: as it is, or as it was at the moment in the address. */
import { Suspense, useSyncExternalStore } from 'react'
import { patientLazy } from '../kit/patientLazy.ts'
import { ClusterScreen } from './ClusterScreen.tsx'

const PastScreen = patientLazy(() => import('./past/PastScreen.tsx'))

/** @param atMs a moment of the past, on the wall clock of the server; `null`: now */
export function ClusterAt({ cluster, atMs }: { cluster: string; atMs: number | null }) {
  const isHere = useIsHere()
  if (atMs === null) return <ClusterScreen cluster={cluster} />
  // The server knows neither the reader's clock nor the time zone: the past is drawn by the browser alone.
  if (!isHere) return null
  return (
    <Suspense fallback={null}>
      <PastScreen cluster={cluster} atMs={atMs} />
    </Suspense>
  )
}

/** Whether this runs in a browser, after the page has taken over what the server sent. */
function useIsHere(): boolean {
  return useSyncExternalStore(nothingChanges, yes, no)
}

const nothingChanges = () => () => {}
const yes = () => true
const no = () => false
