'use client'
/** On the cluster page: a change of this quorum is under way, where it stands, and who drives it. */
import { Flex, FlexItem } from '@patternfly/react-core'
import type { WorkflowSummary } from '../../../server/contract/workflows.ts'
import { Link } from '../../kit/address/Link.tsx'
import { Section } from '../../kit/Section.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { useActor } from '../../live/queries/useActor.ts'
import { drivesWords, progressWords, stateSign } from './runBrief.ts'
import { runPath } from './wizards.ts'

export function RunBanner({ run }: { run: WorkflowSummary }) {
  const me = useActor()
  const sign = stateSign(run.state, false)
  return (
    <Section label="A change is under way">
      <Flex>
        <Tag tone={sign.tone} glyph={sign.glyph}>
          {sign.word}
        </Tag>
        <span>
          <Link href={runPath(run.id)} prefetch={false}>
            {run.title}
          </Link>
          , {progressWords(run)}
        </span>
        <FlexItem align={{ md: 'alignRight' }} className="qd-dim">
          {drivesWords(run.driver, me)}
        </FlexItem>
      </Flex>
    </Section>
  )
}
