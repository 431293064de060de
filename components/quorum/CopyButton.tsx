'use client'
/** Copies a text and says so. */
import { useEffect, useState } from 'react'
import './copyButton.css'

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without a secure context or permission there is only the old way.
    const field = document.createElement('textarea')
    field.value = text
    field.style.position = 'fixed'
    field.style.opacity = '0'
    document.body.append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}

/** `idle`, or how the last copy went, for a moment. */
export function useCopy(): readonly ['idle' | 'copied' | 'failed', (text: string) => void] {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 1_500)
    return () => clearTimeout(timer)
  }, [state])
  return [state, (text) => void copyText(text).then((done) => setState(done ? 'copied' : 'failed'))]
}

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [state, copy] = useCopy()
  const label = state === 'copied' ? `Copied ${what}` : state === 'failed' ? `Could not copy ${what}` : `Copy ${what}`
  return (
    <button
      type="button"
      className="qd-copy"
      data-state={state}
      aria-label={label}
      title={label}
      onClick={() => copy(text)}
    >
      <svg
        viewBox="0 0 16 16"
        width="14"
        height="14"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      >
        {state === 'copied' ? (
          <path d="M3 8.5l3.5 3.5L13 4.5" />
        ) : state === 'failed' ? (
          <path d="M4 4l8 8M12 4l-8 8" />
        ) : (
          <path d="M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z" />
        )}
      </svg>
    </button>
  )
}
