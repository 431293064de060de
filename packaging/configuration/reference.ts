/** The reference of quorumdeck.yaml and its JSON schema for editors, made of the schema that the server reads it with. */
import * as z from 'zod/mini'
import { ConfigFile } from '../../server/program/options/optionsFile.ts'
import { optionsIn, type Schema, takes } from './paths.ts'
import { wordsOf } from './words.ts'

const INTRODUCTION = `# Configuration

Made of the schema that the server reads \`quorumdeck.yaml\` with: \`npm run reference\` makes it anew. An editor completes and checks it with the schema of the package:

\`\`\`yaml
# yaml-language-server: $schema=./node_modules/quorumdeck/quorumdeck.schema.json
clusters:
  - name: Payments
    bootstrapControllers: [kafka-1:9093, kafka-2:9093, kafka-3:9093]
    commandConfig: payments.properties
\`\`\`

Start with \`--config quorumdeck.yaml\`. Paths in it are relative to it. Secrets are in files or variables that it names, never in it. What does not fit is refused with its place and line. While the server runs the
file is read again when it changes: clusters, and what is said of them, are applied; for the rest the page of the clusters says that a restart is needed. Of flags of the command line, \`quorumdeck --help\`.

| Option | | Takes |
|---|---|---|
`

function schema(): Schema {
  return z.toJSONSchema(ConfigFile, { io: 'input', unrepresentable: 'any' }) as Schema
}

/** @throws Error where an option has no words */
function told(path: string): string {
  const words = wordsOf(path)
  if (words === null) throw new Error(`packaging/configuration/words.ts says nothing of ${path}`)
  return words
}

export function referenceText(): string {
  const rows = optionsIn(schema()).map(({ path, schemas, required }) => {
    const kinds = [...new Set(schemas.map(takes))].join(', ').replaceAll('|', '\\|')
    return `| \`${path}\`${required ? ' *' : ''} | ${told(path)} | ${kinds} |`
  })
  return `${INTRODUCTION}${rows.join('\n')}\n\n\\* must be there where what holds it is.\n`
}

/** With the words of the reference, for editors. */
export function schemaText(): string {
  const whole = schema()
  for (const { path, schemas } of optionsIn(whole))
    for (const one of schemas) one.description = told(path).replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
  return `${JSON.stringify({ title: 'quorumdeck.yaml', ...whole }, null, 2)}\n`
}
