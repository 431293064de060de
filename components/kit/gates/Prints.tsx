'use client'
/** What a command prints when it worked, to compare with what the terminal shows. */
import { CodeBlock, CodeBlockCode } from '@patternfly/react-core'

/** @param prints `null`: the text is no command */
export function Prints({ prints }: { readonly prints: string | null }) {
  if (prints === null) return null
  if (prints === '') return <p className="qd-small qd-dim">It prints nothing.</p>
  return (
    <details>
      <summary className="qd-small">What it prints</summary>
      <CodeBlock>
        <CodeBlockCode>{prints}</CodeBlockCode>
      </CodeBlock>
    </details>
  )
}
