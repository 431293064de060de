/** Kafka's defaults, all in milliseconds, with the configuration or constant they come from. */

/** controller.quorum.fetch.timeout.ms */
export const FETCH_TIMEOUT_MS = 2_000
/** controller.quorum.election.timeout.ms; the timeout used is this plus up to as much again. */
export const ELECTION_TIMEOUT_MS = 1_000
/** controller.quorum.election.backoff.max.ms */
export const ELECTION_BACKOFF_MAX_MS = 1_000
/** controller.quorum.request.timeout.ms */
export const REQUEST_TIMEOUT_MS = 2_000
/** LeaderState.CHECK_QUORUM_TIMEOUT_FACTOR x fetch timeout */
export const CHECK_QUORUM_TIMEOUT_MS = 1.5 * FETCH_TIMEOUT_MS
/** LeaderState: half a fetch timeout between BeginQuorumEpoch requests. */
export const BEGIN_EPOCH_INTERVAL_MS = FETCH_TIMEOUT_MS / 2
/** KafkaRaftClient.MAX_FETCH_WAIT_MS: how long a leader keeps a fetch that finds nothing new. */
export const FETCH_MAX_WAIT_MS = 500
/** LeaderState.OBSERVER_SESSION_TIMEOUT_MS */
export const OBSERVER_SESSION_TIMEOUT_MS = 300_000
/** AddVoterHandler: a candidate counts as caught up if it fetched within the last hour. */
export const CAUGHT_UP_WITHIN_MS = 3_600_000
/** Pause after a refused connection (controller.quorum.retry.backoff.ms 20, then reconnect.backoff.ms 50, rounded up). */
export const RETRY_BACKOFF_MS = 100
/** AddVoterHandler: a connection that just failed backs off (controller.quorum.retry.backoff.ms). */
export const PROBE_BACKOFF_MS = 20
/** metadata.max.idle.interval.ms: the active controller writes a NoOp record this often. */
export const NO_OP_INTERVAL_MS = 500
/** broker.heartbeat.interval.ms */
export const BROKER_HEARTBEAT_INTERVAL_MS = 2_000
/** broker.session.timeout.ms */
export const BROKER_SESSION_TIMEOUT_MS = 9_000
/** How often the active controller looks for expired broker sessions. */
export const SESSION_CHECK_INTERVAL_MS = 500
/** How long a broker keeps trying to forward a request (NodeToControllerChannelManager, retry timeout). */
export const FORWARD_TIMEOUT_MS = 60_000
/** Extra time a slow node needs to send or to take in a message: a full round stays below the fetch timeout. */
export const SLOW_DELAY_MS = 600
/** Committed records between two snapshots of a node: about an hour of an idle log. */
export const SNAPSHOT_EVERY_RECORDS = 7_200
/** Between two pieces of a snapshot that comes in many. */
export const SNAPSHOT_PIECE_MS = 500
