'use client'
/** What a recovery is planned on: the copies, ranked; what may be lost; what comes alive. */
import { Alert, List } from '@patternfly/react-core'
import { Table, Tbody, Thead, Tr } from '@patternfly/react-table'
import type { Recovery } from '../../../server/contract/disk/recovery.ts'
import { Cell, HeadCell } from '../../kit/Cell.tsx'
import { Facts } from '../../kit/Facts.tsx'
import { Section } from '../../kit/Section.tsx'
import { Tag } from '../../kit/Tag.tsx'
import { formatCount, plural } from '../../kit/words/format.ts'
import { copyWords, lossHeadline, seedWords, votersWords } from './recoveryWords.ts'

export function RecoveryPanel({ recovery }: { recovery: Recovery }) {
  const { loss, tail, moreTail, before, lost, copies, epoch, way, counts } = recovery
  const headline = lossHeadline(recovery)
  const alive = loss.comesAlive.to - loss.comesAlive.from
  return (
    <>
      <Section title="What may be lost" label="What may be lost">
        <Alert component="h3" isInline variant={headline.tone} title={headline.text}>
          <List>
            {loss.why.map((ground) => (
              <li key={ground}>{ground}</li>
            ))}
          </List>
        </Alert>
        {alive > 0 && (
          <>
            <p>
              {plural(alive, 'record')} at the end of the chosen copy ({formatCount(loss.comesAlive.from)} to{' '}
              {formatCount(loss.comesAlive.to)}) {alive === 1 ? 'is' : 'are'} not known to be committed. They become
              committed with it{tail.length === 0 ? '.' : ':'}
            </p>
            {tail.length > 0 && (
              <details>
                <summary>
                  {plural(tail.length + moreTail, 'record')} that {tail.length + moreTail === 1 ? 'says' : 'say'}{' '}
                  something
                </summary>
                <List isPlain>
                  {tail.map(({ offset, text }) => (
                    <li key={offset} className="qd-mono qd-small">
                      {offset} {text}
                    </li>
                  ))}
                </List>
                {moreTail > 0 && <p className="qd-dim">and {formatCount(moreTail)} more</p>}
              </details>
            )}
          </>
        )}
      </Section>
      <Section title="The copies, the furthest first" label="The copies, the furthest first">
        <Table variant="compact" gridBreakPoint="grid-xl" aria-label="Copies of the metadata log, the furthest first">
          <Thead>
            <Tr>
              <HeadCell scope="col">Disk</HeadCell>
              <HeadCell scope="col">Last epoch</HeadCell>
              <HeadCell scope="col">Log end offset</HeadCell>
              <HeadCell scope="col">In this plan</HeadCell>
            </Tr>
          </Thead>
          <Tbody>
            {copies.map((copy) => {
              const { text, tone } = copyWords(copy, recovery)
              return (
                <Tr key={`${copy.host}:${copy.path}`}>
                  <HeadCell scope="row" data-label="Disk">
                    {copy.nodeId === null ? 'unknown node' : `node ${copy.nodeId}`}{' '}
                    <span className="qd-mono qd-small qd-dim">{copy.host}</span>
                  </HeadCell>
                  <Cell label="Last epoch" className="qd-num">
                    {copy.epoch}
                  </Cell>
                  <Cell label="Log end offset" className="qd-num">
                    {formatCount(copy.endOffset)}
                  </Cell>
                  <Cell label="In this plan">
                    <Tag tone={tone}>{text}</Tag>
                  </Cell>
                </Tr>
              )
            })}
          </Tbody>
        </Table>
        <Facts
          isHorizontal
          facts={[
            ['Voters before', votersWords(before)],
            ...(lost.length === 0 ? [] : ([['Gone', votersWords(lost)]] as const)),
            ['Comes back on', seedWords(recovery)],
            ...(way === 'static' ? [] : ([['Epoch that is written', formatCount(epoch)]] as const)),
            [
              'In the chosen copy',
              `${plural(counts.topics, 'topic')}, ${plural(counts.partitions, 'partition')}, ${plural(counts.brokers, 'broker')}`,
            ],
          ]}
        />
      </Section>
    </>
  )
}
