/** Rights in words. Pure. */
import type { Grant, Right } from '../../server/contract/access/grants.ts'
import type { WhoAmI } from '../../server/contract/session.ts'

export const RIGHTS: Record<Right, string> = {
  watch: 'watch: see everything, change nothing',
  operate: 'operate: change quorums, and what is watched',
  approve: 'approve: operate, and approve the changes of others',
  administer: 'administer: all of it, people and tokens',
  audit: 'audit: read the record of who did what, nothing else',
}

export function whereText({ scope }: Pick<Grant, 'scope'>): string {
  if (scope === null) return 'everywhere'
  const { clusters, groups } = scope
  const of = groups.map((group) => `the group ${group}`)
  return [...clusters, ...of].join(', ') || 'nowhere'
}

export function grantText(grant: Grant): string {
  return `${grant.right} ${grant.scope === null ? 'everywhere' : `on ${whereText(grant)}`}`
}

export function grantsText(grants: readonly Grant[]): string {
  return grants.length === 0 ? 'may do nothing' : grants.map(grantText).join('; ')
}

const VIA: Record<WhoAmI['via'], string> = {
  local: 'at the machine of this server, which asks nobody to sign in',
  token: 'with a shared token',
  password: 'with a name and a password',
  oidc: 'through the company',
  proxy: 'through the proxy in front of this server',
  'api-token': 'with a token for scripts',
}

export function viaText(via: WhoAmI['via']): string {
  return VIA[via]
}
