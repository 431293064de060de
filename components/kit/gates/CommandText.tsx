'use client'
/** A command for a terminal, with a button that copies it. */
import { CodeBlock, CodeBlockCode } from '@patternfly/react-core'
import { CopyButton } from '../CopyButton.tsx'
import './commandText.css'

export function CommandText({ text, what }: { text: string; what: string }) {
  return (
    <CodeBlock className="qd-cmd">
      <CodeBlockCode>{text}</CodeBlockCode>
      <span className="qd-cmd__copy">
        <CopyButton text={text} what={what} />
      </span>
    </CodeBlock>
  )
}
