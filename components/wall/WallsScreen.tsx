'use client'
/**
 * The door of a wall: a link has its token in the fragment, which no server and no log sees. It is exchanged for a cookie and
 * gone from the address before anything else is asked for.
 */
import { useEffect, useState } from 'react'
import { Refusal } from '../../server/contract/errors.ts'
import { exchangeToken, useSession } from '../live/queries/useSession.ts'
import { WallFrame } from './screen/WallFrame.tsx'
import { WallTiles } from './tiles/WallTiles.tsx'
import { tokenInFragment } from './tokenInFragment.ts'
import { WallScreen } from './WallScreen.tsx'

const AGAIN_MS = 3_000

type Door = { readonly state: 'opening' | 'open' } | { readonly state: 'refused'; readonly words: string }

function useDoor(): Door {
  const [door, setDoor] = useState<Door>({ state: 'opening' })
  useEffect(() => {
    const token = tokenInFragment(location.hash)
    if (token === null) return setDoor({ state: 'open' })
    history.replaceState(null, '', location.pathname + location.search)
    let ended = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const exchange = async () => {
      try {
        await exchangeToken(token)
        if (!ended) setDoor({ state: 'open' })
      } catch (error) {
        if (ended) return
        if (error instanceof Refusal && error.status !== 429 && error.status < 500) {
          return setDoor({ state: 'refused', words: `${error.message} ${error.remedy}` })
        }
        // The server may be starting: nobody stands here to try again.
        setDoor({ state: 'refused', words: 'The server does not answer. This wall keeps trying.' })
        timer = setTimeout(() => void exchange(), AGAIN_MS)
      }
    }
    void exchange()
    return () => {
      ended = true
      clearTimeout(timer)
    }
  }, [])
  return door
}

export function WallsScreen() {
  const door = useDoor()
  if (door.state === 'open') return <Shown />
  return (
    <WallFrame tone="stale" away="/?list" className="qd-wall__one">
      <div className="qd-wall__verdict">
        <h1 aria-live="polite">{door.state === 'opening' ? 'Opening the wall' : 'This wall does not open'}</h1>
        <p>{door.state === 'refused' ? door.words : ''}</p>
      </div>
    </WallFrame>
  )
}

/** A token of one cluster shows that one, whole. */
function Shown() {
  const session = useSession()
  const [only, ...others] = session?.wall?.clusters ?? []
  return only !== undefined && others.length === 0 ? <WallScreen cluster={only} /> : <WallTiles />
}
