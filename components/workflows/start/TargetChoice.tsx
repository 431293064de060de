'use client'
/** Which controller a wizard is about: chosen from the live rows, never typed. */
import { FormGroup, Radio } from '@patternfly/react-core'
import type { ReplicaKey, ReplicaView } from '../../../server/contract/quorumView.ts'
import { Tag } from '../../kit/Tag.tsx'
import { formatCount, shortId } from '../../kit/words/format.ts'
import { healthSign } from '../../kit/words/healthWords.ts'

/** The wizards that are about one replica. */
export type ReplicaWizard = 'replace-disk' | 'remove-controller' | 'add-controller' | 'replace-controller'

const NONE: Readonly<Record<ReplicaWizard, string>> = {
  'replace-disk': 'The quorum shows no voter with a directory id: a static quorum cannot be changed this way.',
  'remove-controller': 'The quorum shows no voter with a directory id: a static quorum cannot be changed this way.',
  'replace-controller': 'The quorum shows no voter with a directory id: a static quorum cannot be changed this way.',
  'add-controller': 'No controller follows as an observer yet. The plan begins with creating one.',
}

const QUESTION: Readonly<Record<ReplicaWizard, string>> = {
  'replace-disk': 'Whose disk has failed?',
  'remove-controller': 'Which voter should be removed?',
  'replace-controller': 'Which voter should be replaced?',
  'add-controller': 'Which controller should become a voter?',
}

export function TargetChoice({
  kind,
  targets,
  chosen,
  onChoose,
}: {
  kind: ReplicaWizard
  targets: readonly ReplicaView[]
  chosen: Partial<ReplicaKey>
  onChoose: (target: Partial<ReplicaKey>) => void
}) {
  const isChosen = ({ nodeId, directoryId }: ReplicaView) =>
    nodeId === chosen.nodeId && (chosen.directoryId == null || directoryId === chosen.directoryId)
  const missing = chosen.nodeId !== undefined && !targets.some(isChosen)
  return (
    <FormGroup role="group" isStack label={QUESTION[kind]} fieldId={kind}>
      {targets.length === 0 && <p className="qd-dim">{NONE[kind]}</p>}
      {targets.map((replica) => (
        <Target
          key={`${replica.nodeId} ${replica.directoryId}`}
          name={kind}
          replica={replica}
          chosen={isChosen(replica)}
          onChoose={onChoose}
        />
      ))}
      {kind === 'add-controller' && targets.length > 0 && (
        <Radio
          id="target-later"
          name={kind}
          label="A controller that is not listed yet"
          description="The first steps create it; you choose it then."
          isChecked={chosen.nodeId === undefined}
          onChange={() => onChoose({})}
        />
      )}
      {missing && (
        <p>
          Node {chosen.nodeId}
          {chosen.directoryId == null ? '' : ` with directory id ${shortId(chosen.directoryId)}`} is not among them now.
        </p>
      )}
    </FormGroup>
  )
}

function Target({
  name,
  replica,
  chosen,
  onChoose,
}: {
  name: string
  replica: ReplicaView
  chosen: boolean
  onChoose: (target: ReplicaKey) => void
}) {
  const { nodeId, directoryId, status, health, lag } = replica
  const sign = healthSign(health, status)
  return (
    <Radio
      id={`${name}-${nodeId}-${directoryId}`}
      name={name}
      isChecked={chosen}
      onChange={() => onChoose({ nodeId, directoryId })}
      label={
        <>
          <b>{nodeId}</b> {directoryId !== null && <span className="qd-mono qd-dim">{shortId(directoryId)}</span>}{' '}
          <Tag tone={sign.tone} glyph={sign.glyph}>
            {sign.word}
          </Tag>{' '}
          {status === 'leader' && <Tag tone="info">Leader</Tag>}{' '}
          <span className="qd-small qd-dim qd-num">lag {formatCount(lag)}</span>
        </>
      }
    />
  )
}
