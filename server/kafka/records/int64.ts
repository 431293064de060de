/** int64 of the wire as JavaScript numbers: exact, or refused. */

/** @throws RangeError beyond 2^53: no offset and no time of a sane cluster is there. */
export function safeInteger(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is beyond what can be told exactly`)
  return number
}

/** Kafka's -1 ("unknown") becomes `null`; any other negative value is as unknown as that. */
export function known(value: bigint): number | null {
  return value < 0n ? null : safeInteger(value)
}
