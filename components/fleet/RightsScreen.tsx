'use client'
/** Per right what works now, and which ACL is missing: tried on the cluster when the page is opened. */
import { Alert, Button, Flex, List, ListItem, Title } from '@patternfly/react-core'
import { Refusal } from '../../server/contract/errors.ts'
import type { ClusterRights, TriedRight } from '../../server/contract/fleet/rights.ts'
import { Link } from '../kit/address/Link.tsx'
import { CommandText } from '../kit/gates/CommandText.tsx'
import { Refused } from '../kit/gates/Refused.tsx'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { UnknownCluster } from '../kit/header/UnknownCluster.tsx'
import { Section } from '../kit/Section.tsx'
import { Tag } from '../kit/Tag.tsx'
import { formatMoment } from '../kit/words/format.ts'
import { useRights } from '../live/queries/fleet/useRights.ts'

function sign({ held }: TriedRight): { tone: 'ok' | 'danger' | 'plain'; glyph: string; word: string } {
  if (held === null) return { tone: 'plain', glyph: '?', word: 'not known' }
  return held ? { tone: 'ok', glyph: '✓', word: 'held' } : { tone: 'danger', glyph: '✗', word: 'missing' }
}

export function RightsScreen({ cluster }: { readonly cluster: string }) {
  const { rights, error, again, busy } = useRights(cluster)
  if (error instanceof Refusal && error.code === 'unknown-cluster') return <UnknownCluster cluster={cluster} />
  return (
    <>
      <AppHeader
        right={
          <Link href={`/clusters/${encodeURIComponent(cluster)}`} prefetch={false}>
            Cluster
          </Link>
        }
      >
        <span>{cluster}</span>
        <span className="qd-dim">Rights</span>
      </AppHeader>
      <main id="main" className="qd-main">
        <Section label="Rights">
          <Title headingLevel="h1" size="xl">
            What Quorumdeck may do here
          </Title>
          {error !== null && <Refused error={error} />}
          {rights === null && error === null && <p className="qd-dim">Asking the cluster…</p>}
          {rights !== null && <Tried rights={rights} />}
          <Flex>
            <Button variant="secondary" isLoading={busy} isDisabled={busy} onClick={again}>
              Try again
            </Button>
            <Link href={`/clusters/${encodeURIComponent(cluster)}/edit`} prefetch={false}>
              Test the way to it
            </Link>
          </Flex>
        </Section>
        {rights?.rights.map((one) => (
          <Right key={one.right} tried={one} />
        ))}
      </main>
    </>
  )
}

function Tried({ rights: { principal, address, endpoint, triedAtMs, problem } }: { rights: ClusterRights }) {
  return (
    <>
      {problem !== null && (
        <Alert isInline component="h2" variant="danger" title={problem.title}>
          {problem.detail} {problem.remedy}
        </Alert>
      )}
      {address !== null && (
        <p className="qd-dim">
          Tried at {formatMoment(triedAtMs, triedAtMs)} on {endpoint} {address}
          {principal === null ? ', without the name of a user' : `, as User:${principal}`}. Operations on the resource
          CLUSTER; nothing was changed by asking.
        </p>
      )}
    </>
  )
}

function Right({ tried }: { tried: TriedRight }) {
  const { tone, glyph, word } = sign(tried)
  const { right, gives, without, requests, command, held } = tried
  return (
    <Section
      label={right}
      title={
        <>
          {right}{' '}
          <Tag tone={tone} glyph={glyph}>
            {word}
          </Tag>
        </>
      }
      note={requests.join(', ')}
    >
      <List>
        {gives.map((one) => (
          <ListItem key={one}>{one}</ListItem>
        ))}
      </List>
      {held !== true && <p>{without}</p>}
      {command !== null && <CommandText text={command} what={`the command that grants ${right}`} />}
    </Section>
  )
}
