'use client'
/** What a recovery is planned on: the copies, ranked; what may be lost; what comes alive. */
import { Alert, List } from '@patternfly/react-core'
import type { Recovery } from '../../../server/contract/disk/recovery.ts'
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
        <List component="ol">
          {copies.map((copy) => {
            const { text, tone } = copyWords(copy, recovery)
            return (
              <li key={`${copy.host}:${copy.path}`}>
                <b>{copy.nodeId === null ? 'unknown node' : `node ${copy.nodeId}`}</b>{' '}
                <span className="qd-mono qd-small qd-dim">{copy.host}</span>{' '}
                <span className="qd-num">
                  epoch {copy.epoch}, log end offset {formatCount(copy.endOffset)}
                </span>{' '}
                <Tag tone={tone}>{text}</Tag>
              </li>
            )
          })}
        </List>
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
