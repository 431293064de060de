'use client'
/** Asks before a command that ends something, takes something away, or needs words. The safe button comes first. */
import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import type { AllowedCommand } from '../../../server/contract/workflows.ts'
import { CommandText } from '../../kit/gates/CommandText.tsx'
import { useInertPage } from '../../kit/useInertPage.ts'
import { Asked } from './Asked.tsx'
import { actLabel, missing } from './runCommands.ts'
import type { Controls } from './useRunControls.ts'

export function CommandDialog({
  command,
  controls,
  onClose,
}: {
  command: AllowedCommand
  controls: Controls
  onClose: () => void
}) {
  useInertPage()
  const draft = controls.draft(command)
  const lacking = controls.hindrance(command) ?? missing(command, draft)
  return (
    <Modal isOpen variant="medium" aria-labelledby="command-dialog" onEscapePress={onClose}>
      <ModalHeader title={actLabel(command)} labelId="command-dialog" />
      <ModalBody className="qd-flow">
        <p>{command.does}</p>
        {command.equivalent !== null && <CommandText text={command.equivalent} what="the equivalent command" />}
        <Asked command={command} draft={draft} onChange={(change) => controls.change(command, change)} />
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          Cancel
        </Button>
        <Button
          variant={command.danger ? 'danger' : 'primary'}
          isDisabled={lacking !== null}
          onClick={() => {
            controls.send(command)
            onClose()
          }}
        >
          {actLabel(command)}
        </Button>
        {lacking !== null && <span className="qd-small qd-dim">{lacking}</span>}
      </ModalFooter>
    </Modal>
  )
}
