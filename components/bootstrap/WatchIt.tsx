'use client'
/** From the plan to watching it come true: the cluster is added to those that are watched. */
import { ActionGroup, Button, Form, FormGroup, TextInput } from '@patternfly/react-core'
import { useState } from 'react'
import type { BootstrapPlan } from '../../server/contract/bootstrap.ts'
import { useRouter } from '../kit/address/useRouter.ts'
import { Refused } from '../kit/gates/Refused.tsx'
import { Hint } from '../kit/Hint.tsx'
import { Section } from '../kit/Section.tsx'
import { useWatchPlan } from '../live/queries/useBootstrap.ts'
import { formationPath } from './paths.ts'

export function WatchIt({ plan }: { plan: BootstrapPlan }) {
  const router = useRouter()
  const secured = plan.request.protocol !== 'PLAINTEXT'
  const [file, setFile] = useState('')
  const { watch, pending, refused } = useWatchPlan((cluster) => router.push(formationPath(cluster)))
  const named = file.trim()
  return (
    <Section title="Watch it form">
      <p>
        Quorumdeck watches the cluster from now on and keeps this plan: it shows which controllers answer, and whether
        ids, voters and features are as planned.
      </p>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          watch({ request: plan.request, ...(secured && named !== '' ? { commandConfig: named } : {}) })
        }}
      >
        {secured && (
          <FormGroup label="Properties file" fieldId="boot-config">
            <TextInput
              id="boot-config"
              value={file}
              maxLength={100}
              placeholder="payments.properties"
              onChange={(_event, text) => setFile(text)}
            />
            <Hint>
              Its name in the folder <span className="qd-mono">client-properties</span> of Quorumdeck’s data directory:
              put client-controllers.properties there, with its secrets filled in.
            </Hint>
          </FormGroup>
        )}
        {refused !== null && <Refused error={refused} />}
        <ActionGroup>
          <Button type="submit" variant="primary" isDisabled={pending || (secured && named === '')}>
            {pending ? 'Adding…' : 'Watch it form'}
          </Button>
        </ActionGroup>
      </Form>
    </Section>
  )
}
