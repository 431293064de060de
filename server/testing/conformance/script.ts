/**
 * A conformance script as it stands in memory: what is done, line by line, and what Kafka answers and shows. The same
 * scripts are played on the simulated quorum and on real Apache Kafka; docs/conformance.md tells how one is written.
 */

/** Who a script speaks of; bound to node ids when the scenario begins. */
export const NAMES = ['leader', 'follower1', 'follower2', 'broker', 'spare', 'impostor', 'stranger'] as const
export type Name = (typeof NAMES)[number]

/** `old`: the directory the node had when the scenario began; `static`: without directory, as with kraft.version 0. */
export interface Replica {
  readonly name: Name
  readonly incarnation: 'now' | 'old' | 'static'
}

/** Releases a scenario or a line is for, both ends included; `to` is `null`: all later ones. */
export interface Releases {
  readonly from: string
  readonly to: string | null
}

export const HOST_ACTIONS = ['start', 'stop', 'kill', 'restart', 'freeze', 'resume', 'wipe', 'format'] as const
export type HostAction = (typeof HOST_ACTIONS)[number]

export type Verb =
  | 'add'
  | 'remove'
  | 'update'
  | 'features'
  | 'unregister'
  | 'describe-quorum'
  | 'describe-cluster'
  | 'fetch'
  | 'fetch-snapshot'
  | 'api-versions'

export interface Request {
  readonly verb: Verb
  /** Whom it is about. */
  readonly subject: Replica | null
  readonly options: ReadonlyMap<string, string>
  /** Whom it is sent to; `null`: whoever leads at that moment. */
  readonly at: readonly Name[] | null
}

/** An answer with its error code and text, or that there was none: the process went away. */
export interface ExpectedAnswer {
  readonly code: number | null
  /** With `{...}` where ids and names of this cluster stand. */
  readonly message: string | null
}

export type Step =
  | { readonly kind: 'host'; readonly action: HostAction; readonly name: Name }
  /** A node that we play ourselves: all it does is to answer ApiVersions. */
  | { readonly kind: 'impostor'; readonly error: number; readonly kraft: readonly [number, number] | null }
  | { readonly kind: 'pause'; readonly ms: number }
  /** With a label it is sent without waiting for the answer. */
  | { readonly kind: 'request'; readonly label: string | null; readonly request: Request }
  | { readonly kind: 'answer'; readonly label: string | null; readonly expected: ExpectedAnswer }
  /** A field of the last answer. */
  | { readonly kind: 'field'; readonly field: string; readonly value: string }
  /** The same request again and again, until this answer. */
  | { readonly kind: 'repeat'; readonly request: Request; readonly until: ExpectedAnswer }
  /** One of the answers of the last `repeat`. */
  | { readonly kind: 'seen'; readonly expected: ExpectedAnswer }
  | { readonly kind: 'replicas'; readonly what: 'voters' | 'observers'; readonly replicas: readonly Replica[] }
  /** One of these leads; empty: nobody does. */
  | { readonly kind: 'leads'; readonly names: readonly Name[] }

export interface Line {
  /** In its file, from 1. */
  readonly number: number
  readonly text: string
  readonly releases: Releases | null
  readonly step: Step
}

/** `snapshots`: a dynamic one that writes them often and has cleaned the beginning of its log. */
export const SHAPES = ['dynamic', 'static', 'auto-join', 'snapshots'] as const
export type Shape = (typeof SHAPES)[number]

export interface Scenario {
  readonly title: string
  /** Base name of its file. */
  readonly file: string
  readonly shape: Shape
  readonly releases: Releases | null
  /** Leaves a cluster behind that only a new one can follow. */
  readonly spoils: boolean
  readonly lines: readonly Line[]
}

/** Whether a release (`4.3.1`) is among these. */
export function isFor(releases: Releases | null, release: string): boolean {
  if (releases === null) return true
  const rank = (text: string) => {
    const [major = 0, minor = 0] = text.split('.').map(Number)
    return major * 1000 + minor
  }
  return rank(release) >= rank(releases.from) && (releases.to === null || rank(release) <= rank(releases.to))
}

/** Everyone a scenario speaks of, in its commands and expectations. */
export function namesIn(scenario: Scenario): Set<string> {
  return new Set(scenario.lines.flatMap(({ text }) => NAMES.filter((name) => new RegExp(`\\b${name}\\b`).test(text))))
}
