'use client'
/** Holds the place of something heavy until it is about to be seen, so that it costs the first view nothing. */
import { type ReactNode, useEffect, useRef, useState } from 'react'

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
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true)
      },
      { rootMargin: '300px' },
    )
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [seen])
  return (
    <div ref={place} id={id} className={className} style={seen ? undefined : { minHeight: height }}>
      {seen ? children : null}
    </div>
  )
}
