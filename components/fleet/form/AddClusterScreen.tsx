'use client'
/** A further cluster: written down, tested, watched. */
import { ActionGroup, Button, Form, Title } from '@patternfly/react-core'
import { useState } from 'react'
import { Refusal } from '../../../server/contract/errors.ts'
import { Link } from '../../kit/address/Link.tsx'
import { useRouter } from '../../kit/address/useRouter.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Notice } from '../../kit/Notice.tsx'
import { Section } from '../../kit/Section.tsx'
import { useAddCluster, useConnectionTest } from '../../live/queries/fleet/useReach.ts'
import { useMayAct, useWhyNot } from '../../live/queries/useRights.ts'
import { type Draft, type DraftField, EMPTY, problemsAt, requestOf } from './formDraft.ts'
import { ReachFields } from './ReachFields.tsx'
import { TestResult } from './TestResult.tsx'

export function AddClusterScreen() {
  const mayAct = useMayAct(null)
  const whyNot = useWhyNot(null)
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        {mayAct === false ? (
          <Notice glyph="?" title="Add a cluster">
            <p>{whyNot} Adding a cluster needs the right operate everywhere.</p>
          </Notice>
        ) : (
          <Adding />
        )}
      </main>
    </>
  )
}

function fieldsOf(error: Error | null): ReadonlyMap<DraftField, string> {
  return problemsAt(error instanceof Refusal ? error.fields : [])
}

function Adding() {
  const router = useRouter()
  const [draft, setDraft] = useState<Draft>(EMPTY)
  const [last, setLast] = useState<'add' | 'test'>('add')
  const adding = useAddCluster(({ cluster }) => router.push(`/clusters/${encodeURIComponent(cluster)}`))
  const testing = useConnectionTest()
  const { request, problems } = requestOf(draft)
  const refused = last === 'add' ? adding.refused : testing.refused
  const shown = new Map([...fieldsOf(refused), ...problems])
  const ready = problems.size === 0 && !adding.busy
  return (
    <>
      <Section label="Add a cluster">
        <Title headingLevel="h1" size="xl">
          Add a cluster
        </Title>
        <p>
          It is watched from then on, after a restart too. A quorum that does not exist yet is{' '}
          <Link href="/bootstrap" prefetch={false}>
            planned first
          </Link>
          .
        </p>
        <Form
          isWidthLimited
          aria-label="The cluster"
          onSubmit={(event) => {
            event.preventDefault()
            setLast('add')
            if (ready) adding.ask(request)
          }}
        >
          <ReachFields draft={draft} problems={shown} isReadOnly={false} onChange={setDraft} />
          <ActionGroup>
            <Button type="submit" variant="primary" isDisabled={!ready} isLoading={adding.busy}>
              Watch it
            </Button>
            <Button
              variant="secondary"
              isDisabled={problems.size > 0 || testing.busy}
              isLoading={testing.busy}
              onClick={() => {
                setLast('test')
                testing.ask(request)
              }}
            >
              Test the connection
            </Button>
          </ActionGroup>
        </Form>
        {refused !== null && <Refused error={refused} />}
      </Section>
      {testing.result !== null && (
        <Section title="The way to it" aria-live="polite">
          <TestResult test={testing.result} />
        </Section>
      )}
    </>
  )
}
