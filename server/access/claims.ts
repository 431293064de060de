/** From what a provider or a proxy says of somebody to what they may do here, with the reason of each right and of each that they lack. Pure. */
import type { Grant, Right, Scope } from '../contract/access/grants.ts'

/** A right for whoever has this value in this claim. */
export interface ClaimRule {
  claim: string
  /** `*`: whatever it holds, as long as it is there. */
  value: string
  right: Right
  scope: Scope | null
}

export interface Mapped {
  grants: Grant[]
  missed: string[]
}

const MOST_SHOWN = 5
const LONGEST_SHOWN = 80

/** A claim by its name, or by the way to it, `resource_access.quorumdeck.roles`: the name itself goes first, dots and all. */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let at: unknown = claims
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined
    at = (at as Record<string, unknown>)[part]
  }
  return at
}

function valuesOf(claim: unknown): string[] {
  const all = Array.isArray(claim) ? claim : [claim]
  return all.filter((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean').map(String)
}

export function whereOf(scope: Scope | null): string {
  if (scope === null) return 'everywhere'
  const { clusters, groups } = scope
  const parts = [
    ...(clusters.length === 0 ? [] : [`on ${clusters.join(', ')}`]),
    ...(groups.length === 0 ? [] : [`on the clusters of ${groups.join(', ')}`]),
  ]
  return parts.join(' and ') || 'nowhere'
}

export function mapClaims(claims: Readonly<Record<string, unknown>>, rules: readonly ClaimRule[]): Mapped {
  const grants: Grant[] = []
  const missed: string[] = []
  for (const { claim, value, right, scope } of rules) {
    const given = claimOf(claims, claim)
    const values = valuesOf(given)
    const gives = `${right} ${whereOf(scope)}`
    if (value === '*' ? values.length > 0 : values.includes(value)) {
      grants.push({
        right,
        scope,
        because: `The claim ${claim} holds ${JSON.stringify(value)}, which gives ${gives}.`.slice(0, 500),
      })
    } else {
      const has =
        given === undefined
          ? 'the provider sent no such claim'
          : values.length === 0
            ? 'it is empty'
            : `it holds ${shown(values)}`
      missed.push(`${JSON.stringify(value)} in the claim ${claim} would give ${gives}: ${has}.`)
    }
  }
  return { grants: grants.slice(0, 50), missed: missed.slice(0, 50) }
}

function shown(values: readonly string[]): string {
  const some = values.slice(0, MOST_SHOWN).map((value) => JSON.stringify(value.slice(0, LONGEST_SHOWN)))
  return values.length > MOST_SHOWN ? `${some.join(', ')} and ${values.length - MOST_SHOWN} more` : some.join(', ')
}
