'use client'
/** The dark board that every wall is written on: it moves a little every minute, and has nothing to click or to focus. */
import type { CSSProperties, ReactNode } from 'react'
import { useWallScreen } from './useWallScreen.ts'
import './wallFrame.css'

export function WallFrame({
  tone,
  code,
  away,
  className,
  children,
}: {
  readonly tone: string
  readonly code?: string
  /** Where a person goes who leaves it. */
  readonly away: string
  readonly className: string
  readonly children: ReactNode
}) {
  const { awake, pointerHidden, leaving, shift } = useWallScreen(away)
  const [x = '0', y = '0'] = shift.split(' ')
  return (
    <main className="qd-wall" data-tone={tone} data-code={code} data-pointer={pointerHidden ? 'hidden' : undefined}>
      <div className={`qd-wall__board ${className}`} style={{ '--shift-x': x, '--shift-y': y } as CSSProperties}>
        {children}
        {!awake && (
          <p className="qd-wall__note">This browser does not keep the screen on: switch its power saving off.</p>
        )}
      </div>
      <p className="qd-wall__leave" role="status">
        {leaving ? 'Leave the wall? Enter leaves. Any other key stays.' : ''}
      </p>
    </main>
  )
}
