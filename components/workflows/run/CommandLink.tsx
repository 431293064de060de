'use client'
/** A command that is not the main one of its step: sent at once where nothing has to be asked, else after a dialog. */
import { Button } from '@patternfly/react-core'
import { useState } from 'react'
import type { AllowedCommand } from '../../../server/contract/workflows.ts'
import { CommandDialog } from './CommandDialog.tsx'
import { actLabel, askLabel, asks } from './runCommands.ts'
import type { Controls } from './useRunControls.ts'

export function CommandLink({
  command,
  controls,
  look = 'link',
}: {
  command: AllowedCommand
  controls: Controls
  look?: 'link' | 'secondary'
}) {
  const [open, setOpen] = useState(false)
  const hindrance = controls.hindrance(command)
  const asking = asks(command)
  return (
    <>
      <Button
        variant={look}
        isInline={look === 'link'}
        isDanger={command.danger}
        isDisabled={hindrance !== null}
        title={hindrance ?? command.does}
        onClick={() => (asking ? setOpen(true) : controls.send(command))}
      >
        {asking ? askLabel(command) : actLabel(command)}
      </Button>
      {open && <CommandDialog command={command} controls={controls} onClose={() => setOpen(false)} />}
    </>
  )
}
