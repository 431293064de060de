/** How many more voters may fail. Pure. */

/** Smallest number of voters that is more than half. */
export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1
}

/** `null` while it is not known of every voter whether it is healthy, or nobody leads. */
export function marginOf(voters: number, healthyVoters: number, settling: boolean): number | null {
  return voters === 0 || settling ? null : healthyVoters - majorityOf(voters)
}
