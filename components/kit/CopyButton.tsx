'use client'
/** Copies a text and says so. */
import { Button } from '@patternfly/react-core'
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon'
import CopyIcon from '@patternfly/react-icons/dist/esm/icons/outlined-copy-icon'
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon'
import { useEffect, useState } from 'react'

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
    <Button
      variant="plain"
      hasNoPadding
      data-state={state}
      aria-label={label}
      title={label}
      onClick={() => copy(text)}
      icon={state === 'copied' ? <CheckIcon /> : state === 'failed' ? <TimesIcon /> : <CopyIcon />}
    />
  )
}
