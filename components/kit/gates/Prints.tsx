'use client'
/** What a command prints when it worked, to compare with what the terminal shows. */
import './commandText.css'

/** @param prints `null`: the text is no command */
export function Prints({ prints }: { readonly prints: string | null }) {
  if (prints === null) return null
  if (prints === '') return <span className="qd-prints qd-small qd-dim">It prints nothing.</span>
  return (
    <details className="qd-prints">
      <summary className="qd-small">What it prints</summary>
      <pre>{prints}</pre>
    </details>
  )
}
