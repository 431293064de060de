/** A new cluster id or directory id, as Kafka's `Uuid.randomUuid` draws it. */
import { randomBytes } from 'node:crypto'

/** 16 random bytes in base64url; never one that starts with a dash, which a shell tool would take for a flag. */
export function drawKafkaId(): string {
  for (;;) {
    // Version 4, variant 2 (RFC 9562), as java.util.UUID makes them: so none is one of Kafka's reserved ids.
    const bytes = randomBytes(16)
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const id = bytes.toString('base64url')
    if (!id.startsWith('-')) return id
  }
}
