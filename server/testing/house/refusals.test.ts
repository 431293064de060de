/** One class for every refusal, on both sides of the API, and one place for what several rooms refuse. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { ErrorBody, Refusal, unknownCluster } from '../../contract/errors.ts'

test('the body has the shape of the contract, and leaves out what there is none of', () => {
  const plain = new Refusal(409, 'busy', 'It is busy.', 'Wait.')
  expect(plain.body).toEqual({ error: { code: 'busy', message: 'It is busy.', remedy: 'Wait.' } })
  const fields = [{ path: 'nodes.0.host', message: 'is empty' }]
  expect(new Refusal(422, 'unusable', 'A field.', 'Mend it.', { fields }).body.error.fields).toEqual(fields)
  expect(ErrorBody.safeParse(plain.body).success).toBe(true)
})

test('the name of a cluster that is not there is cut, and quoted', () => {
  const { status, message } = unknownCluster(`"${'x'.repeat(500)}`)
  expect(status).toBe(404)
  expect(message).toContain('No cluster is called "\\"x')
  expect(message.length).toBeLessThan(100)
})

function sources(): string[] {
  const root = join(import.meta.dirname, '..', '..', '..')
  return ['server', 'components', 'app']
    .flatMap((top) => readdirSync(join(root, top), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /(?<!\.test)\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

test.each([
  // What a person may not do. A failure of Kafka, of the disk or of the command line is no refusal.
  [/class \w*Refus\w* extends Error/, ['server/contract/errors.ts']],
  // The screen has a heading of its own, with the quotes of a heading.
  [/No cluster is called \$/, ['server/contract/errors.ts']],
  [/'unknown-cluster',/, ['server/contract/errors.ts']],
])('no file has its own: %s', (rule, files) => {
  const root = join(import.meta.dirname, '..', '..', '..')
  expect(sources().filter((file) => rule.test(readFileSync(join(root, file), 'utf8')))).toEqual(files)
})
