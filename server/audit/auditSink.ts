/** The port by which every room tells what is to be on record. Whoever tells it keeps secrets out. */
import type { AuditEvent } from '../contract/access/audit.ts'

export interface AuditSink {
  /** Resolves when it is written down, or is kept to be written later. It never rejects: a full disk stops no rescue. */
  record(event: AuditEvent): Promise<void> | void
}
