/** The realm of a company: people in groups, and this product as two clients, as an administrator of Keycloak would set them up. */

export const REALM = 'company'
export const PASSWORD = 'a password at the company'
export const CLIENT_SECRET = 'secret-of-the-client'

/** By login; `null`: of no group. */
const PEOPLE: Record<string, string | null> = {
  wendy: 'kafka-watchers',
  oscar: 'kafka-operators',
  olga: 'kafka-operators',
  ada: 'kafka-administrators',
  norman: null,
}

interface Client {
  clientId: string
  /** Where the product is reached. */
  urls: readonly string[]
  isPublic?: boolean
  /** `/kafka-operators` in place of `kafka-operators`, which is what Keycloak does where nobody says otherwise. */
  fullPath?: boolean
}

function clientOf({ clientId, urls, isPublic = false, fullPath = false }: Client): object {
  return {
    clientId,
    publicClient: isPublic,
    ...(isPublic ? {} : { secret: CLIENT_SECRET }),
    standardFlowEnabled: true,
    directAccessGrantsEnabled: false,
    redirectUris: urls.map((url) => `${url}/api/sign-in/oidc/callback`),
    attributes: {
      'pkce.code.challenge.method': 'S256',
      'post.logout.redirect.uris': urls.map((url) => `${url}/sign-in`).join('##'),
    },
    protocolMappers: [
      {
        name: 'groups',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-group-membership-mapper',
        config: {
          'claim.name': 'groups',
          'full.path': String(fullPath),
          'id.token.claim': 'true',
          'userinfo.token.claim': 'true',
        },
      },
    ],
  }
}

export function realmOf(clients: readonly Client[]): { realm: string } & Record<string, unknown> {
  return {
    realm: REALM,
    enabled: true,
    sslRequired: 'none',
    groups: [...new Set(Object.values(PEOPLE))].flatMap((name) => (name === null ? [] : [{ name }])),
    users: Object.entries(PEOPLE).map(([username, group]) => ({
      username,
      enabled: true,
      email: `${username}@company.example`,
      emailVerified: true,
      firstName: `${username[0]?.toUpperCase()}${username.slice(1)}`,
      lastName: 'of the Company',
      credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
      groups: group === null ? [] : [`/${group}`],
    })),
    clients: clients.map(clientOf),
  }
}

/** A further pair of keys that is signed with from now on; those before stay known. */
export const NEXT_KEYS = {
  name: 'keys of the next year',
  providerId: 'rsa-generated',
  providerType: 'org.keycloak.keys.KeyProvider',
  config: { priority: ['500'], enabled: ['true'], active: ['true'], keySize: ['2048'], algorithm: ['RS256'] },
}
