'use client'
/** The wizards of a cluster, what is under way, and what was done before. */
import { Alert } from '@patternfly/react-core'
import Link from 'next/link'
import { took } from '../../../server/contract/words/durations.ts'
import type { ManualRecoveryName, WorkflowSummary } from '../../../server/contract/workflows.ts'
import { Tag } from '../../kit/Tag.tsx'
import { formatMoment } from '../../kit/words/format.ts'
import { useWorkflows } from '../../live/queries/useWorkflows.ts'
import { manualRecoveryUrl } from '../../live/queries/workflowApi.ts'
import { useConnection } from '../../live/useLiveCluster.ts'
import { drivesWords, progressWords, stateSign } from '../links/runBrief.ts'
import { manualRecoveryPath, runPath, startPath, WIZARDS } from '../links/wizards.ts'
import { PURPOSE } from '../shared/runWords.ts'
import { WizardFrame } from '../shared/WizardFrame.tsx'
import './wizardsScreen.css'

export function WizardsScreen({ cluster }: { cluster: string }) {
  const { role } = useConnection()
  const { active, ended, unwatched, unavailable, error } = useWorkflows(cluster)
  const mayStart = role === 'operate' && unavailable === null
  return (
    <WizardFrame cluster={cluster} title="Wizards">
      <h1 className="qd-step__now qd-wizards__title">Change the quorum, one safe step after the other</h1>
      {role === 'watch' && (
        <Alert component="h2" isInline variant="info" title="This session may watch, not act.">
          Runs can be looked at. Whoever has the operate token can start them.
        </Alert>
      )}
      {unavailable !== null && (
        <Alert component="h2" isInline variant="warning" title="The quorum cannot be changed from here.">
          {unavailable}
        </Alert>
      )}
      {active.length > 0 && (
        <section className="qd-card" aria-label="Under way">
          <h2 className="qd-h2">Under way</h2>
          <ul className="qd-runs">
            {active.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </ul>
        </section>
      )}
      {unwatched.length > 0 && (
        <section className="qd-card" aria-label="Of clusters that are not watched">
          <h2 className="qd-h2">Of clusters that are not watched</h2>
          <p className="qd-small qd-dim">
            Nothing is judged or sent for them before their Kafka cluster is watched again, under whatever name. They
            can be ended.
          </p>
          <ul className="qd-runs">
            {unwatched.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </ul>
        </section>
      )}
      <ul className="qd-wizards">
        {Object.values(WIZARDS).map(({ kind, title }) => (
          <li key={kind} className="qd-card" data-kind={kind}>
            <h2 className="qd-h2">{title}</h2>
            <p>{PURPOSE[kind]}</p>
            {mayStart ? (
              <Link href={startPath(cluster, kind)} prefetch={false}>
                See the plan and start…
              </Link>
            ) : (
              <span className="qd-small qd-dim">Cannot be started in this session.</span>
            )}
          </li>
        ))}
        <li className="qd-card" data-kind="bootstrap">
          <h2 className="qd-h2">Bootstrap a new quorum</h2>
          <p>
            Another cluster, from nothing: its ids, a properties file for each node, the exact commands, and a watch
            over it until it has formed.
          </p>
          <Link href="/bootstrap" prefetch={false}>
            Plan it…
          </Link>
        </li>
      </ul>
      <section className="qd-card" aria-label="Where no wizard helps">
        <h2 className="qd-h2">Where no wizard helps</h2>
        <p className="qd-small qd-dim">
          Documents for the way by hand, on the quorum as it is seen now: to read here, to print, or as a file.
        </p>
        <ul className="qd-offpath">
          {OFF_PATH.map(([name, title]) => (
            <li key={name}>
              <Link href={manualRecoveryPath(cluster, name)} prefetch={false}>
                {title}
              </Link>
              <a
                href={manualRecoveryUrl(cluster, name)}
                download={`${name}.md`}
                className="qd-small"
                aria-label={`Download as Markdown: ${title}`}
              >
                Download as Markdown
              </a>
            </li>
          ))}
        </ul>
      </section>
      <section className="qd-card" aria-label="Before">
        <h2 className="qd-h2">Before</h2>
        {ended === null ? (
          <p className="qd-small qd-dim qd-empty">
            {error === null ? 'Reading the runs…' : `The runs cannot be read: ${error.message}`}
          </p>
        ) : ended.length === 0 ? (
          <p className="qd-small qd-dim qd-empty">No run of this cluster has ended yet.</p>
        ) : (
          <ul className="qd-runs">
            {ended.map((run) => (
              <Row key={run.id} run={run} />
            ))}
          </ul>
        )}
      </section>
    </WizardFrame>
  )
}

const OFF_PATH: readonly (readonly [ManualRecoveryName, string])[] = [
  ['lost-majority', 'The majority of the controllers is lost'],
  ['combined-disk', 'A disk of a combined node has failed'],
  ['static-disk', 'A disk of a controller in a static quorum has failed'],
]

function Row({ run }: { run: WorkflowSummary }) {
  const sign = stateSign(run.state, false)
  const ended = run.endedAtMs !== null
  return (
    <li>
      <Tag tone={sign.tone} glyph={sign.glyph}>
        {sign.word}
      </Tag>
      <span>
        <Link href={runPath(run.id)} prefetch={false}>
          {run.title}
        </Link>
        <span className="qd-runs__words">
          {ended ? run.now : `${progressWords(run)} · ${drivesWords(run.driver, null)}`}
        </span>
      </span>
      <span className="qd-small qd-dim qd-num">
        {formatMoment(run.startedAtMs, Date.now())}
        {run.endedAtMs !== null && ` · took ${took(run.endedAtMs - run.startedAtMs)}`}
      </span>
    </li>
  )
}
