'use client'
/** The record of who did what: whether it can be trusted first, then what is in it, newest first. */
import { Button, Title } from '@patternfly/react-core'
import { useState } from 'react'
import { Refused } from '../../kit/gates/Refused.tsx'
import { AppHeader } from '../../kit/header/AppHeader.tsx'
import { Notice } from '../../kit/Notice.tsx'
import { Section } from '../../kit/Section.tsx'
import { accessApi, type RecordFilter } from '../../live/queries/access/accessApi.ts'
import { useRecord } from '../../live/queries/access/useRecord.ts'
import { useSession } from '../../live/queries/useSession.ts'
import { ChainSection } from './ChainSection.tsx'
import { RecordFilters } from './RecordFilters.tsx'
import { RecordTable } from './RecordTable.tsx'

export function RecordScreen() {
  const session = useSession()
  return (
    <>
      <AppHeader />
      <main id="main" className="qd-main">
        {session === null ? (
          <p className="qd-dim">Asking the server who you are…</p>
        ) : session.mayAudit ? (
          <Record />
        ) : (
          <Notice glyph="?" title="The record of who did what">
            <p>This session may not read it: it needs the right audit or administer, everywhere.</p>
          </Notice>
        )}
      </main>
    </>
  )
}

function Record() {
  const [filter, setFilter] = useState<RecordFilter>({})
  const { entries, error, more, reading, again } = useRecord(filter)
  return (
    <>
      <Title headingLevel="h1" size="xl">
        The record of who did what
      </Title>
      <ChainSection />
      <Section label="Entries">
        <RecordFilters filter={filter} onChange={setFilter} />
        <p>
          <Button variant="secondary" isDisabled={reading} onClick={again}>
            Read it again
          </Button>{' '}
          <a href={accessApi.exportPath(filter)} download>
            Take a copy as JSON lines
          </a>
        </p>
        {error !== null && <Refused error={error} />}
        {entries !== null && entries.length === 0 && <p className="qd-dim">Nothing of this kind is on record.</p>}
        {entries !== null && entries.length > 0 && <RecordTable entries={entries} />}
        {more !== null && (
          <div>
            <Button variant="secondary" isDisabled={reading} onClick={more}>
              Show older ones
            </Button>
          </div>
        )}
      </Section>
    </>
  )
}
