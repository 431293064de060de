'use client'
/** Asks before a command that ends something, takes something away, or needs words. The safe button comes first. */
import { Button } from '@patternfly/react-core'
import { useEffect, useRef } from 'react'
import type { AllowedCommand } from '../../../server/contract/workflows.ts'
import { CommandText } from '../../kit/gates/CommandText.tsx'
import { Asked } from './Asked.tsx'
import { actLabel, missing } from './runCommands.ts'
import type { Controls } from './useRunControls.ts'
import '../../kit/toolOutput.css'

export function CommandDialog({
  command,
  controls,
  onClose,
}: {
  command: AllowedCommand
  controls: Controls
  onClose: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const draft = controls.draft(command)
  const lacking = controls.hindrance(command) ?? missing(command, draft)
  return (
    <dialog ref={dialog} className="qd-dialog qd-ask" aria-labelledby="command-dialog" onClose={onClose}>
      <h2 id="command-dialog" className="qd-h2">
        {actLabel(command)}
      </h2>
      <p>{command.does}</p>
      {command.equivalent !== null && <CommandText text={command.equivalent} what="the equivalent command" />}
      <Asked command={command} draft={draft} onChange={(change) => controls.change(command, change)} />
      <div className="qd-dialog__foot">
        <Button variant="secondary" onClick={() => dialog.current?.close()}>
          Cancel
        </Button>
        <Button
          variant={command.danger ? 'danger' : 'primary'}
          isDisabled={lacking !== null}
          onClick={() => {
            controls.send(command)
            dialog.current?.close()
          }}
        >
          {actLabel(command)}
        </Button>
        {lacking !== null && <span className="qd-small qd-dim">{lacking}</span>}
      </div>
    </dialog>
  )
}
