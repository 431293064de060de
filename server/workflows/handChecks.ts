/** How a person sees with Kafka's own tools what a gate looks at; a gate without one is judged by its words alone. Pure. */

const REPLICATION = '`describe --replication --human-readable`'
const STATUS = '`describe --status`'

const FETCHES = `${REPLICATION}: LastFetchTimestamp of every voter below two seconds`
const CHECKS: Readonly<Record<string, string>> = {
  'lag-near-zero': `${REPLICATION}, five times within ten seconds: Lag of the candidate at most 10 in each`,
  'candidate-fetches': `${REPLICATION}: LastFetchTimestamp of the candidate below two seconds`,
  'margin-now': FETCHES,
  'margin-after': `${FETCHES}; count the voters that will be left, and those of them that fetch: more than half must`,
  'margin-if-bad': `${FETCHES}; count the new voter as dead: still more than half must fetch`,
  'margin-as-planned': FETCHES,
  'voters-heard': FETCHES,
  'id-is-no-voter': `${STATUS}: no entry of CurrentVoters has this id`,
  'target-is-voter': `${STATUS}: CurrentVoters has this id with this directory id`,
  'old-incarnation-silent': `${REPLICATION}: LastFetchTimestamp of the old directory id grows from one call to the next`,
  'leader-reachable': `${STATUS}: LeaderId is the same in two calls`,
  'quorum-settled': `${STATUS}, twice: the same LeaderEpoch and CurrentVoters, and HighWatermark has grown`,
  'voters-as-expected': `${STATUS}: CurrentVoters are those written here`,
  'new-voter-healthy': `${STATUS} and ${REPLICATION}: the new voter is listed, and fetches`,
  'stays-away': `${STATUS}, for a minute: the removed id does not come back`,
  steady: `${STATUS}, for a minute: the same LeaderEpoch and CurrentVoters`,
}

export function handCheck(code: string): string | null {
  return CHECKS[code] ?? null
}
