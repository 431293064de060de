/** Kinds of entries in words. Pure. */
import type { AuditKind } from '../../../server/contract/access/audit.ts'

const KINDS: Record<AuditKind, string> = {
  'sign-in': 'Signed in',
  'sign-in-failed': 'Not let in',
  'sign-in-limited': 'Told to wait',
  'sign-out': 'Signed out',
  session: 'Session ended',
  'api-token': 'Token for a script',
  'wall-token': 'Screen on a wall',
  user: 'User',
  configuration: 'What is watched',
  alerts: 'Alerts',
  note: 'Note',
  'run-started': 'Guided change begun',
  command: 'Command',
  seat: 'Who drives',
  approval: 'Approval',
  override: 'Rule overridden',
  sandbox: 'Practice',
  refused: 'Refused',
  audit: 'The record itself',
  server: 'Server',
}

export function kindText(kind: AuditKind): string {
  return KINDS[kind]
}
