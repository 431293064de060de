'use client'
/** From the plan to watching it come true: the cluster is added to those that are watched. */
import { Button, TextInput } from '@patternfly/react-core'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import type { BootstrapPlan } from '../../server/contract/bootstrap.ts'
import { Refused } from '../kit/gates/Refused.tsx'
import { useWatchPlan } from '../live/queries/useBootstrap.ts'
import { formationPath } from './paths.ts'

export function WatchIt({ plan }: { plan: BootstrapPlan }) {
  const router = useRouter()
  const secured = plan.request.protocol !== 'PLAINTEXT'
  const [file, setFile] = useState('')
  const { watch, pending, refused } = useWatchPlan((cluster) => router.push(formationPath(cluster)))
  const named = file.trim()
  return (
    <section className="qd-card" aria-label="Watch it form">
      <h2 className="qd-h2">Watch it form</h2>
      <p className="qd-small">
        Quorumdeck watches the cluster from now on and keeps this plan: it tells which controllers answer, and whether
        ids, voters and features are as planned.
      </p>
      <form
        className="qd-boot__watch"
        onSubmit={(event) => {
          event.preventDefault()
          watch({ request: plan.request, ...(secured && named !== '' ? { commandConfig: named } : {}) })
        }}
      >
        {secured && (
          <div className="qd-boot__field">
            <label htmlFor="boot-config">Properties file</label>
            <TextInput
              id="boot-config"
              value={file}
              maxLength={100}
              placeholder="payments.properties"
              onChange={(_event, text) => setFile(text)}
            />
            <p className="qd-small qd-dim">
              Its name in the folder <span className="qd-mono">client-properties</span> of Quorumdeck’s data directory:
              put client-controllers.properties there, with its secrets filled in.
            </p>
          </div>
        )}
        {refused !== null && <Refused error={refused} />}
        <Button type="submit" variant="primary" isDisabled={pending || (secured && named === '')}>
          {pending ? 'Adding…' : 'Watch it form'}
        </Button>
      </form>
    </section>
  )
}
