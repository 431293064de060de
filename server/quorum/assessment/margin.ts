/** How many more voters may fail. Pure. */
import { majorityOf } from '../../contract/voters.ts'

/** `null` while it is not known of every voter whether it is healthy, or nobody leads. */
export function marginOf(voters: number, healthyVoters: number, settling: boolean): number | null {
  return voters === 0 || settling ? null : healthyVoters - majorityOf(voters)
}
