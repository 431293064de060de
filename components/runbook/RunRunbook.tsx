'use client'
/** What is left of a run, to print. */
import { runbookUrl } from '../live/queries/workflowApi.ts'
import { runPath } from '../workflows/links/wizards.ts'
import { RunbookScreen } from './RunbookScreen.tsx'

export function RunRunbook({ id }: { readonly id: string }) {
  return (
    <RunbookScreen
      of={{ kind: 'run', id }}
      back={{ href: runPath(id), text: 'The run' }}
      download={
        <a href={runbookUrl(id)} download={`runbook-${id}.md`}>
          Markdown
        </a>
      }
    />
  )
}
