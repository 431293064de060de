/** Gates on a node that was restarted: whether it is what it was, before the next one follows. Pure. */

import { votersOf } from '../../../contract/voters.ts'
import type { Gate } from '../../../contract/workflows.ts'
import type { Facts } from '../../run/facts.ts'
import { shortId } from '../../run/voterSet.ts'
import { gate, type Rule, UNKNOWN } from '../gate.ts'

/** A start script that wipes and formats takes the vote of every node that it restarts. */
export function diskKept({ view }: Facts, nodeId: number): Gate {
  const rule: Rule = {
    code: 'disk-kept',
    title: 'It came back with the disk that it had',
    required: 'no other directory id of this node fetches',
    why: 'A controller votes by its directory id. One whose disk does not outlive a restart comes back without its vote; after a few of them there is no majority.',
    source: 'KIP-853: directory.id in meta.properties',
  }
  const voter = view === null ? undefined : votersOf(view).find((v) => v.nodeId === nodeId)
  const stranger =
    voter === undefined || voter.directoryId === null || voter.health === 'ok'
      ? undefined
      : view?.replicas.find(
          (r) =>
            r.nodeId === nodeId && r.directoryId !== voter.directoryId && (r.health === 'ok' || r.health === 'lagging'),
        )
  return gate(rule, {
    ok: view !== null && voter?.health !== 'unknown' && stranger === undefined,
    observed:
      view === null
        ? UNKNOWN
        : stranger === undefined
          ? voter?.health === 'unknown'
            ? 'not seen yet by the leader'
            : 'no other one'
          : `${shortId(stranger.directoryId)} fetches; the voter is ${shortId(voter?.directoryId ?? null)}`,
    remedy:
      'Its disk does not outlive a restart: it was wiped and formatted anew, by a start script or by storage that is not kept. Restart no other controller. ' +
      'Give it storage that stays, then use “Replace a failed disk” for this node, and end this run.',
    waiting: view === null || stranger === undefined,
  })
}

/** Settings that a run edits on one node after the other: they differ until it has passed all of them. */
const EDITED: ReadonlySet<string> = new Set([
  'controller.quorum.voters',
  'controller.listener.names',
  'listener.security.protocol.map',
])

/** Differs wherever a quorum has grown or a controller was replaced; a restart alone brings nobody down by it, and a finding names it. */
const GROWS_APART = 'controller.quorum.bootstrap.servers'

const NOT_TOLD = 'settings that it does not tell'

/** What a person may state as meant: the settings in which this node is the odd one, or that it does not report them. */
export function oddSettings({ view }: Facts, nodeId: number, isEdited: boolean): string[] {
  const own = view?.controllers?.find((c) => c.nodeId === nodeId && c.reach === 'answers')
  if (own === undefined || own.roles === null) return [NOT_TOLD]
  return (view?.quorum.settingsDiffer ?? [])
    .filter(({ name, nodeIds }) => nodeIds.includes(nodeId) && name !== GROWS_APART && !(isEdited && EDITED.has(name)))
    .map(({ name }) => name)
}

export function settingsAgree(facts: Facts, nodeId: number, isEdited: boolean, stated: boolean): Gate {
  const rule: Rule = {
    code: 'settings-agree',
    title: 'It came back with the settings of the others',
    required: 'the settings that must match on all controllers do, or a person states that the difference is intended',
    why: 'One controller without super.users, or with another list of voters, goes unnoticed until it leads; then it takes the others down.',
    source: 'Each controller’s own answer to DescribeConfigs',
  }
  const odd = oddSettings(facts, nodeId, isEdited)
  return gate(rule, {
    ok: facts.view !== null && (odd.length === 0 || stated),
    observed:
      facts.view === null
        ? UNKNOWN
        : odd.length === 0
          ? 'no difference seen'
          : `${odd.join(', ')} ${odd.length === 1 ? 'differs' : 'differ'}${stated ? ', stated as meant' : ''}`,
    remedy:
      'Restart no other node. Make its properties file agree with those of the other controllers, and restart it once more; or state that the difference is intended.',
    // It may be asked in a moment.
    waiting: facts.view === null || odd.includes(NOT_TOLD),
  })
}
