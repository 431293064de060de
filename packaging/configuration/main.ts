import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referenceText, schemaText } from './reference.ts'

const ROOT = join(import.meta.dirname, '..', '..')
writeFileSync(join(ROOT, 'docs', 'configuration.md'), referenceText())
writeFileSync(join(ROOT, 'packaging', 'quorumdeck.schema.json'), schemaText())
