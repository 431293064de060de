/** What each word on the screen means, in a sentence or two, with Kafka's own names. */
export const definitions = {
  node: 'A node id on one disk. A disk is known by its directory id, so an old disk and its replacement are two rows of one node.',
  status:
    'Voters elect the leader and acknowledge records: the leader is one of them, the others are followers. Observers (brokers, and controllers that are not voters) only read the log.',
  logEndOffset: 'The offset after the last record in this replica’s copy of the metadata log.',
  lag: 'Records behind the leader: its log end offset minus this replica’s. On a quiet log a dead replica can stand at 0, so look at the last fetch as well.',
  lagTrend: 'Lag in records over the last 60 seconds. Each line has its own scale, never finer than 10 records.',
  lastFetch:
    'How long ago this replica last asked the leader for records, on the leader’s clock. A healthy one asks at least twice a second.',
  caughtUp: 'How long ago this replica last had everything the leader had.',
  health:
    'ok: fetching and caught up. lagging: caught up longer ago than the fetch timeout. silent: no fetch for the fetch timeout or longer. unknown: it has not fetched from this leader yet.',
  leader: 'The active controller: it alone appends to the metadata log.',
  epoch: 'Rises with every election.',
  highWatermark: 'Records below this offset are on a majority of voters: committed, and safe from any election.',
  voters: 'Controllers that count, and how many of them are needed to elect a leader and to commit.',
  mode: 'dynamic: voters can be added and removed at run time (kraft.version 1 or later). static: they are fixed in every node’s configuration.',
  metadataVersion: 'The finalized metadata.version: which record formats the cluster may use.',
  kafkaRelease: 'The release line of the leader, derived from the features it supports.',
  clusterId: 'Kafka’s own id of this cluster.',
  maxLag: 'The largest lag of any voter, in records and in time.',
  fetchTimeout:
    'controller.quorum.fetch.timeout.ms: a voter that does not fetch for this long counts as silent, and a follower that gets no answer from the leader for this long starts an election.',
  source: 'Who answered, and how changes arrive: as they are appended to the log, or with the next poll.',
  margin: 'Healthy voters minus the majority: how many more controllers may stop before the quorum does.',
} as const

export type Term = keyof typeof definitions
