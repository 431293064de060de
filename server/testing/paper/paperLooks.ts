/** For tests: what Kafka's own tools print, as somebody reads it who goes by a runbook. */

export interface StatusLook {
  clusterId: string
  leaderId: number
  epoch: number
  highWatermark: number
  voters: { id: number; directoryId: string | null; endpoints: string[] }[]
}

/** `kafka-metadata-quorum describe --status`. @throws Error where a line is missing */
export function readStatus(text: string): StatusLook {
  const told = (name: string) => {
    const value = new RegExp(`^${name}: +(.*)$`, 'm').exec(text)?.[1]
    if (value === undefined) throw new Error(`no ${name} in ${text}`)
    return value
  }
  return {
    clusterId: told('ClusterId'),
    leaderId: Number(told('LeaderId')),
    epoch: Number(told('LeaderEpoch')),
    highWatermark: Number(told('HighWatermark')),
    voters: (JSON.parse(told('CurrentVoters')) as { id: number; directoryId?: string; endpoints?: string[] }[]).map(
      ({ id, directoryId = null, endpoints = [] }) => ({ id, directoryId, endpoints }),
    ),
  }
}

export interface ReplicaLook {
  id: number
  directoryId: string
  end: number
  lag: number
  /** Of the last fetch, in ms. */
  ageMs: number
  status: string
}

/** `kafka-metadata-quorum describe --replication --human-readable`. @throws Error for a row that is not understood */
export function readReplication(text: string): ReplicaLook[] {
  const [, ...rows] = text.trim().split('\n')
  return rows.map((row) => {
    const match =
      /^(\d+)\s+(\S+)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)(?: ms ago)?\s+\S+(?: ms ago)?\s+(Leader|Follower|Observer)\s*$/.exec(
        row,
      )
    if (match === null) throw new Error(`not understood: ${row}`)
    const [, id, directoryId = '', end, lag, age, status = ''] = match
    return {
      id: Number(id),
      directoryId,
      end: Number(end),
      lag: Number(lag),
      ageMs: Number(age) < 0 ? Number.POSITIVE_INFINITY : Number(age),
      status,
    }
  })
}

export interface PartitionLook {
  name: string
  replicas: number[]
  isr: number[]
}

/** `kafka-topics --describe`. */
export function readTopics(text: string): PartitionLook[] {
  const ids = (list: string | undefined) => (list ?? '').split(',').filter(Boolean).map(Number)
  return [...text.matchAll(/^\s*Topic: (\S+)\s+Partition: (\d+)\s.*?Replicas: ([\d,]*)\s+Isr: ([\d,]*)/gm)].map(
    ([, topic, partition, replicas, isr]) => ({
      name: `${topic}-${partition}`,
      replicas: ids(replicas),
      isr: ids(isr),
    }),
  )
}

/**
 * Brokers as they are listed: by `kafka-cluster list-endpoints --include-fenced-brokers` with their state; where
 * `kafka-broker-api-versions` is asked, the unfenced ones alone.
 */
export function readBrokers(text: string): Map<number, 'fenced' | 'unfenced'> {
  const listed = text.split('\n').flatMap((line): [number, 'fenced' | 'unfenced'][] => {
    const old = /\(id: (\d+) rack: /.exec(line)
    if (old !== null) return [[Number(old[1]), 'unfenced']]
    const row = /^(\d+)\s.*\s(unfenced|fenced)\s/.exec(line)
    return row === null ? [] : [[Number(row[1]), row[2] as 'fenced' | 'unfenced']]
  })
  return new Map(listed)
}

/** A properties file, or what `kafka-configs --describe --all` prints: the values by their names. */
export function readProperties(text: string): Map<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^\s*([a-z][\w.-]*)=(.*?)(?: sensitive=(?:true|false) synonyms=.*)?$/.exec(line)
      return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const]
    }),
  )
}
