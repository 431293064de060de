/** What brokers reported of their disks, as figures. Pure. */

/** What a broker reports of its disks. Sizes in bytes. */
export interface BrokerDisks {
  /** By `topic-partition`: what its replica takes, and that of a copy that is being made. */
  replicas: ReadonlyMap<string, number>
  totalBytes: number
  usableBytes: number
}

/** The largest replica of each partition, by the brokers that reported: made once for each look at them. */
const largest = new WeakMap<ReadonlyMap<number, BrokerDisks>, ReadonlyMap<string, number>>()

function largestOf(brokers: ReadonlyMap<number, BrokerDisks>): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const { replicas } of brokers.values()) {
    for (const [replica, size] of replicas) if (size > (sizes.get(replica) ?? -1)) sizes.set(replica, size)
  }
  return sizes
}

/** The largest replica of a partition that any broker reported, in bytes; `null` where none did. */
export function largestReplica(
  brokers: ReadonlyMap<number, BrokerDisks>,
  topic: string,
  partition: number,
): number | null {
  const sizes = largest.get(brokers) ?? largestOf(brokers)
  largest.set(brokers, sizes)
  return sizes.get(`${topic}-${partition}`) ?? null
}
