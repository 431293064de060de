/**
 * Directory ids on the wire are UUIDs; Kafka's tools, files and messages show them as 22 characters of base64url
 * (org.apache.kafka.common.Uuid). They are converted here, once, at the door.
 */
const ZERO = '00000000-0000-0000-0000-000000000000'

/** From the dashed hexadecimal form; `null` for the zero UUID, Kafka's "unknown directory" of static quorums. */
export function directoryIdFromUuid(uuid: string): string | null {
  if (uuid === ZERO) return null
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url')
}

/**
 * To the dashed hexadecimal form that the wire library takes.
 * @throws RangeError unless `directoryId` is 22 characters of base64url: an id in another form would be sent corrupted.
 */
export function uuidFromDirectoryId(directoryId: string | null): string {
  if (directoryId === null) return ZERO
  if (!/^[A-Za-z0-9_-]{22}$/.test(directoryId)) throw new RangeError(`${directoryId} is no directory id`)
  const hex = Buffer.from(directoryId, 'base64url').toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
