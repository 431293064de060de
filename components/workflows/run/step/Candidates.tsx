'use client'
/** Observers that may become voters, with the reason where one cannot be chosen. */
import { Flex, FlexItem, List } from '@patternfly/react-core'
import type { Candidate, Workflow } from '../../../../server/contract/workflows.ts'
import { Subtitle } from '../../../kit/Subtitle.tsx'
import { Tag } from '../../../kit/Tag.tsx'
import { formatCount, shortId } from '../../../kit/words/format.ts'
import { healthSign } from '../../../kit/words/healthWords.ts'
import { CommandLink } from '../CommandLink.tsx'
import { choiceOf } from '../runCommands.ts'
import type { Controls } from '../useRunControls.ts'

export function Candidates({ run, controls }: { run: Workflow; controls: Controls }) {
  const open = run.candidates.some((candidate) => candidate.problem !== '' || choiceOf(run, candidate) !== null)
  if (!open) return null
  return (
    <section aria-label="Candidates" className="qd-flow">
      <Subtitle>Candidates</Subtitle>
      <List isPlain isBordered>
        {run.candidates.map((candidate) => (
          <Row
            key={`${candidate.nodeId} ${candidate.directoryId}`}
            candidate={candidate}
            run={run}
            controls={controls}
          />
        ))}
      </List>
    </section>
  )
}

function Row({ candidate, run, controls }: { candidate: Candidate; run: Workflow; controls: Controls }) {
  const { nodeId, directoryId, lag, health, problem } = candidate
  const sign = healthSign(health, 'observer')
  const choice = choiceOf(run, candidate)
  return (
    <li data-node={nodeId}>
      <Flex>
        <span>
          <b>{nodeId}</b> {directoryId !== null && <span className="qd-mono qd-dim">{shortId(directoryId)}</span>}
        </span>
        <Tag tone={sign.tone} glyph={sign.glyph}>
          {sign.word}
        </Tag>
        <span className="qd-num">lag {formatCount(lag)}</span>
        <FlexItem align={{ md: 'alignRight' }}>
          {choice !== null ? (
            <CommandLink command={choice} controls={controls} look="secondary" />
          ) : (
            <span className="qd-small qd-dim">{problem === '' ? 'chosen' : problem}</span>
          )}
        </FlexItem>
      </Flex>
    </li>
  )
}
