'use client'
/** A runbook as a page to print: of a run, of a plan that has not begun, or of what no wizard can do. */
import { type ReactNode, useEffect } from 'react'
import { Refusal } from '../../server/contract/errors.ts'
import { Link } from '../kit/address/Link.tsx'
import { AppHeader } from '../kit/header/AppHeader.tsx'
import { Notice } from '../kit/Notice.tsx'
import { type RunbookOf, useRunbook } from '../live/queries/useRunbook.ts'
import { RunbookPaper } from './RunbookPaper.tsx'

interface ScreenProps {
  /** `null`: the address names nothing that could be written. */
  readonly of: RunbookOf | null
  /** Where it belongs. */
  readonly back: { readonly href: string; readonly text: string }
  readonly download: ReactNode
}

export function RunbookScreen({ of, back, download }: ScreenProps) {
  const { text, error } = useRunbook(of)
  const title = text === null ? 'Runbook' : (/^# (.*)$/m.exec(text)?.[1] ?? 'Runbook')
  useEffect(() => {
    document.title = `${title} · Runbook · Quorumdeck`
  }, [title])
  return (
    <>
      <AppHeader>
        <Link href={back.href} prefetch={false}>
          {back.text}
        </Link>
        <span className="qd-dim">Runbook</span>
      </AppHeader>
      <main id="main" className="qd-main qd-main--narrow">
        {text !== null ? (
          <RunbookPaper text={text} download={download} />
        ) : (
          <Nothing of={of} error={error} back={back} />
        )}
      </main>
    </>
  )
}

function Nothing({ of, error, back }: { of: RunbookOf | null; error: Error | null; back: ScreenProps['back'] }) {
  const away = (
    <p>
      <Link href={back.href} prefetch={false}>
        {back.text}
      </Link>
    </p>
  )
  if (of === null) {
    return (
      <Notice glyph="?" title="There is no such runbook.">
        <p>The address does not name a change, or what it applies to. Open it from the page of a wizard.</p>
        {away}
      </Notice>
    )
  }
  if (error === null) {
    return (
      <Notice glyph="…" title="Writing the runbook.">
        <p>The quorum is read first, so that the runbook shows its current state.</p>
      </Notice>
    )
  }
  return (
    <Notice glyph="✕" title="The runbook cannot be written.">
      <p>{error instanceof Refusal ? `${error.message} ${error.remedy}` : 'The Quorumdeck server does not answer.'}</p>
      {away}
    </Notice>
  )
}
