/** The table of rules against what there is: the routes that the application answers, and the messages of the contract. */
import { expect, test } from 'vitest'
import { MESSAGES, RULES, ruleFor } from '../../access/rules.ts'
import { ClientMessage } from '../../contract/live.ts'
import { type ApiOptions, createApi } from '../../http/api.ts'

/** Nothing of it is asked: the routes are only listed. */
const nothing = new Proxy({}, { get: () => () => null })
const options = new Proxy({ clusters: [], serverRunId: 'run' } as unknown as ApiOptions, {
  get: (given, name) => (name in given ? given[name as keyof ApiOptions] : nothing),
})

const routes = createApi(options)
  .routes.filter(({ method }) => method !== 'ALL')
  .map(({ method, path }) => `${method} ${path}`)

test('every route of the application has a rule, and every rule a route', () => {
  const rules = RULES.map(({ method, path }) => `${method} ${path}`)
  expect(rules.length).toBeGreaterThan(70)
  expect([...new Set(routes)].toSorted()).toEqual(rules.toSorted())
  expect(new Set(rules).size).toBe(rules.length)
})

test('a route that nobody has a rule for is refused: planted', () => {
  expect(ruleFor('POST', '/api/clusters/a/planted')).toBeNull()
  expect(ruleFor('PUT', '/api/clusters')).toBeNull()
  expect(ruleFor('GET', '/api/clusters/a%')).toBeNull()
})

test('every message of the contract has a rule, and every rule a message', () => {
  const kinds = ClientMessage.def.options.map((option) => option.shape.type.def.values[0])
  expect(Object.keys(MESSAGES).toSorted()).toEqual(kinds.toSorted())
})

test('what changes something needs more than to watch, and is on record or says why not', () => {
  for (const { method, path, needs, changes, audit } of RULES) {
    if (method === 'GET') {
      expect([path, changes === false || path.endsWith('/callback')]).toEqual([path, true])
      continue
    }
    if (typeof needs !== 'string') expect([path, needs[0]]).not.toEqual([path, 'watch'])
    // These routes write what they do themselves.
    const own = /^\/api\/(session|sign-in|setup|account|tokens|users)/.test(path)
    if (changes !== false && !own) expect([path, audit]).not.toEqual([path, null])
  }
})

test.each([
  ['GET', '/api/clusters/orders/quorum', { cluster: 'orders' }],
  ['HEAD', '/api/clusters/a%20b/quorum', { cluster: 'a b' }],
  ['GET', '/api/workflows/42', { id: '42' }],
])('%s %s is read as the router reads it', (method, path, parameters) => {
  expect(ruleFor(method, path)?.parameters).toEqual(parameters)
})
