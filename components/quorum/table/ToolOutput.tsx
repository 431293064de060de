'use client'
/** The quorum as Kafka's own tool prints it, to copy into a ticket. Taken once, when opened: it does not move under the hand. */
import {
  Button,
  CodeBlock,
  CodeBlockCode,
  Flex,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Radio,
} from '@patternfly/react-core'
import { useState } from 'react'
import type { QuorumView } from '../../../server/contract/quorumView.ts'
import { replicationText, statusText } from '../../../server/contract/words/kafkaTool.ts'
import { useCopy } from '../../kit/CopyButton.tsx'
import { useInertPage } from '../../kit/useInertPage.ts'
import { useObservationAge } from '../../live/useLiveCluster.ts'
import './toolOutput.css'

const FORMS = [
  { option: '--replication --human-readable', name: 'replication, ages' },
  { option: '--replication', name: 'replication, times' },
  { option: '--status', name: 'status' },
] as const

export default function ToolOutput({ view, onClose }: { view: QuorumView; onClose: () => void }) {
  useInertPage()
  const [form, setForm] = useState(0)
  const ageMs = useObservationAge(view.cluster, (age) => age ?? 0)
  const [taken] = useState({ view, ageMs })
  const [copied, copy] = useCopy()
  const texts = [
    replicationText(taken.view, true, taken.ageMs),
    replicationText(taken.view, false, taken.ageMs),
    statusText(taken.view),
  ]
  const text = texts[form] ?? ''
  const option = FORMS[form]?.option ?? ''
  return (
    <Modal isOpen variant="large" aria-labelledby="tool-output" onEscapePress={onClose}>
      <ModalHeader title="As kafka-metadata-quorum prints it" labelId="tool-output" />
      <ModalBody className="qd-flow">
        <Flex role="radiogroup" aria-label="Form">
          {FORMS.map(({ name }, index) => (
            <Radio
              key={name}
              id={`form-${index}`}
              name="form"
              label={name}
              isChecked={form === index}
              onChange={() => setForm(index)}
            />
          ))}
        </Flex>
        <CodeBlock actions={<span className="qd-mono qd-small">kafka-metadata-quorum.sh … describe {option}</span>}>
          {/* It scrolls sideways, and must do so by keyboard too. */}
          <CodeBlockCode className="qd-output" tabIndex={0}>
            {text}
          </CodeBlockCode>
        </CodeBlock>
      </ModalBody>
      <ModalFooter>
        <Button variant="primary" onClick={() => copy(text)}>
          {copied === 'copied' ? '✓ Copied' : copied === 'failed' ? 'Could not copy' : 'Copy'}
        </Button>
        <Button variant="secondary" onClick={onClose}>
          Close
        </Button>
      </ModalFooter>
    </Modal>
  )
}
