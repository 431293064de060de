'use client'
/** A planned quorum as it forms: what each controller reports of itself, beside the plan. */
import { Alert, Button, Flex } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import type { Formation } from '../../server/contract/bootstrap.ts'
import { Refusal } from '../../server/contract/errors.ts'
import { Link } from '../kit/address/Link.tsx'
import { useRouter } from '../kit/address/useRouter.ts'
import { GateTable } from '../kit/gates/GateTable.tsx'
import { Refused } from '../kit/gates/Refused.tsx'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { Notice } from '../kit/Notice.tsx'
import { Section } from '../kit/Section.tsx'
import { plural } from '../kit/words/format.ts'
import { keptArchiveUrl } from '../live/queries/bootstrapApi.ts'
import { useForget, useFormation } from '../live/queries/useBootstrap.ts'
import { useMayAct } from '../live/queries/useRights.ts'
import { toneGlyph } from '../verdict/toneGlyph.ts'
import { Judgement } from '../verdict/VerdictCard.tsx'
import { PlanSteps } from './PlanSteps.tsx'
import { BOOTSTRAP_PATH } from './paths.ts'

export function FormationScreen({ cluster }: { cluster: string }) {
  const { formation, error, stale } = useFormation(cluster)
  const name = formation?.plan.request.name ?? cluster
  useEffect(() => {
    document.title = `${formation?.formed ? '✓ Formed' : 'Forming'} · ${name} · Quorumdeck`
  }, [formation?.formed, name])
  return (
    <>
      <AppHeader>
        <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
          {name}
        </Link>
        <span className="qd-dim">Formation</span>
      </AppHeader>
      <main id="main" className="qd-main" data-stale={stale || undefined}>
        {formation !== null ? (
          <Forming formation={formation} stale={stale} />
        ) : error === null ? (
          <p className="qd-dim">Asking every controller of the plan…</p>
        ) : (
          <Notice glyph="?" title={error instanceof Refusal ? error.message : 'The Quorumdeck server does not answer.'}>
            <p>
              {error instanceof Refusal && error.code === 'not-planned'
                ? 'This page follows quorums that were planned here and are watched as they form.'
                : error instanceof Refusal
                  ? error.remedy
                  : 'The page keeps trying.'}
            </p>
            <p>
              <Link href={BOOTSTRAP_PATH}>Plan a new quorum</Link> · <Link href="/?list">See the clusters</Link>
            </p>
          </Notice>
        )}
      </main>
    </>
  )
}

function Forming({ formation, stale }: { formation: Formation; stale: boolean }) {
  const { cluster, plan, gates, formed } = formation
  const open = gates.filter((gate) => !gate.ok)
  const wrong = open.filter((gate) => !gate.waiting)
  const tone = stale ? 'stale' : formed ? 'ok' : wrong.length > 0 ? 'danger' : 'caution'
  return (
    <>
      <Judgement
        tone={tone}
        glyph={tone === 'caution' ? '…' : toneGlyph[tone]}
        headline={
          stale
            ? 'This page has lost the Quorumdeck server.'
            : formed
              ? 'The quorum has formed, as planned.'
              : wrong.length > 0
                ? `${plural(wrong.length, 'problem')} to fix: waiting will not help.`
                : `Forming: ${gates.length - open.length} of ${gates.length} hold.`
        }
      >
        {stale ? (
          'What you see is out of date. The page keeps trying.'
        ) : formed ? (
          <>
            Every voter, id and feature is the planned one.{' '}
            <Link href={`/clusters/${encodeURIComponent(cluster)}`}>Open the cluster</Link>
          </>
        ) : wrong.length > 0 ? (
          'Each one below shows what it means and what to do.'
        ) : (
          'Follow the steps; every controller is asked again every two seconds.'
        )}
      </Judgement>
      <div className="qd-split qd-data">
        <Section label="As planned">
          <GateTable
            gates={[...wrong, ...open.filter((gate) => gate.waiting), ...gates.filter((gate) => gate.ok)]}
            title="As planned"
            fails="wrong"
          />
        </Section>
        <div className="qd-column">
          <Section title="The plan">
            <p>
              <a href={keptArchiveUrl(cluster)} download>
                Download everything (.tar.gz)
              </a>
            </p>
            <details open={!formed}>
              <summary>What to do, in order</summary>
              <PlanSteps steps={plan.steps} />
            </details>
          </Section>
          <Forget cluster={cluster} />
        </div>
      </div>
    </>
  )
}

/** Asks once more: the cluster itself is not touched, but its plan with all ids is gone afterwards. */
function Forget({ cluster }: { cluster: string }) {
  const router = useRouter()
  const mayAct = useMayAct(null) === true
  const [asked, setAsked] = useState(false)
  const { forget, pending, refused } = useForget(cluster, () => router.push('/?list'))
  if (!mayAct) return null
  return (
    <Section label="Stop watching">
      {asked ? (
        <>
          <Alert component="h2" isInline variant="warning" title="Stop watching, and forget the plan?">
            Nothing happens to the cluster itself. The plan and its ids are deleted: download them first if you still
            need them.
          </Alert>
          <Flex>
            <Button variant="secondary" onClick={() => setAsked(false)}>
              Keep it
            </Button>
            <Button variant="danger" isDisabled={pending} onClick={forget}>
              Stop watching
            </Button>
          </Flex>
          {refused !== null && <Refused error={refused} />}
        </>
      ) : (
        <Button variant="link" isInline onClick={() => setAsked(true)}>
          Stop watching this cluster…
        </Button>
      )}
    </Section>
  )
}
