'use client'
/** What the test of the way found: each address, each hop in the order in which it was made, and what to do. */
import { Alert, List, ListItem, Title } from '@patternfly/react-core'
import type {
  ConnectionTest,
  Hop,
  HopName,
  HopState,
  TestedAddress,
} from '../../../server/contract/fleet/connectionTest.ts'
import { Tag, type TagTone } from '../../kit/Tag.tsx'

const HOPS: Readonly<Record<HopName, string>> = {
  name: 'Name',
  tcp: 'TCP',
  tls: 'TLS',
  sasl: 'SASL',
  'api-versions': 'Kafka',
  rights: 'Rights',
  identity: 'Identity',
}
const STATES: Readonly<Record<HopState, { tone: TagTone; glyph: string; word: string }>> = {
  ok: { tone: 'ok', glyph: '✓', word: 'ok' },
  warning: { tone: 'caution', glyph: '!', word: 'look' },
  failed: { tone: 'danger', glyph: '✕', word: 'failed' },
  skipped: { tone: 'plain', glyph: '–', word: 'not made' },
}
const VARIANT = { ok: 'success', warning: 'warning', failed: 'danger', skipped: 'info' } as const

export function TestResult({ test }: { readonly test: ConnectionTest }) {
  const { state, words, clusterId, watchedAs, addresses } = test
  return (
    <div className="qd-flow">
      <Alert isInline isLiveRegion component="h2" variant={VARIANT[state]} title={words}>
        {clusterId !== null && (
          <>
            Kafka cluster <span className="qd-mono">{clusterId}</span>
            {watchedAs.length > 0 && <>, which is watched here already as {watchedAs.join(', ')}</>}
          </>
        )}
      </Alert>
      {addresses.map((one) => (
        <Address key={`${one.endpoint} ${one.address}`} tested={one} />
      ))}
    </div>
  )
}

function Address({ tested: { address, endpoint, nodeId, hops } }: { tested: TestedAddress }) {
  return (
    <section className="qd-flow" aria-label={address}>
      <Title headingLevel="h3" size="md">
        <span className="qd-mono">{address}</span>{' '}
        <span className="qd-dim qd-small">
          {endpoint}
          {nodeId === null ? '' : `, node ${nodeId}`}
        </span>
      </Title>
      <List isPlain isBordered>
        {hops.map((hop) => (
          <HopLine key={hop.hop} hop={hop} />
        ))}
      </List>
    </section>
  )
}

function HopLine({ hop: { hop, state, tookMs, found, remedy } }: { hop: Hop }) {
  const { tone, glyph, word } = STATES[state]
  return (
    <ListItem data-hop={hop} data-state={state}>
      <p>
        <b>{HOPS[hop]}</b>{' '}
        <Tag tone={tone} glyph={glyph}>
          {word}
        </Tag>{' '}
        {tookMs !== null && <span className="qd-dim qd-small qd-num">{tookMs} ms</span>}
      </p>
      {found.map((fact) => (
        <p key={fact} className={state === 'skipped' ? 'qd-small qd-dim' : 'qd-small'}>
          {fact}
        </p>
      ))}
      {remedy !== '' && (
        <p className="qd-small">
          <b>{remedy}</b>
        </p>
      )}
    </ListItem>
  )
}
