'use client'
/** What the test of the way found: each address, each hop in the order in which it was made, and what to do. */
import { Alert, List, ListItem } from '@patternfly/react-core'
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

/** Hops that were not made for the same reason are one line. */
interface Line {
  readonly hops: readonly HopName[]
  readonly of: Hop
}

function linesOf(hops: readonly Hop[]): Line[] {
  const lines: Line[] = []
  for (const hop of hops) {
    const last = lines.at(-1)
    const isSame = last?.of.state === 'skipped' && hop.state === 'skipped' && last.of.found[0] === hop.found[0]
    if (last !== undefined && isSame) lines.splice(-1, 1, { ...last, hops: [...last.hops, hop.hop] })
    else lines.push({ hops: [hop.hop], of: hop })
  }
  return lines
}

/** Folded where there is nothing to do. */
function Address({ tested: { address, endpoint, nodeId, state, hops } }: { tested: TestedAddress }) {
  return (
    <details open={state !== 'ok'} data-address={address}>
      <summary>
        <StateTag state={state} /> <b className="qd-mono">{address}</b>{' '}
        <span className="qd-dim qd-small">
          {endpoint}
          {nodeId === null ? '' : `, node ${nodeId}`}
        </span>
      </summary>
      <List isPlain isBordered>
        {linesOf(hops).map((line) => (
          <HopLine key={line.of.hop} line={line} />
        ))}
      </List>
    </details>
  )
}

function StateTag({ state }: { state: HopState }) {
  const { tone, glyph, word } = STATES[state]
  return (
    <Tag tone={tone} glyph={glyph}>
      {word}
    </Tag>
  )
}

function HopLine({ line: { hops, of } }: { line: Line }) {
  const { state, tookMs, found, remedy } = of
  return (
    <ListItem data-hop={hops.join(' ')} data-state={state}>
      <p>
        <b>{hops.map((hop) => HOPS[hop]).join(', ')}</b> <StateTag state={state} />{' '}
        <span className={state === 'skipped' ? 'qd-small qd-dim' : 'qd-small'}>{found.join(' · ')}</span>{' '}
        {tookMs !== null && <span className="qd-dim qd-small qd-num">{tookMs} ms</span>}
      </p>
      {remedy !== '' && (
        <p className="qd-small">
          <b>{remedy}</b>
        </p>
      )}
    </ListItem>
  )
}
