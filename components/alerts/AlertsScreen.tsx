'use client'
/** Every alert of every cluster: what is open first, the gravest before all, then silences, receivers, and what is over. */
import { Alert, Title } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import { Refused } from '../kit/gates/Refused.tsx'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { useOpenAlerts } from '../live/queries/alerts/useAlerts.ts'
import { useActsOn, useMayActSomewhere } from '../live/queries/useRights.ts'
import { useSession } from '../live/queries/useSession.ts'
import { ActorName } from '../workflows/shared/ActorName.tsx'
import { AlertCard } from './AlertCard.tsx'
import { openWords } from './alertWords.ts'
import { EndedAlerts } from './EndedAlerts.tsx'
import { ReceiverList } from './ReceiverList.tsx'
import { SilenceList } from './SilenceList.tsx'
import './alerts.css'

/** Ages here are told by the minute: once a second is often enough. */
const TICK_MS = 1000

export function AlertsScreen() {
  const { list, error } = useOpenAlerts()
  const mayAct = useMayActSomewhere() === true
  const actsOn = useActsOn()
  // Receivers are of the whole server: they are for those who may see all of it.
  const seesAll = (useSession()?.everywhere ?? null) !== null
  // Rendered on the server too, where no clock of a person is known.
  const [nowMs, setNowMs] = useState(0)
  useEffect(() => {
    setNowMs(Date.now())
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  const words = list === null ? 'Alerts' : openWords(list.alerts)
  useEffect(() => {
    document.title = `${words} · Quorumdeck`
  }, [words])
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main" data-stale={error !== null || undefined}>
        <Title headingLevel="h1" size="xl" aria-live="polite">
          {words}
        </Title>
        {error !== null && <Refused error={error} />}
        {list !== null && !list.storage.ok && (
          <Alert component="h2" isInline variant="warning" title="Alerts are not kept over a restart now.">
            {list.storage.problem}
          </Alert>
        )}
        <div className="qd-split qd-data">
          <div className="qd-column">
            {list?.alerts.map((alert) => (
              <AlertCard key={alert.id} alert={alert} mayAct={actsOn(alert.cluster)} nowMs={nowMs} />
            ))}
            {list !== null && list.before !== null && (
              <p className="qd-dim">These are the gravest {list.alerts.length}; there are more.</p>
            )}
            <EndedAlerts nowMs={nowMs} />
          </div>
          <div className="qd-column">
            {mayAct && <ActorName />}
            {seesAll && <ReceiverList mayAct={actsOn(null)} nowMs={nowMs} />}
            <SilenceList mayAct={mayAct} nowMs={nowMs} />
          </div>
        </div>
      </main>
    </>
  )
}
