'use client'
/** The properties file of a node, pasted or picked: every problem in it, and what is still to change. */
import { Button, Flex, Form, FormGroup, TextArea } from '@patternfly/react-core'
import { useState } from 'react'
import { MAX_PROPERTIES_CHARS } from '../../../../server/contract/nodeConfig.ts'
import { Findings } from '../../../inspection/Findings.tsx'
import { FilePick } from '../../../kit/FilePick.tsx'
import { Refused } from '../../../kit/gates/Refused.tsx'
import { usePropertiesCheck } from '../../../live/queries/usePropertiesCheck.ts'
import { useMayActSomewhere } from '../../../live/queries/useRights.ts'
import { ConfigDiff } from './ConfigDiff.tsx'

export function FileCheck({ run, nodeId }: { readonly run: string; readonly nodeId: number }) {
  const [pasted, setPasted] = useState('')
  const [picked, setPicked] = useState<string | null>(null)
  const { check, pending, answer, refused } = usePropertiesCheck(run, nodeId)
  const mayAct = useMayActSomewhere()
  const text = picked ?? pasted
  const lacking =
    text.trim() === ''
      ? 'Pick the file, or paste its text.'
      : text.length > MAX_PROPERTIES_CHARS
        ? `At most ${MAX_PROPERTIES_CHARS} characters.`
        : null
  if (mayAct === false) return null
  return (
    <details>
      <summary>Check its properties file</summary>
      <p className="qd-small qd-dim">
        Give the file that the node will be started with. It is compared with what node {nodeId} reports and with what
        this step needs. Nothing of it is kept, and values of secrets are not looked at.
      </p>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          if (lacking === null) check(text)
        }}
      >
        <FormGroup label={`Properties file of node ${nodeId}`} fieldId={`file-${nodeId}`}>
          <FilePick id={`file-${nodeId}`} onChange={(event) => void read(event.currentTarget.files).then(setPicked)} />
        </FormGroup>
        <FormGroup label="Or its text, pasted" fieldId={`text-${nodeId}`}>
          <TextArea
            id={`text-${nodeId}`}
            value={pasted}
            rows={5}
            spellCheck={false}
            isDisabled={picked !== null}
            placeholder={`process.roles=…\nnode.id=${nodeId}\nlisteners=…`}
            onChange={(_event, value) => setPasted(value)}
          />
        </FormGroup>
        <Flex>
          <Button type="submit" variant="secondary" isDisabled={pending || lacking !== null}>
            {pending ? 'Checking…' : 'Check it'}
          </Button>
          <span className="qd-small qd-dim">{lacking ?? ''}</span>
        </Flex>
      </Form>
      {refused !== null && <Refused error={refused} />}
      {answer !== null && (
        <section aria-label={`What is in the file of node ${nodeId}`} aria-live="polite">
          <Findings findings={answer.findings} />
          {answer.changes.length > 0 && (
            <ConfigDiff lines={answer.changes} label={`What is still to change in the file of node ${nodeId}`} />
          )}
          <p className="qd-small qd-dim">Compared with {answer.comparedWith}.</p>
        </section>
      )}
    </details>
  )
}

async function read(list: FileList | null): Promise<string | null> {
  return (await list?.[0]?.text()) ?? null
}
