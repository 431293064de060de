'use client'
/** What a screen on a wall needs of its browser: it stays awake, hides the pointer, moves its picture, and is left on purpose. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { atBase } from '../../live/address/basePath.ts'
import { leaveWall, useSession } from '../../live/queries/useSession.ts'
import { ticker } from '../../live/ticker.ts'
import { shiftAt } from './burnIn.ts'

const POINTER_HIDES_AFTER_MS = 3_000
const LEAVING_FOR_MS = 8_000

/** `false` where the browser cannot keep the screen on: it does so only for pages over TLS or of this machine. */
function useAwake(): boolean {
  const [awake, setAwake] = useState(true)
  useEffect(() => {
    let ended = false
    let lock: WakeLockSentinel | null = null
    const take = async () => {
      if (document.hidden || ended || (lock !== null && !lock.released)) return
      try {
        if (!('wakeLock' in navigator)) throw new Error('this browser has no wake lock')
        const taken = await navigator.wakeLock.request('screen')
        if (ended) return void taken.release()
        lock = taken
        setAwake(true)
      } catch {
        if (!ended) setAwake(false)
      }
    }
    void take()
    document.addEventListener('visibilitychange', take)
    // It is lost without a word, on low battery for example.
    const again = setInterval(() => void take(), 60_000)
    return () => {
      ended = true
      document.removeEventListener('visibilitychange', take)
      clearInterval(again)
      void lock?.release()
    }
  }, [])
  return awake
}

function usePointerHidden(): boolean {
  const [hidden, setHidden] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const moved = () => {
      setHidden(false)
      clearTimeout(timer)
      timer = setTimeout(() => setHidden(true), POINTER_HIDES_AFTER_MS)
    }
    moved()
    window.addEventListener('pointermove', moved)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pointermove', moved)
    }
  }, [])
  return hidden
}

/** Esc asks, Enter leaves; any other key, or some seconds, and the wall stays. */
function useLeaving(leave: () => void): boolean {
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (asked && event.key === 'Enter') leave()
      else setAsked(event.key === 'Escape' && !asked)
    }
    window.addEventListener('keydown', pressed)
    const timer = asked ? setTimeout(() => setAsked(false), LEAVING_FOR_MS) : undefined
    return () => {
      window.removeEventListener('keydown', pressed)
      clearTimeout(timer)
    }
  }, [asked, leave])
  return asked
}

export interface WallScreenState {
  readonly awake: boolean
  readonly pointerHidden: boolean
  readonly leaving: boolean
  /** In steps of the picture. */
  readonly shift: string
}

/** @param away where a person goes who leaves the wall without having shown a token */
export function useWallScreen(away: string): WallScreenState {
  const session = useSession()
  const isToken = session?.role === 'wall'
  const [leave, setLeave] = useState<() => void>(() => () => {})
  useEffect(() => setLeave(() => () => (isToken ? void leaveWall() : location.assign(atBase(away)))), [isToken, away])
  const shift = useSyncExternalStore(
    ticker.subscribe,
    () => {
      const { x, y } = shiftAt(Date.now())
      return `${x} ${y}`
    },
    () => '0 0',
  )
  return { awake: useAwake(), pointerHidden: usePointerHidden(), leaving: useLeaving(leave), shift }
}
