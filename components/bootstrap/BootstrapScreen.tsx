'use client'
/** A new quorum: what it is to be, the plan made of that, and the way to watching it form. Nothing is sent to Kafka. */
import { useEffect, useRef, useState } from 'react'
import type { BootstrapPlan } from '../../server/contract/bootstrap.ts'
import { Refusal } from '../../server/contract/errors.ts'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { useMakePlan } from '../live/queries/useBootstrap.ts'
import { DraftForm } from './DraftForm.tsx'
import { type Draft, FIRST_WISH, isPlanOf, readWish, requestOf, withIds, withoutIds } from './draft.ts'
import { PlanView } from './PlanView.tsx'
import './bootstrap.css'
import { useMayActSomewhere } from '../live/queries/useRights.ts'

const KEPT = 'quorumdeck-bootstrap'

export function BootstrapScreen() {
  const [draft, setWish] = useState<Draft>(FIRST_WISH)
  const [plan, setPlan] = useState<BootstrapPlan | null>(null)
  // Before the page's script runs nothing that is typed could be kept.
  const [ready, setReady] = useState(false)
  const shown = useRef<HTMLDivElement>(null)
  const mayAct = useMayActSomewhere()
  useEffect(() => {
    document.title = 'New quorum · Quorumdeck'
    const kept = readWish(sessionStorage.getItem(KEPT))
    if (kept !== null) setWish(kept)
    setReady(true)
  }, [])
  const change = (next: Draft) => {
    setWish(next)
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(next))
    } catch {
      // Storage may be forbidden: then the form lasts as long as the page.
    }
  }
  const { make, pending, refused } = useMakePlan((made) => {
    setPlan(made)
    change(withIds(draft, made))
  })
  // To the plan when it is made, not whenever it is drawn.
  useEffect(() => {
    if (plan !== null) shown.current?.scrollIntoView({ block: 'start' })
  }, [plan])
  return (
    <>
      <AppHeader>
        <span className="qd-dim">New quorum</span>
      </AppHeader>
      <main id="main" className="qd-main">
        <DraftForm
          draft={draft}
          onChange={change}
          onSubmit={() => make(requestOf(draft))}
          onNewIds={() => change(withoutIds(draft))}
          ready={ready && mayAct === true}
          watchOnly={mayAct === false}
          pending={pending}
          refused={refused}
          fields={refused instanceof Refusal ? refused.fields : []}
        />
        <div ref={shown} className="qd-column qd-boot__plan">
          {plan !== null && <PlanView plan={plan} isOutdated={!isPlanOf(draft, plan)} />}
        </div>
      </main>
    </>
  )
}
