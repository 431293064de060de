'use client'
/** The quorum as Kafka's own tool prints it, to copy into a ticket. Taken once, when opened: it does not move under the hand. */
import { Button } from '@patternfly/react-core'
import { useEffect, useRef, useState } from 'react'
import { replicationText, statusText } from '../../../server/contract/kafkaTool.ts'
import type { QuorumView } from '../../../server/contract/quorumView.ts'
import { useCopy } from '../../kit/CopyButton.tsx'
import { useObservationAge } from '../../live/useLiveCluster.ts'
import '../../kit/toolOutput.css'

const FORMS = [
  { option: '--replication --human-readable', name: 'replication, ages' },
  { option: '--replication', name: 'replication, times' },
  { option: '--status', name: 'status' },
] as const

export default function ToolOutput({ view, onClose }: { view: QuorumView; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [form, setForm] = useState(0)
  const ageMs = useObservationAge(view.cluster, (age) => age ?? 0)
  const [taken] = useState({ view, ageMs })
  const [copied, copy] = useCopy()
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const texts = [
    replicationText(taken.view, true, taken.ageMs),
    replicationText(taken.view, false, taken.ageMs),
    statusText(taken.view),
  ]
  const text = texts[form] ?? ''
  const option = FORMS[form]?.option ?? ''
  return (
    <dialog ref={dialog} className="qd-dialog" aria-labelledby="tool-output" onClose={onClose}>
      <h2 id="tool-output" className="qd-h2">
        As kafka-metadata-quorum prints it
      </h2>
      <div className="qd-segments" role="radiogroup" aria-label="Form">
        {FORMS.map(({ name }, index) => (
          <label key={name} data-on={form === index}>
            <input type="radio" name="form" checked={form === index} onChange={() => setForm(index)} />
            {name}
          </label>
        ))}
      </div>
      <p className="qd-mono qd-small qd-dim">kafka-metadata-quorum.sh … describe {option}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text has to be reachable by keyboard */}
      <pre className="qd-pre" tabIndex={0}>
        {text}
      </pre>
      <div className="qd-dialog__foot">
        <Button variant="primary" onClick={() => copy(text)}>
          {copied === 'copied' ? '✓ Copied' : copied === 'failed' ? 'Could not copy' : 'Copy'}
        </Button>
        <Button variant="secondary" onClick={() => dialog.current?.close()}>
          Close
        </Button>
      </div>
    </dialog>
  )
}
