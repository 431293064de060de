'use client'
/** Holds the place of something heavy until it is about to be seen, so that it costs the first view nothing. */
import { type ReactNode, useEffect, useRef, useState } from 'react'

const AFTER_MS = 150

export function WhenSeen({
  id,
  className,
  height,
  children,
}: {
  id?: string
  className?: string
  height: string
  children: ReactNode
}) {
  const place = useRef<HTMLDivElement>(null)
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    if (place.current === null || seen) return
    let later: ReturnType<typeof setTimeout> | undefined
    const observer = new IntersectionObserver(
      (entries) => {
        // Not in the same breath as the first rows: they are painted first.
        if (entries.some((entry) => entry.isIntersecting)) later ??= setTimeout(() => setSeen(true), AFTER_MS)
      },
      { rootMargin: '300px' },
    )
    observer.observe(place.current)
    return () => {
      clearTimeout(later)
      observer.disconnect()
    }
  }, [seen])
  return (
    <div ref={place} id={id} className={className} style={seen ? undefined : { minHeight: height }}>
      {seen ? children : null}
    </div>
  )
}
