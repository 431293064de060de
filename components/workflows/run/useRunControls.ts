'use client'
/** What a person may do on this page now, and what has been put in for it so far. */
import { useState } from 'react'
import type { AllowedCommand, Workflow } from '../../../server/contract/workflows.ts'
import type { Freshness } from '../../live/freshness.ts'
import { useActor } from '../../live/queries/useActor.ts'
import { type Commanding, useCommand } from '../../live/queries/useCommand.ts'
import { commandName, type Draft, emptyDraft, needsLiveQuorum, OF_OTHERS, said } from './runCommands.ts'

export interface Controls {
  readonly drives: boolean
  readonly watchOnly: boolean
  readonly commanding: Commanding
  readonly draft: (command: AllowedCommand) => Draft
  readonly change: (command: AllowedCommand, change: Partial<Draft>) => void
  readonly send: (command: AllowedCommand) => void
  /** Why this command cannot be sent from here now; `null` where it can. */
  readonly hindrance: (command: Pick<AllowedCommand, 'type'>) => string | null
}

export interface ControlFacts {
  readonly run: Workflow
  readonly freshness: Freshness
  /** The observation may be believed. */
  readonly alive: boolean
  readonly watchOnly: boolean
  /** Signed in by name, with the right to approve. */
  readonly mayApprove: boolean
}

export function useRunControls({ run, freshness, alive, watchOnly, mayApprove }: ControlFacts): Controls {
  const me = useActor()
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({})
  const commanding = useCommand(run.id, (type) =>
    setDrafts((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith(`${type}|`)))),
  )
  const isAsking = me !== null && run.permission?.requestedBy.some(({ id }) => id === me.id) === true
  const drives = me !== null && run.driver.id === me.id
  const heard = freshness === 'live' || freshness === 'cluster-silent'
  const draft = (command: AllowedCommand) => drafts[commandName(command)] ?? emptyDraft
  return {
    drives,
    watchOnly,
    commanding,
    draft,
    change: (command, change) => {
      const name = commandName(command)
      setDrafts((before) => ({ ...before, [name]: { ...(before[name] ?? emptyDraft), ...change } }))
    },
    send: (command) => commanding.send(run, command, said(command, draft(command))),
    hindrance: ({ type }) => {
      if (watchOnly) return 'This session may watch, not act.'
      if (freshness === 'waiting') return 'Connecting to the server…'
      if (!heard) return 'This page has no connection to the server: nothing can be sent.'
      if (!alive && needsLiveQuorum(type))
        return 'This view of the quorum is not live: nothing that changes it can be sent.'
      // Nobody drives a run that has ended.
      if (type === 'approve' && (drives || isAsking)) return 'It is your plan: somebody else must approve it.'
      if (type === 'approve' && !mayApprove)
        return 'To approve it takes somebody who has signed in by name, with the right to approve.'
      if (!drives && !OF_OTHERS.has(type) && run.endedAtMs === null)
        return `${run.driver.name} drives. Take over to act.`
      return commanding.sending === null ? null : 'A command is on its way.'
    },
  }
}
