/** What somebody may do, and where: rights, and the one way in which they are compared. */
import * as z from 'zod/mini'

/** Each holds those before it. */
export const Role = z.enum(['watch', 'operate', 'approve', 'administer'])
export type Role = z.infer<typeof Role>

/** `audit`: read the record of what was done. It holds nothing else, and `administer` holds it. */
export const Right = z.enum(['watch', 'operate', 'approve', 'administer', 'audit'])
export type Right = z.infer<typeof Right>

const name = z.string().check(z.minLength(1), z.maxLength(64))

/** Clusters by their short names, and groups of clusters by theirs. */
export const Scope = z.strictObject({
  clusters: z.array(name).check(z.maxLength(500)),
  groups: z.array(name).check(z.maxLength(100)),
})
export type Scope = z.infer<typeof Scope>

export const Grant = z.strictObject({
  right: Right,
  /** `null`: everywhere, and what is about no cluster alone. */
  scope: z.nullable(Scope),
  /** Why, in one sentence: the claim, the group or the person that gave it. */
  because: z.optional(z.string().check(z.maxLength(500))),
})
export type Grant = z.infer<typeof Grant>

export const Grants = z.array(Grant).check(z.maxLength(50))

/** Where something is done. */
export interface Place {
  cluster: string
  group: string | null
}

export interface Rights {
  readonly grants: readonly Grant[]
  /** Rights of whoever made this credential, as they are now: it never gives more. */
  readonly within?: readonly Grant[] | undefined
}

const HOLDS: Record<Right, readonly Right[]> = {
  watch: ['watch'],
  operate: ['watch', 'operate'],
  approve: ['watch', 'operate', 'approve'],
  administer: ['watch', 'operate', 'approve', 'administer', 'audit'],
  audit: ['audit'],
}

function covers(scope: Scope | null, { cluster, group }: Place): boolean {
  return scope === null || scope.clusters.includes(cluster) || (group !== null && scope.groups.includes(group))
}

/** In every set of grants there must be one that gives it: a token and its maker, for example. */
function inEach({ grants, within }: Rights, given: (grant: Grant) => boolean): boolean {
  return grants.some(given) && (within === undefined || within.some(given))
}

export function mayOn(rights: Rights, right: Right, place: Place): boolean {
  return inEach(rights, (grant) => HOLDS[grant.right].includes(right) && covers(grant.scope, place))
}

/** What is about no cluster alone, or about all of them. */
export function mayEverywhere(rights: Rights, right: Right): boolean {
  return inEach(rights, (grant) => HOLDS[grant.right].includes(right) && grant.scope === null)
}

/** Somewhere at least; which clusters is looked at for each of them. */
export function mayAnywhere(rights: Rights, right: Right): boolean {
  return inEach(rights, (grant) => HOLDS[grant.right].includes(right))
}

/** The highest role of which this holds; `null`: none. */
export function highestRole(holds: (role: Role) => boolean): Role | null {
  return Role.options.findLast(holds) ?? null
}

/** Grants that are no more than these rights. */
export function areWithin(wanted: readonly Grant[], rights: Rights, placeOf: (cluster: string) => Place): boolean {
  return wanted.every(({ right, scope }) => {
    if (scope === null) return mayEverywhere(rights, right)
    // A group may hold clusters later that it does not hold now: only the same group, or everywhere, is as much.
    const inGroup = (group: string) =>
      inEach(rights, (grant) => HOLDS[grant.right].includes(right) && (grant.scope?.groups.includes(group) ?? true))
    return scope.clusters.every((cluster) => mayOn(rights, right, placeOf(cluster))) && scope.groups.every(inGroup)
  })
}
