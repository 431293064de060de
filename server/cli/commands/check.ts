/** `quorumdeck check`: for monitoring. One line and the exit code of a monitoring plug-in: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
import type { QuorumView } from '../../contract/quorumView.ts'
import { formatAge } from '../../contract/words/durations.ts'
import { atServer, parse, wholeNumber } from '../arguments.ts'

import { CliFailure, EXIT } from '../failure.ts'
import type { CliPorts } from '../ports.ts'
import { json } from '../text.ts'
import { listed, meant, viewOf } from '../watched.ts'

export const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const
export type CheckState = (typeof STATES)[number]

export interface Checked {
  cluster: string
  state: CheckState
  /** One line, without the name of the state. */
  text: string
  /** As monitoring plug-ins write figures; empty where none is known. */
  figures: string
}

export interface Limits {
  /** At or below it: a warning. */
  marginWarning: number
  /** An older observation says nothing, in ms. */
  maxAgeMs: number
}

/** Of several the one that matters most: what is known to be bad goes before what is not known. */
const GRAVITY: readonly CheckState[] = ['OK', 'UNKNOWN', 'WARNING', 'CRITICAL']

function gravest(states: readonly CheckState[]): CheckState {
  return states.reduce<CheckState>(
    (worst, state) => (GRAVITY.indexOf(state) > GRAVITY.indexOf(worst) ? state : worst),
    'OK',
  )
}

/** @param ageMs of the observation; `null`: there is none */
export function judge(
  cluster: string,
  { quorum, findings }: QuorumView,
  ageMs: number | null,
  limits: Limits,
): Checked {
  const { marginWarning, maxAgeMs } = limits
  const figures = [
    `margin=${quorum.margin ?? 'U'};${marginWarning + 1}:;0:`,
    `healthy_voters=${quorum.healthyVoters};;;0;${quorum.voters}`,
    `max_follower_lag=${quorum.maxFollowerLag ?? 'U'}`,
  ].join(' ')
  if (ageMs === null || ageMs > maxAgeMs) {
    const age = ageMs === null ? 'never seen' : `last seen ${formatAge(ageMs)} ago`
    return { cluster, state: 'UNKNOWN', text: `the quorum was ${age}`, figures: '' }
  }
  const { leaderId, leaderEpoch, healthyVoters, voters, margin, settling } = quorum
  const worst =
    findings.find(({ severity }) => severity === 'critical') ?? findings.find(({ severity }) => severity === 'warning')
  const states: CheckState[] = [
    leaderId === null ? 'CRITICAL' : 'OK',
    margin === null || settling ? 'UNKNOWN' : margin < 0 ? 'CRITICAL' : margin <= marginWarning ? 'WARNING' : 'OK',
    worst === undefined ? 'OK' : worst.severity === 'critical' ? 'CRITICAL' : 'WARNING',
  ]
  const leads = leaderId === null ? 'nobody leads' : `${leaderId} leads in epoch ${leaderEpoch ?? '?'}`
  const text = `${leads}, ${healthyVoters} of ${voters} voters healthy, margin ${margin ?? 'unknown'}${worst === undefined ? '' : `; ${worst.title}`}`
  return { cluster, state: gravest(states), text, figures }
}

/** A bar ends the text for a monitoring system. */
const line = ({ cluster, text }: Checked) => `${cluster}: ${text.replaceAll('|', '/').replaceAll('\n', ' ')}`

export async function check(args: readonly string[], ports: CliPorts): Promise<number> {
  const { values } = parse(args, { 'margin-warning': { type: 'string' }, 'max-age': { type: 'string' } })
  const limits: Limits = {
    marginWarning: wholeNumber('--margin-warning', values['margin-warning'] ?? '0'),
    maxAgeMs: wholeNumber('--max-age', values['max-age'] ?? '15') * 1000,
  }
  return await atServer(values, ports, async (client) => {
    const clusters = values.cluster === undefined ? await listed(client) : [await meant(client, values.cluster)]
    const checked = await Promise.all(clusters.map(({ cluster }) => checkOne(cluster)))
    const state = checked.length === 0 ? 'UNKNOWN' : gravest(checked.map((one) => one.state))
    if (values.json === true) ports.out(json({ state, clusters: checked }))
    else {
      const bad = checked.filter((one) => one.state !== 'OK')
      const shown = bad.length > 0 ? bad : checked
      const figures = checked.length === 1 && checked[0]?.figures ? ` | ${checked[0].figures}` : ''
      ports.out(`QUORUM ${state} - ${shown.map(line).join('; ') || 'the server watches no cluster'}${figures}`)
    }
    return STATES.indexOf(state)

    async function checkOne(cluster: string): Promise<Checked> {
      try {
        const view = await viewOf(client, cluster, ports)
        const { ageMs, link } = await meant(client, cluster)
        if (link.state === 'live' || link.state === 'no-leader') return judge(cluster, view, ageMs, limits)
        return { cluster, state: 'UNKNOWN', text: link.problem?.title ?? link.state, figures: '' }
      } catch (error) {
        if (error instanceof CliFailure && error.exitCode === EXIT.unknown)
          return { cluster, state: 'UNKNOWN', text: error.message, figures: '' }
        throw error
      }
    }
  })
}
