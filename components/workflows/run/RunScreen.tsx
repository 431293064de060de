'use client'
/** One run, from the first step to the last: the steps, the step that is going on, and what can be lost. */
import { useEffect } from 'react'
import { holds } from '../../../server/contract/session.ts'
import type { Workflow } from '../../../server/contract/workflows.ts'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { LiveDot } from '../../kit/header/LiveDot.tsx'
import { People } from '../../kit/header/People.tsx'
import { Notes } from '../../kit/notes/Notes.tsx'
import { useActor } from '../../live/queries/useActor.ts'
import { useClusters } from '../../live/queries/useClusters.ts'
import { useSession } from '../../live/queries/useSession.ts'
import { useWorkflow } from '../../live/queries/useWorkflow.ts'
import { useHere } from '../../live/useHere.ts'
import { useFreshness, useLiveCluster } from '../../live/useLiveCluster.ts'
import { useVerdict } from '../../verdict/useVerdict.ts'
import { VerdictCard } from '../../verdict/VerdictCard.tsx'
import { drivesWords, stateSign } from '../links/runBrief.ts'
import { isRecovery, WIZARDS, wizardsPath } from '../links/wizards.ts'
import { Counterfactual } from '../shared/Counterfactual.tsx'
import { MarginStrip } from '../shared/MarginStrip.tsx'
import { Explanations } from '../shared/Notices.tsx'
import { RecoveryPanel } from '../shared/RecoveryPanel.tsx'
import { UnknownRun } from '../shared/UnknownRun.tsx'
import { PermissionPanel } from './PermissionPanel.tsx'
import { RunHead } from './RunHead.tsx'
import { RunLog } from './RunLog.tsx'
import { RunSummary } from './RunSummary.tsx'
import { StepPanel } from './StepPanel.tsx'
import { SeatPanel } from './seat/SeatPanel.tsx'
import { CandidateChart } from './step/CandidateChart.tsx'
import { useRunControls } from './useRunControls.ts'
import './runScreen.css'
import { Link } from '../../kit/address/Link.tsx'
import { useMayAct } from '../../live/queries/useRights.ts'

const LIST_EVERY_MS = 30_000

export function RunScreen({ id }: { id: string }) {
  const { run, error, again } = useWorkflow(id)
  return run === null ? <UnknownRun error={error} again={again} /> : <LiveRun run={run} />
}

function LiveRun({ run }: { run: Workflow }) {
  const { cluster } = run
  const state = useLiveCluster(cluster)
  useHere(cluster, 'run', run.id)
  const mayAct = useMayAct(run.cluster)
  const freshness = useFreshness(cluster, state.intervalMs)
  const verdict = useVerdict(cluster, state, freshness)
  const me = useActor()
  const { list } = useClusters(LIST_EVERY_MS)
  const link = state.link?.state ?? null
  const ended = run.endedAtMs !== null
  // While a recovery is under way nobody leads, and perhaps nobody answers: its first steps are made for that.
  const mayBeSilent = isRecovery(run.kind) && (link === 'no-leader' || link === 'unreachable')
  const alive = (freshness === 'live' && link === 'live') || (mayBeSilent && freshness !== 'server-lost')
  const session = useSession()
  const mayApprove = session?.identity !== undefined && holds(session, 'approve', run.cluster)
  const controls = useRunControls({ run, freshness, alive, watchOnly: mayAct === false, mayApprove })
  const name = list?.clusters.find((one) => one.cluster === cluster)?.name ?? cluster
  const sign = stateSign(run.state, run.parked !== null)
  useEffect(() => {
    document.title = `${sign.glyph} ${run.title} · ${name} · Quorumdeck`
  }, [sign.glyph, run.title, name])
  // Until the first message has arrived there is nothing to doubt, and nothing to press either.
  const doubt = !ended && !alive && freshness !== 'waiting' && link !== null
  return (
    <>
      <AppHeader
        right={
          <>
            <LiveDot cluster={cluster} freshness={freshness} link={link} />
            {!ended && <span>{drivesWords(run.driver, me)}</span>}
            <People state={state} runs={state.workflows} />
            <Link href={wizardsPath(cluster)} prefetch={false}>
              Wizards
            </Link>
          </>
        }
      >
        <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
          {name}
        </Link>
        <span className="qd-dim qd-header__extra">{WIZARDS[run.kind].short}</span>
      </AppHeader>
      <main id="main" className="qd-main" data-stale={doubt || undefined}>
        {doubt && <VerdictCard cluster={cluster} verdict={verdict} heading="h2" />}
        <div className="qd-data">
          <div className="qd-run">
            <div className="qd-run__head">
              <RunHead run={run} controls={controls} />
            </div>
            <div className="qd-column qd-run__step">
              <PermissionPanel run={run} controls={controls} />
              {!ended && !controls.watchOnly && (
                <SeatPanel
                  run={run}
                  seat={state.seats.find((one) => one.run === run.id) ?? null}
                  toldAtMs={state.seatsAtMs}
                  controls={controls}
                />
              )}
              {ended ? <RunSummary run={run} controls={controls} /> : <StepPanel run={run} controls={controls} />}
            </div>
            <div className="qd-column qd-run__side">
              {run.recovery !== null && <RecoveryPanel recovery={run.recovery} />}
              {run.margins.length > 0 && <MarginStrip stages={run.margins} />}
              {run.catchUp !== null && <CandidateChart catchUp={run.catchUp} />}
              {run.counterfactual !== null && <Counterfactual of={run.counterfactual} />}
              <Explanations notices={run.notices} />
              <RunLog log={run.log} />
              <Notes subject={`run:${run.id}`} title="Notes" mayWrite={mayAct === true} />
            </div>
          </div>
        </div>
      </main>
    </>
  )
}
