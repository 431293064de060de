'use client'
/**
 * The one tooltip of the page: shows the definition of whatever bears `data-term`, on hover and on focus. It stays while
 * the pointer rests on it and goes on Escape. PatternFly's own would watch each of twenty words and ask for computed
 * styles whenever one of them renders.
 */
import '@patternfly/react-styles/css/components/Tooltip/tooltip.css'
import { useEffect, useState } from 'react'
import { definitions, type Term } from './definitions.ts'
import './term.css'

const TIP = 'term-tip'
const HOVER_MS = 200
const LEAVE_MS = 150
const WIDTH = 360
const MARGIN = 8

interface Shown {
  readonly term: Term
  readonly left: number
  /** Below the word, or above it near the lower edge. */
  readonly top: number | null
  readonly bottom: number | null
}

function isTerm(name: string | undefined): name is Term {
  return name !== undefined && name in definitions
}

function bearer(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-term]') : null
}

function place(word: HTMLElement): Shown | null {
  const term = word.dataset.term
  if (!isTerm(term)) return null
  const box = word.getBoundingClientRect()
  const left = Math.max(MARGIN, Math.min(box.left, innerWidth - WIDTH - MARGIN))
  const below = box.bottom < innerHeight - 160
  return { term, left, top: below ? box.bottom + MARGIN : null, bottom: below ? null : innerHeight - box.top + MARGIN }
}

export function TermTip() {
  const [shown, setShown] = useState<Shown | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let word: HTMLElement | null = null
    const hide = () => {
      clearTimeout(timer)
      word?.removeAttribute('aria-describedby')
      word = null
      setShown(null)
    }
    const show = (next: HTMLElement) => {
      clearTimeout(timer)
      if (word !== next) word?.removeAttribute('aria-describedby')
      word = next
      word.setAttribute('aria-describedby', TIP)
      setShown(place(next))
    }
    const over = (event: Event) => {
      if (event.target instanceof Element && event.target.closest(`#${TIP}`) !== null) {
        clearTimeout(timer)
        return
      }
      const next = bearer(event)
      clearTimeout(timer)
      if (next !== null) timer = setTimeout(() => show(next), next === word ? 0 : HOVER_MS)
      else if (word !== null && word !== document.activeElement) timer = setTimeout(hide, LEAVE_MS)
    }
    const focus = (event: Event) => {
      const next = bearer(event)
      if (next !== null) show(next)
    }
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide()
    }
    document.addEventListener('pointerover', over)
    document.addEventListener('focusin', focus)
    document.addEventListener('focusout', hide)
    document.addEventListener('keydown', key)
    document.addEventListener('scroll', hide, { capture: true, passive: true })
    return () => {
      hide()
      document.removeEventListener('pointerover', over)
      document.removeEventListener('focusin', focus)
      document.removeEventListener('focusout', hide)
      document.removeEventListener('keydown', key)
      document.removeEventListener('scroll', hide, { capture: true })
    }
  }, [])
  if (shown === null) return null
  const { term, left, top, bottom } = shown
  return (
    <div
      id={TIP}
      role="tooltip"
      className="pf-v6-c-tooltip qd-tip"
      style={{ left, top: top ?? 'auto', bottom: bottom ?? 'auto' }}
    >
      <div className="pf-v6-c-tooltip__content pf-m-text-align-left">{definitions[term]}</div>
    </div>
  )
}
