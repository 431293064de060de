/** What a node's properties mean is said in `server/nodeConfig`; a planted line proves that this test can fail. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')
/** They stand in for Kafka, or check the product from outside. */
const OTHERS = ['server/nodeConfig/', 'server/testing/', 'server/sandbox/']

const KNOWLEDGE: Record<string, RegExp> = {
  'the protocols': /\['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'\]/,
  'whether a protocol is secured': /(?:startsWith|endsWith)\('(?:SASL_?|SSL)'\)|=== '(?:SASL_)?SSL'/,
  'whether a file lists voters': /get\('controller\.quorum\.voters'\) \?\? ''\)/,
  'the names of controller listeners': /listed\([^)]*get\('controller\.listener\.names'\)/,
  'where the metadata log lies': /\('log\.dirs'\) \?\? |'\/tmp\/kafka-logs'/,
  'the default listeners': /PLAINTEXT:\/\/:9092/,
}

function sources(): string[] {
  return readdirSync(join(ROOT, 'server'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !OTHERS.some((room) => file.startsWith(room)))
}

test.each(Object.entries(KNOWLEDGE))('no other room says %s', (what, rule) => {
  // The contract names the protocols, because a request does; a truststore is asked of TLS without SASL alone.
  const allowed: Record<string, string[]> = {
    'the protocols': ['server/contract/bootstrap.ts'],
    'whether a protocol is secured': ['server/bootstrap/listenerSecurity.ts'],
  }
  const found = sources().filter((file) => rule.test(readFileSync(join(ROOT, file), 'utf8')))
  expect(found).toEqual(allowed[what] ?? [])
})

test.each([
  ['whether a protocol is secured', "if (protocol === 'SSL') return"],
  ['whether a file lists voters', "if ((configs.get('controller.quorum.voters') ?? '') !== '') return"],
  ['the names of controller listeners', "listed(values.get('controller.listener.names'))"],
  ['where the metadata log lies', "of('log.dirs') ?? of('log.dir')"],
])('a planted rule of its own is found: %s', (what, line) => {
  expect(line).toMatch(KNOWLEDGE[what] ?? /^$/)
})
