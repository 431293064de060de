'use client'
/** While nobody leads: what each voter answers, the sets that may hold, and who must come back first. */
import { List } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import type { Leaderless } from '../../server/contract/quorumView.ts'
import { Link } from '../kit/address/Link.tsx'
import { Cell, HeadCell } from '../kit/Cell.tsx'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { formatMoment } from '../kit/words/format.ts'
import { startPath } from '../workflows/links/wizards.ts'
import { lastLedWords, setWords, stateSignOf } from './leaderlessWords.ts'

interface LeaderlessPanelProps {
  readonly cluster: string
  readonly leaderless: Leaderless
  readonly nowMs: number
  readonly mayAct: boolean
}

export default function LeaderlessPanel({ cluster, leaderless, nowMs, mayAct }: LeaderlessPanelProps) {
  const { voters, sets, remedy, lastLed, code } = leaderless
  if (voters.length === 0) return null
  return (
    <Section title="Why nobody leads" label="Why nobody leads">
      <p>{remedy}</p>
      <List>
        {sets.map((set) => (
          <li key={set.which}>{setWords(set)}</li>
        ))}
      </List>
      <Table variant="compact" gridBreakPoint="grid-xl" aria-label="What each voter answers">
        <Thead>
          <Tr>
            <HeadCell scope="col">Voter</HeadCell>
            <HeadCell scope="col">Asked for itself</HeadCell>
            <HeadCell scope="col">Leader it names</HeadCell>
            <HeadCell scope="col">Its epoch</HeadCell>
          </Tr>
        </Thead>
        <Tbody>
          {voters.map((voter) => {
            const sign = stateSignOf(voter)
            return (
              <Tr key={voter.nodeId}>
                <HeadCell scope="row" data-label="Voter">
                  {voter.nodeId} <span className="qd-mono qd-small qd-dim">{voter.address}</span>
                </HeadCell>
                <Cell label="Asked for itself">
                  <div>
                    <Tag tone={sign.tone} glyph={sign.glyph}>
                      {sign.word}
                    </Tag>
                    {voter.problem !== '' && <div className="qd-small qd-dim">{voter.problem}</div>}
                  </div>
                </Cell>
                <Cell label="Leader it names" className="qd-num">
                  {voter.leaderId ?? (voter.state === 'answers' ? 'nobody' : '–')}
                </Cell>
                <Cell label="Its epoch" className="qd-num">
                  {voter.leaderEpoch ?? '–'}
                </Cell>
              </Tr>
            )
          })}
        </Tbody>
      </Table>
      {lastLed !== null && (
        <p className="qd-small qd-dim">
          {lastLedWords(lastLed)} ({formatMoment(lastLed.atMs, nowMs)})
        </p>
      )}
      {code === 'majority-down' && mayAct && (
        <p>
          If their disks are gone for good:{' '}
          <Link href={startPath(cluster, 'recover-quorum')} prefetch={false}>
            Bring back a lost quorum…
          </Link>{' '}
          If all of them moved to other addresses:{' '}
          <Link href={startPath(cluster, 'move-voters')} prefetch={false}>
            Voters’ addresses changed…
          </Link>
        </p>
      )}
    </Section>
  )
}
