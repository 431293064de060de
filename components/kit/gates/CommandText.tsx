'use client'
/** A command for a terminal, with a button that copies it. */
import { CopyButton } from '../CopyButton.tsx'
import './commandText.css'

export function CommandText({ text, what }: { text: string; what: string }) {
  return (
    <div className="qd-cmd">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text has to be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
      <CopyButton text={text} what={what} />
    </div>
  )
}
