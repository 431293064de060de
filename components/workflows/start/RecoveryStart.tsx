'use client'
/** The start of a recovery: the reports of every disk that is left, and what is gone, or where the voters are now. */
import { Alert, Button, Checkbox, Flex, FormGroup, List, TextArea, TextInput } from '@patternfly/react-core'
import { useEffect, useState } from 'react'
import { type DiskReport, INSPECT_COMMAND } from '../../../server/contract/diskReport.ts'
import { FilePick } from '../../kit/FilePick.tsx'
import { CommandText } from '../../kit/gates/CommandText.tsx'
import { Refused } from '../../kit/gates/Refused.tsx'
import { Hint } from '../../kit/Hint.tsx'
import { useClusters } from '../../live/queries/useClusters.ts'
import type { Wanted } from '../../live/queries/usePlan.ts'
import { useSandboxDisks } from '../../live/queries/useSandbox.ts'
import type { RecoveryKind } from '../links/wizards.ts'
import {
  type ReadReports,
  readEndpoints,
  readReports,
  reportWords,
  unreported,
  votersOfReports,
  withReports,
} from './diskReports.ts'
import { StartForm } from './StartForm.tsx'

const LIST_EVERY_MS = 30_000

export function RecoveryStart({ cluster, kind }: { cluster: string; kind: RecoveryKind }) {
  const [reports, setReports] = useState<readonly DiskReport[]>([])
  /** `null`: nobody has said otherwise, so those without a report. */
  const [said, setLost] = useState<readonly number[] | null>(null)
  const [places, setPlaces] = useState<Readonly<Record<number, string>>>({})
  const voters = votersOfReports(reports)
  const lost = said ?? unreported(reports)
  const wanted = wantedOf(kind, reports, lost, places)
  return (
    <StartForm cluster={cluster} kind={kind} wanted={wanted}>
      <Reports cluster={cluster} reports={reports} onReports={setReports} />
      {reports.length > 0 && kind === 'recover-quorum' && (
        <FormGroup role="group" label="Voters whose disks are gone for good" fieldId="lost">
          <Flex>
            {voters.map((nodeId) => (
              <Checkbox
                key={nodeId}
                id={`lost-${nodeId}`}
                label={String(nodeId)}
                isChecked={lost.includes(nodeId)}
                onChange={(_event, checked) =>
                  setLost(checked ? [...lost, nodeId].sort((a, b) => a - b) : lost.filter((id) => id !== nodeId))
                }
              />
            ))}
          </Flex>
          <Hint>Proposed: those without a report. A disk that can still be read is not gone.</Hint>
        </FormGroup>
      )}
      {reports.length > 0 &&
        kind === 'move-voters' &&
        voters.map((nodeId) => (
          <FormGroup key={nodeId} label={`Where controller ${nodeId} listens now`} fieldId={`place-${nodeId}`}>
            <TextInput
              id={`place-${nodeId}`}
              value={places[nodeId] ?? ''}
              placeholder="CONTROLLER://host:9093"
              onChange={(_event, text) => setPlaces((before) => ({ ...before, [nodeId]: text }))}
            />
            {(places[nodeId] ?? '') !== '' && readEndpoints(places[nodeId] ?? '') === null && (
              <Hint isProblem>Listener name, host and port: CONTROLLER://host:9093, several with commas.</Hint>
            )}
          </FormGroup>
        ))}
    </StartForm>
  )
}

function wantedOf(
  kind: RecoveryKind,
  reports: readonly DiskReport[],
  lost: readonly number[],
  places: Readonly<Record<number, string>>,
): Wanted | null {
  if (reports.length === 0) return null
  if (kind === 'recover-quorum')
    return lost.length === 0 ? null : { kind, params: { reports: [...reports], lost: [...lost] } }
  const addresses = votersOfReports(reports).map((nodeId) => ({
    nodeId,
    endpoints: readEndpoints(places[nodeId] ?? ''),
  }))
  if (addresses.length === 0 || addresses.some(({ endpoints }) => endpoints === null)) return null
  return {
    kind,
    params: {
      reports: [...reports],
      addresses: addresses.map(({ nodeId, endpoints }) => ({ nodeId, endpoints: endpoints ?? [] })),
    },
  }
}

interface ReportsProps {
  readonly cluster: string
  readonly reports: readonly DiskReport[]
  readonly onReports: (reports: readonly DiskReport[]) => void
}

function Reports({ cluster, reports, onReports }: ReportsProps) {
  const [problems, setProblems] = useState<readonly string[]>([])
  const [pasted, setPasted] = useState('')
  const [ready, setReady] = useState(false)
  useEffect(() => setReady(true), [])
  const { list } = useClusters(LIST_EVERY_MS)
  const kind = list?.clusters.find((one) => one.cluster === cluster)?.kind ?? 'kafka'
  const { take, taking, failed } = useSandboxDisks(cluster, (taken) => onReports(withReports(reports, taken)))
  const add = (read: readonly ReadReports[]) => {
    setProblems(read.flatMap((one) => one.problems))
    onReports(
      withReports(
        reports,
        read.flatMap((one) => one.reports),
      ),
    )
  }
  return (
    <>
      <FormGroup label="Reports of every disk that is left, brokers’ too" fieldId="reports">
        <p className="qd-dim">
          On each host, of controllers and brokers, running or not. It reads, and needs neither a server nor a network.
        </p>
        <CommandText text={INSPECT_COMMAND} what="the command that makes a report" />
        <FilePick
          id="reports"
          multiple
          accept=".json,application/json"
          disabled={!ready}
          onChange={(event) => {
            const { files } = event.currentTarget
            void Promise.all([...(files ?? [])].map(async (file) => readReports(file.name, await file.text()))).then(
              add,
            )
          }}
        />
      </FormGroup>
      <FormGroup label="Or their text, pasted, one after the other" fieldId="report-text">
        <TextArea
          id="report-text"
          value={pasted}
          rows={3}
          spellCheck={false}
          placeholder={'{"format": "quorumdeck-disk-report", …}'}
          onChange={(_event, text) => setPasted(text)}
        />
        <Flex>
          <Button
            variant="secondary"
            isDisabled={!ready || pasted.trim() === ''}
            onClick={() => {
              const read = readReports('pasted text', pasted)
              add([read])
              if (read.problems.length === 0) setPasted('')
            }}
          >
            Read the text
          </Button>
          {kind !== 'kafka' && (
            <Button variant="secondary" isDisabled={!ready || taking} onClick={take}>
              {taking
                ? 'Reading…'
                : kind === 'practice'
                  ? 'Inspect the disks of this practice quorum'
                  : 'Inspect the disks of this sandbox'}
            </Button>
          )}
        </Flex>
      </FormGroup>
      {failed !== null && <Refused error={failed} />}
      {problems.length > 0 && (
        <Alert component="h2" isInline variant="warning" title="Not every report could be read.">
          <List>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </List>
        </Alert>
      )}
      {reports.length > 0 && (
        <FormGroup role="group" label={`${reports.length} ${reports.length === 1 ? 'disk' : 'disks'}`} fieldId="disks">
          <List isPlain aria-label="Disks that were inspected">
            {reports.map((report) => (
              <li key={`${report.host}:${report.path}:${report.meta?.directoryId}`}>
                {reportWords(report)}{' '}
                <Button
                  variant="link"
                  isInline
                  onClick={() => onReports(reports.filter((other) => other !== report))}
                  aria-label={`Leave out ${reportWords(report)}`}
                >
                  Leave out
                </Button>
              </li>
            ))}
          </List>
        </FormGroup>
      )}
    </>
  )
}
