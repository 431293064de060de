'use client'
/** How a cluster is reached: shown for all, tested for all, edited for those that were added here. */
import { ActionGroup, Button, Form, List, ListItem, Title } from '@patternfly/react-core'
import { useState } from 'react'
import type { ClusterOrigin } from '../../../server/contract/clusters.ts'
import { Refusal } from '../../../server/contract/errors.ts'
import type { ClusterSettings } from '../../../server/contract/fleet/clusterSettings.ts'
import { Link } from '../../kit/address/Link.tsx'
import { useRouter } from '../../kit/address/useRouter.ts'
import { Refused } from '../../kit/gates/Refused.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { UnknownCluster } from '../../kit/header/UnknownCluster.tsx'
import { Section } from '../../kit/Section.tsx'
import { useConnectionTest, useEditCluster, useSettings, useWatchedTest } from '../../live/queries/fleet/useReach.ts'
import { useForget } from '../../live/queries/useBootstrap.ts'
import { useMayAct } from '../../live/queries/useRights.ts'
import { type Draft, draftOf, problemsAt, requestOf } from './formDraft.ts'
import { ReachFields } from './ReachFields.tsx'
import { TestResult } from './TestResult.tsx'

const WHERE: Readonly<Record<Exclude<ClusterOrigin, 'added'>, string>> = {
  file: 'It comes from quorumdeck.yaml: change it there, and it is read again by itself.',
  flags: 'It was given on the command line: start Quorumdeck with other flags, or move it into quorumdeck.yaml.',
  'built-in': 'Quorumdeck started it itself: there is nothing to change.',
}

export function EditClusterScreen({ cluster }: { readonly cluster: string }) {
  const { settings, error } = useSettings(cluster)
  if (error instanceof Refusal && error.code === 'unknown-cluster') return <UnknownCluster cluster={cluster} />
  return (
    <>
      <AppHeader
        right={
          <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
            Cluster
          </Link>
        }
      >
        <span>{settings?.name ?? cluster}</span>
      </AppHeader>
      <main id="main" className="qd-main">
        {settings !== null && <Reach settings={settings} />}
        {settings === null && (
          <Section label="How it is reached">
            <Title headingLevel="h1" size="xl">
              How {cluster} is reached
            </Title>
            {error === null ? <p className="qd-dim">Reading…</p> : <Refused error={error} />}
          </Section>
        )}
      </main>
    </>
  )
}

function Reach({ settings }: { settings: ClusterSettings }) {
  const { cluster, name, origin } = settings
  const router = useRouter()
  const mayAct = useMayAct(null) === true
  const isOurs = origin === 'added' && mayAct
  const [draft, setDraft] = useState<Draft>(draftOf(settings))
  const [last, setLast] = useState<'edit' | 'test'>('edit')
  const editing = useEditCluster(cluster, () => router.push(`/clusters/${encodeURIComponent(cluster)}`))
  const typed = useConnectionTest()
  const watched = useWatchedTest()
  const { request, problems } = requestOf(draft)
  const testing = isOurs ? typed : watched
  const refused = last === 'edit' ? editing.refused : testing.refused
  const shown = new Map([...problemsAt(refused instanceof Refusal ? refused.fields : []), ...problems])
  return (
    <>
      <Section label="How it is reached">
        <Title headingLevel="h1" size="xl">
          How {name} is reached
        </Title>
        {origin !== 'added' && <p>{WHERE[origin]}</p>}
        <Known settings={settings} />
        <Form
          isWidthLimited
          aria-label="The cluster"
          onSubmit={(event) => {
            event.preventDefault()
            setLast('edit')
            if (isOurs && problems.size === 0 && !editing.busy) editing.ask(request)
          }}
        >
          <ReachFields draft={draft} problems={shown} isReadOnly={!isOurs} onChange={setDraft} />
          {mayAct && (
            <ActionGroup>
              {isOurs && (
                <Button
                  type="submit"
                  variant="primary"
                  isDisabled={problems.size > 0 || editing.busy}
                  isLoading={editing.busy}
                >
                  Save
                </Button>
              )}
              <Button
                variant="secondary"
                isDisabled={testing.busy || (isOurs && problems.size > 0)}
                isLoading={testing.busy}
                onClick={() => {
                  setLast('test')
                  if (isOurs) typed.ask(request)
                  else watched.ask(cluster)
                }}
              >
                Test the connection
              </Button>
            </ActionGroup>
          )}
        </Form>
        {refused !== null && <Refused error={refused} />}
      </Section>
      {testing.result !== null && (
        <Section title="The way to it" aria-live="polite">
          <TestResult test={testing.result} />
        </Section>
      )}
      {isOurs && <Forget cluster={cluster} name={name} />}
    </>
  )
}

function Known({ settings: { cluster, observedClusterId, commandConfig } }: { settings: ClusterSettings }) {
  const way = [commandConfig?.protocol, commandConfig?.mechanism].filter((one) => one != null).join(', ')
  return (
    <List isPlain>
      <ListItem>
        Short name <span className="qd-mono">{cluster}</span>: it stays, and with it the history.
      </ListItem>
      {observedClusterId !== null && (
        <ListItem>
          Kafka cluster <span className="qd-mono">{observedClusterId}</span>, as observed: runs belong to it.
        </ListItem>
      )}
      {way !== '' && <ListItem>Connects with {way}.</ListItem>}
    </List>
  )
}

function Forget({ cluster, name }: { cluster: string; name: string }) {
  const router = useRouter()
  const [isAsked, setIsAsked] = useState(false)
  const { forget, pending, refused } = useForget(cluster, () => router.push('/?list'))
  return (
    <Section title="Stop watching">
      <p>Nothing happens to the Kafka cluster. Its history stays on this server for as long as history is kept.</p>
      <ActionGroup>
        {isAsked ? (
          <>
            <Button variant="danger" isDisabled={pending} onClick={forget}>
              Stop watching {name}
            </Button>
            <Button variant="link" onClick={() => setIsAsked(false)}>
              Keep it
            </Button>
          </>
        ) : (
          <Button variant="secondary" isDanger onClick={() => setIsAsked(true)}>
            Stop watching…
          </Button>
        )}
      </ActionGroup>
      {refused !== null && <Refused error={refused} />}
    </Section>
  )
}
