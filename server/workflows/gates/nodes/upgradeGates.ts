/** Gates on making a static quorum dynamic. Source: LeaderState#maybeAppendUpgradedKRaftVersion; KAFKA-16538. Pure. */

import { votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import { metadataVersionName } from '../../../quorum/log/kafkaRelease.ts'
import type { Facts } from '../../run/facts.ts'
import { idListText, idsText } from '../../run/voterSet.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

/** metadata.version 4.1-IV0: a node that supports it is Kafka 4.1 or later, which can upgrade kraft.version. */
export const UPGRADE_SINCE = 26

/** What each controller and broker supports, from its registration or from itself; `null` where neither says. */
export function supportedVersions({ view, nodes, log }: Facts): Map<number, number | null> {
  const listed = new Set([
    ...(view?.replicas ?? []).filter((r) => r.health !== 'silent').map((r) => r.nodeId),
    ...(view === null ? [] : votersOf(view).map((v) => v.nodeId)),
  ])
  return new Map(
    [...listed].map((id) => [
      id,
      nodes.get(id)?.supportedMetadataVersion ?? log?.controllerMetadataVersions.get(id) ?? null,
    ]),
  )
}

export function nodesCanUpgrade(facts: Facts): Gate {
  const rule: Rule = {
    code: 'features-supported',
    title: 'Every controller runs Apache Kafka 4.1 or later',
    required: `metadata.version ${metadataVersionName(UPGRADE_SINCE)} supported by all`,
    why: 'Kafka 3.9 and 4.0 answer yes and change nothing: the quorum stays static, with a feature level in its log that is not true.',
    source: 'KAFKA-16538, KAFKA-18979',
  }
  const { view } = facts
  const supported = supportedVersions(facts)
  const controllers = new Set([
    ...(view === null ? [] : votersOf(view).map((v) => v.nodeId)),
    ...(view?.replicas ?? []).filter((r) => r.roles.includes('controller')).map((r) => r.nodeId),
  ])
  const old = [...controllers].filter((id) => {
    const max = supported.get(id)
    return max !== null && max !== undefined && max < UPGRADE_SINCE
  })
  const unknown = [...controllers].filter((id) => supported.get(id) == null)
  return gate(rule, {
    ok: view !== null && controllers.size > 0 && old.length === 0 && unknown.length === 0,
    observed:
      view === null
        ? UNKNOWN
        : old.length > 0
          ? old.map((id) => `${id}: up to ${metadataVersionName(supported.get(id) ?? 0)}`).join(', ')
          : unknown.length > 0
            ? `not known of ${idListText(unknown)}`
            : 'all of them',
    remedy:
      old.length > 0
        ? 'Upgrade those controllers to Apache Kafka 4.1 or later first, one at a time (rolling restart), then come back.'
        : 'Let Quorumdeck reach the controllers; CLUSTER_ACTION lets it read their registrations.',
    waiting: old.length === 0,
  })
}

export function everyVoterHealthy({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'every-voter-healthy',
    title: 'Every voter is up and has caught up',
    required: 'all of them',
    why: 'Each voter must have sent its directory id to this leader; one that has been down since the last election has not.',
    source: 'LeaderState: every static voter has sent UpdateRaftVoter to this leader',
  }
  const voters = view === null ? [] : votersOf(view)
  const bad = voters.filter((v) => v.health !== 'ok')
  return gate(rule, {
    ok: view !== null && view.quorum.leaderId !== null && voters.length > 0 && bad.length === 0,
    observed:
      view === null || view.quorum.leaderId === null
        ? UNKNOWN
        : bad.length === 0
          ? `${voters.length} of ${voters.length}`
          : `${idsText(bad)} not`,
    remedy:
      view === null || view.quorum.leaderId === null
        ? 'Wait until a leader answers.'
        : `Start or repair ${idsText(bad)} first.`,
    waiting: bad.every((v) => v.health === 'unknown'),
  })
}

export function votersIdentified({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'voters-identified',
    title: 'Every voter has a directory id and an address in the voter set',
    required: 'all of them',
    why: 'From now on the voter set in the log says who votes and where: a voter without them could not be reached or removed.',
    source: 'KIP-853: VotersRecord',
  }
  const voters = view === null ? [] : votersOf(view)
  const bare = voters.filter((v) => v.directoryId === null || v.endpoints.length === 0)
  return gate(rule, {
    ok: view !== null && view.quorum.leaderId !== null && voters.length > 0 && bare.length === 0,
    observed:
      voters.length === 0 || view?.quorum.leaderId == null
        ? UNKNOWN
        : bare.length === 0
          ? 'all of them'
          : `not of ${idsText(bare)}`,
    remedy:
      view?.quorum.leaderId == null
        ? 'Wait until a leader answers.'
        : 'Restart that controller, so that it sends its address to the leader.',
    waiting: true,
  })
}

export function isDynamicNow({ view }: Facts): Gate {
  const rule: Rule = {
    code: 'is-dynamic',
    title: 'The quorum is dynamic',
    required: 'kraft.version 1',
    why: 'Only what the quorum shows proves it; the answer alone does not.',
    source: 'ApiVersions: finalized features; KRaftVersionRecord',
  }
  const version = view?.quorum.kraftVersion ?? null
  return gate(rule, {
    ok: version !== null && version >= 1,
    observed: version === null ? UNKNOWN : `kraft.version ${version}`,
    remedy: 'Ask for the upgrade once more.',
    waiting: true,
  })
}
