/** Rules that ring for what the view has found already. Pure. */
import type { Finding, FindingCode, QuorumView } from '../../contract/quorumView.ts'
import { type Condition, freshView, named, type Rule } from './condition.ts'

const LEFTOVERS: ReadonlySet<FindingCode> = new Set(['static-voters-left', 'throttle-stands', 'broker-cordoned'])

const foundIn = (view: QuorumView, ...codes: FindingCode[]): Finding[] =>
  view.findings.filter(({ code }) => codes.includes(code))

/** Incidents of the view: they stay until a person closes them. */
function ofIncidents({ incidents }: QuorumView, kind: 'metadata-missing' | 'two-leaders') {
  return incidents.filter((incident) => incident.kind === kind)
}

const CLOSE =
  'Start, restart, format and remove no controller. When it is understood, close the incident with the reason.'

/** A rival that is not proven may be an old leader that has not noticed an election. */
export const secondQuorum: Rule = ({ view, link }) => {
  if (view === null || link.state === 'connecting') return 'unknown'
  const rivals = foundIn(view, 'rival-quorum').map(
    ({ title, detail, replicas }): Condition => ({
      rule: 'second-quorum',
      key: 'rival',
      severity: 'critical',
      title,
      detail,
      remedy: 'Start, restart, stop, format and remove no controller before it is clear which quorum is to live.',
      replicas: named(replicas),
    }),
  )
  const incidents = ofIncidents(view, 'two-leaders').map(
    ({ id, title, detail }): Condition => ({
      rule: 'second-quorum',
      key: id,
      severity: 'critical',
      title,
      detail,
      remedy: CLOSE,
      replicas: [],
    }),
  )
  const found = [...rivals, ...incidents]
  // What an unread record may hold is not known, and nobody leads while the rival is looked for among those that answer.
  return found.length === 0 && view.incidentMemory === 'failed' ? 'unknown' : found
}

export const watermarkFell: Rule = ({ view }) => {
  if (view === null) return 'unknown'
  const found = ofIncidents(view, 'metadata-missing').map(
    ({ id, title, detail }): Condition => ({
      rule: 'watermark-fell',
      key: id,
      severity: 'critical',
      title,
      detail,
      remedy: CLOSE,
      replicas: [],
    }),
  )
  return found.length === 0 && view.incidentMemory === 'failed' ? 'unknown' : found
}

/** All in one: a leader may list a thousand. */
export const ghostObserver: Rule = (seen) => {
  const view = freshView(seen)
  if (view === null || view.quorum.settling) return 'unknown'
  return foundIn(view, 'ghost-observer').map(({ title, replicas }) => ({
    rule: 'ghost-observer',
    key: '',
    severity: 'info',
    title,
    detail:
      'The leader lists an observer for 5 minutes after its last fetch. It does not vote; as a broker it serves stale metadata, or nothing.',
    remedy: 'If the node should be running, look at its process. If it was retired, nothing is to be done.',
    replicas: named(replicas),
  }))
}

export const leftovers: Rule = (seen) => {
  const view = freshView(seen)
  if (view === null) return 'unknown'
  return view.findings
    .filter(({ code }) => LEFTOVERS.has(code))
    .map(({ code, title, detail, replicas }) => ({
      rule: 'leftovers',
      key: code,
      severity: 'info',
      title,
      detail,
      remedy: 'Take it back, or leave a guided change to do it.',
      replicas: named(replicas),
    }))
}

/** The place where it is shown stands in the words of the finding alone. */
const addressIn = ({ detail, title }: Finding): string => /^It is shown at (\S+) for /.exec(detail)?.[1] ?? title

/** What becomes urgent rings once more, beside what rang before. */
export const certificateExpires: Rule = ({ view, link }) => {
  if (view === null || view.controllers === null || link.state === 'connecting') return 'unknown'
  return foundIn(view, 'certificate-expires').flatMap((finding) => {
    const { severity, title, detail, replicas } = finding
    const condition: Condition = {
      rule: 'certificate-expires',
      key: addressIn(finding),
      severity: 'warning',
      title,
      detail,
      remedy: 'Renew it, and restart the controllers one at a time where they do not read it anew by themselves.',
      replicas: named(replicas),
    }
    const urgent: Condition = { ...condition, key: `${condition.key} now`, severity: 'critical' }
    return severity === 'critical' ? [condition, urgent] : [condition]
  })
}
