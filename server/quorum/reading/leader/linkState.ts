/** What a search for the leader that found none means, in words. Pure. */
import type { LinkState, Problem } from '../../../contract/clusters.ts'
import { hostPort } from '../../../contract/hostPort.ts'
import type { KafkaFailure } from '../../../kafka/failure.ts'
import { isNotLetIn } from '../../assessment/reach.ts'
import type { Attempt, Found, SearchResult } from './leaderSearch.ts'

const CLUSTER_AUTHORIZATION_FAILED = 31

function nothingReadable(failures: KafkaFailure[]): { state: LinkState; problem: Problem } {
  const denied = failures.find((f) => f.kafkaCode === CLUSTER_AUTHORIZATION_FAILED)
  if (denied !== undefined) {
    return {
      state: 'refused',
      problem: {
        code: 'acl-missing',
        title: 'The cluster lets us in, but does not let us look',
        detail: `${denied.address}: the right DESCRIBE on the cluster is missing.`,
        remedy: 'Grant it: kafka-acls --add --cluster --operation DESCRIBE --allow-principal User:…',
      },
    }
  }
  const refused = failures.find((f) => isNotLetIn(f.code))
  if (refused !== undefined) return { state: 'refused', problem: refused.problem() }
  const unsupported = failures.find((f) => f.code === 'unsupported-version')
  if (unsupported !== undefined) {
    return {
      state: 'unsupported',
      problem: {
        code: 'not-kraft',
        title: 'This is no KRaft cluster that Quorumdeck can watch',
        detail: `${unsupported.address}: ${unsupported.message}. ZooKeeper-mode clusters have no controller quorum.`,
        remedy: 'Watch a cluster of Apache Kafka 3.3 or later in KRaft mode; voter changes need 3.9 or later.',
      },
    }
  }
  const first = failures[0]
  if (first !== undefined && failures.every((f) => f.code === first.code)) {
    return { state: 'unreachable', problem: first.problem() }
  }
  return {
    state: 'unreachable',
    problem: {
      code: 'unreachable',
      title: 'No node of the cluster answers',
      detail: failures.map((f) => `${f.address}: ${f.message}`).join('; ') || 'No address is known.',
      remedy: 'Check that the nodes run and that the network lets Quorumdeck reach them.',
    },
  }
}

export function linkOfSearch(result: SearchResult): { state: LinkState; problem: Problem } {
  if (!result.anyAnswer) return nothingReadable(result.failures)
  if (result.namedLeaderId !== null) {
    return {
      state: 'no-leader',
      problem: {
        code: 'leader-not-reached',
        title: `Followers name controller ${result.namedLeaderId} as leader, but it does not answer here`,
        detail:
          'It has just failed and an election follows, or it leads and only Quorumdeck cannot reach it: ' +
          result.attempts.map((a) => `${a.address}: ${a.outcome}`).join('; '),
        remedy: 'If this lasts, check the way from Quorumdeck to the address that the leader advertises.',
      },
    }
  }
  return {
    state: 'no-leader',
    problem: {
      code: 'no-leader',
      title: 'No controller leads the quorum',
      detail: 'Nodes of the cluster answer, but none of them leads or reaches a leader.',
      remedy: 'An election takes seconds. If none succeeds, start the controllers that are down.',
    },
  }
}

export function wrongCluster(expected: string | null, actual: string, address: string): Problem {
  return {
    code: 'wrong-cluster',
    title: 'Another cluster answers',
    detail: `${address} belongs to cluster ${actual}; cluster ${expected} is watched here.`,
    remedy: 'Correct the bootstrap address, or start Quorumdeck anew if the cluster was really made anew.',
  }
}

/** Why the controllers are not asked themselves although a broker names them; `null` where they are. */
export function controllersProblem({ via, quorum }: Found, attempts: Attempt[]): string | null {
  if (via === 'controller') return null
  const voters = [...quorum.voterEndpoints.values()].flat().map(hostPort)
  const tried = attempts.filter((a) => voters.includes(a.address))
  if (tried.length === 0) return 'The broker names no controller endpoints.'
  return `${tried.map((a) => `${a.address}: ${a.outcome}`).join('; ')}.`
}

/** A fault of our own must not look like health. */
export function ownFault(error: unknown): Problem {
  return {
    code: 'internal-error',
    title: 'Quorumdeck failed to read this cluster',
    detail: `An error of Quorumdeck itself: ${error instanceof Error ? error.message : String(error)}.`,
    remedy: 'Quorumdeck tries again by itself. Please report it, with the log.',
  }
}
