import { pack } from './pack.ts'

await pack((line) => process.stdout.write(`${line}\n`))
