'use client'
/** Says in which zone times are shown, beside them, and changes it. The page is drawn anew: times stand everywhere on it. */
import { Button } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import { chooseZone, shownZone, type Zone } from './words/zone.ts'

const NAMES: Readonly<Record<Zone, string>> = { local: 'local time', UTC: 'UTC' }

export function ZoneSwitch() {
  const [zone, setZone] = useState<Zone>('local')
  useEffect(() => setZone(shownZone()), [])
  const other = zone === 'local' ? 'UTC' : 'local'
  return (
    <Button
      variant="link"
      isInline
      size="sm"
      title={`Show times in ${NAMES[other]}`}
      onClick={() => {
        chooseZone(other)
        window.location.reload()
      }}
    >
      {NAMES[zone]}
    </Button>
  )
}
