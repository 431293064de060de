/** Rules about the quorum itself: who leads, what can be lost, which voters keep up. Pure. */
import { votersOf } from '../../contract/voters.ts'
import { type Condition, freshView, named, type Rule, STALE_MS } from './condition.ts'
import { electionsInHour, isWholeHour } from './recentElections.ts'

const listed = (ids: readonly { nodeId: number }[]): string => ids.map(({ nodeId }) => nodeId).join(', ')

/** Elections an hour that are no maintenance, where nothing else is expected. */
const USUAL_ELECTIONS = 5

/** Nobody answers at all: whether somebody leads is not known, and `observation-lost` says so. */
export const noLeader: Rule = ({ view, link }) => {
  if (link.state === 'live') return view === null || view.quorum.leaderId === null ? 'unknown' : []
  if (link.state !== 'no-leader') return 'unknown'
  const cause = view?.quorum.leaderless ?? null
  return [
    {
      rule: 'no-leader',
      key: '',
      severity: 'critical',
      title: cause?.title ?? 'Nobody leads the quorum',
      detail: `${cause?.detail ?? 'The controllers answer, and none of them leads.'} Brokers serve what they know; topics, configurations and leaders of partitions cannot change.`,
      remedy: cause?.remedy ?? link.problem?.remedy ?? 'Look at the log of every controller.',
      replicas: [],
    },
  ]
}

/** A single controller has no margin by the way it is built: that is no news. */
export const marginLow: Rule = (seen) => {
  const view = freshView(seen)
  if (view === null || view.quorum.margin === null || view.quorum.settling) return 'unknown'
  const { margin, voters, majority, healthyVoters } = view.quorum
  if (margin > 0 || (voters === 1 && margin === 0)) return []
  const away = votersOf(view).filter(({ health }) => health !== 'ok')
  const condition = { rule: 'margin-low' as const, replicas: named(away) }
  const who = away.length === 0 ? '' : ` Not healthy: ${listed(away)}.`
  const none: Condition = {
    ...condition,
    key: 'none',
    severity: 'critical',
    title: 'The quorum cannot lose another controller',
    detail: `${healthyVoters} of ${voters} voters are healthy, and ${majority} are needed.${who} One more that fails stops the quorum.`,
    remedy:
      'Bring a voter back. Restart, stop and remove no controller that is healthy; if a disk is lost, replace it with the wizard.',
  }
  if (margin === 0) return [none]
  const lost: Condition = {
    ...condition,
    key: 'lost',
    severity: 'critical',
    title: `Only ${healthyVoters} of ${voters} voters are healthy; ${majority} are needed`,
    detail: `The leader cannot commit and will resign.${who}`,
    remedy:
      'Bring silent controllers back. Remove no healthy one: Kafka would accept it, and the quorum could not recover.',
  }
  return [none, lost]
}

export const voterSilent: Rule = (seen) => {
  const view = freshView(seen)
  if (view === null || view.quorum.settling) return 'unknown'
  return votersOf(view)
    .filter(({ health }) => health === 'silent')
    .map((voter) => ({
      rule: 'voter-silent',
      key: `${voter.nodeId}/${voter.directoryId ?? '-'}`,
      severity: 'warning',
      title: `Controller ${voter.nodeId} is silent`,
      detail:
        'It has not fetched from the leader for the fetch timeout or longer: its process is down, stuck or cut off, and it helps to commit nothing.',
      remedy: 'Look at its process and its host. If its disk is lost, replace it with the wizard.',
      replicas: named([voter]),
    }))
}

export const voterLagging: Rule = (seen) => {
  const view = freshView(seen)
  if (view === null || view.quorum.settling) return 'unknown'
  return votersOf(view)
    .filter(({ health }) => health === 'lagging')
    .map((voter) => ({
      rule: 'voter-lagging',
      key: `${voter.nodeId}/${voter.directoryId ?? '-'}`,
      severity: 'warning',
      title: `Controller ${voter.nodeId} fetches but does not keep up`,
      detail: 'It helps to commit nothing until it has caught up, so it does not count as healthy.',
      remedy: 'Look at its disk, its CPU, and the network between it and the leader.',
      replicas: named([voter]),
    }))
}

/** Few of less than an hour prove nothing: what an earlier process has counted may still be open. */
export const elections: Rule = ({ elections: recent, expected, monotonicMs }) => {
  const count = electionsInHour(recent)
  const most = expected.maxElectionsPerHour ?? USUAL_ELECTIONS
  if (count <= most) return isWholeHour(recent, monotonicMs) ? [] : 'unknown'
  return [
    {
      rule: 'elections',
      key: '',
      severity: 'warning',
      title: `More than ${most} elections in an hour`,
      detail: `${count} were counted, without those of guided changes. Nothing is committed during an election.`,
      remedy:
        'Look at the disk latency, garbage collection and network of the controllers that lose the lead; the events of the cluster name them.',
      replicas: [],
    },
  ]
}

export const changeStuck: Rule = (seen) => {
  const view = freshView(seen)
  if (view === null) return 'unknown'
  const pending = view.quorum.pendingVoterChange
  if (pending === null) return []
  return [
    {
      rule: 'change-stuck',
      key: `${pending.epoch}/${pending.offset}`,
      severity: 'warning',
      title: 'A voter change is appended and does not get committed',
      detail: `It was appended at offset ${pending.offset}. It is in force already, an election may still undo it, and no other change is possible.`,
      remedy: 'See which voters do not fetch: a majority of the new voter set must. Send no further change.',
      replicas: named([...pending.added, ...pending.removed]),
    },
  ]
}

/** `connecting` is how it begins; a cluster that is never reached stays so. */
export const observationLost: Rule = ({ link, ageMs }) => {
  const isLost = link.state !== 'live' && link.state !== 'no-leader'
  const isStale = link.state === 'live' && (ageMs === null || ageMs > STALE_MS)
  if (!isLost && !isStale) return []
  return [
    {
      rule: 'observation-lost',
      key: '',
      severity: 'critical',
      title: link.problem?.title ?? 'Nothing is heard of the cluster',
      detail: `${link.problem?.detail ?? 'No controller answers in time.'} Whether the quorum works is not known here.`,
      remedy:
        link.problem?.remedy ??
        'See whether the controllers run, and whether they can be reached from the host of Quorumdeck.',
      replicas: [],
    },
  ]
}
