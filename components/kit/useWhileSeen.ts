'use client'
/** A value that stands still while nobody can see what is made of it. */
import { type RefObject, useEffect, useRef, useState } from 'react'

export function useWhileSeen<T, E extends Element>(value: T): readonly [RefObject<E | null>, T] {
  const place = useRef<E>(null)
  const [seen, setSeen] = useState(true)
  const [kept, setKept] = useState(value)
  if (seen && kept !== value) setKept(() => value)
  useEffect(() => {
    if (place.current === null) return
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? true))
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [])
  return [place, seen ? value : kept]
}
