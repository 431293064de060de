/** What controllers answer for themselves, to begin a test with. */
import type { ControllerAccount } from '../../contract/quorumView.ts'
import type { AskedController } from '../../quorum/assessment/askedController.ts'
import { NOW, SKEW } from './exampleObservation.ts'

interface Over extends Partial<Omit<AskedController, 'account' | 'stated'>> {
  account?: Partial<ControllerAccount>
  settings?: Record<string, string>
  withheld?: string[]
  denied?: boolean
}

/** Controller `nodeId` at localhost:800N, a follower of 0 in epoch 9. */
export function asked(nodeId: number, over: Over = {}): AskedController {
  const { account, settings = {}, withheld = [], denied = false, ...rest } = over
  const answers = account?.reach === undefined || account.reach === 'answers'
  return {
    account: {
      address: `localhost:${8000 + nodeId}`,
      recordedId: nodeId,
      registeredId: nodeId,
      configured: true,
      reach: 'answers',
      nodeId: answers ? nodeId : null,
      roles: answers ? ['controller'] : null,
      sameCluster: answers ? true : null,
      leaderId: answers ? 0 : null,
      leaderEpoch: answers ? 9 : null,
      sinceMs: NOW + SKEW - 60_000,
      problem: answers ? '' : 'nothing listens there',
      certificate: null,
      ...account,
    },
    lead: null,
    leadStatedAtMs: null,
    leadsSinceMs: null,
    clusterId: null,
    stated: answers
      ? {
          nodeId,
          roles: account?.roles === undefined ? ['controller'] : account.roles,
          settings: new Map(Object.entries({ listeners: `CONTROLLER://localhost:${8000 + nodeId}`, ...settings })),
          withheld: new Set(withheld),
          denied,
        }
      : null,
    remote: answers ? `127.0.0.1:${8000 + nodeId}` : null,
    failure: answers ? null : 'connection-refused',
    ...rest,
  }
}

/** It leads these voters. */
export function leading(
  nodeId: number,
  leaderEpoch: number,
  voters: readonly number[],
  over: Over = {},
): AskedController {
  const lead = {
    leaderId: nodeId,
    leaderEpoch,
    voters: voters.map((id) => ({ nodeId: id, directoryId: `${id}${'x'.repeat(21)}` })),
    highWatermark: 40,
    logEndOffset: 41,
    followers: [],
  }
  const standing = { leaderId: nodeId, leaderEpoch, ...over.account }
  return asked(nodeId, {
    lead,
    leadStatedAtMs: NOW + SKEW,
    leadsSinceMs: NOW + SKEW - 1000,
    ...over,
    account: standing,
  })
}

export const DOWN = { account: { reach: 'refused' } } as const
