/** What a gate is made of. A fact that is unknown or old never passes; the browser shows verdicts and computes nothing anew. Pure. */
import type { Gate } from '../../contract/workflows.ts'

export interface Rule {
  code: string
  title: string
  required: string
  why: string
  source: string
}

export interface Verdict {
  ok: boolean
  observed: string
  remedy: string
  /** Passes by itself if nothing new happens. */
  waiting?: boolean
}

export function gate(rule: Rule, { ok, observed, remedy, waiting = false }: Verdict): Gate {
  return { ...rule, ok, observed, remedy: ok ? '' : remedy, waiting: !ok && waiting }
}

export const UNKNOWN = 'unknown'
