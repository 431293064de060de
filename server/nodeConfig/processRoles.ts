/** The roles in `process.roles`. Pure. */
import type { Role } from '../contract/quorumView.ts'
import { listed } from './listenerConfig.ts'

/** `null` where nothing is stated. */
export function rolesIn(configured: string | null | undefined): Role[] | null {
  const named = listed(configured)
  return named.length === 0 ? null : (['controller', 'broker'] as const).filter((role) => named.includes(role))
}

/** As Kafka writes them in its own files. */
export function rolesText(roles: readonly Role[]): string {
  return (['broker', 'controller'] as const).filter((role) => roles.includes(role)).join(',')
}
