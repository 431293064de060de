/** `quorumdeck client-file FILE`: what of a client properties file counts, what is ignored, and the lines that are needed. */
import { readFileSync } from 'node:fs'
import { checkClientFile } from '../kafka/credentials/clientFileCheck.ts'
import { securityOf } from '../kafka/credentials/clientProperties.ts'
import { parseProperties } from '../kafka/records/javaProperties.ts'

export interface Printed {
  /** 0 it can be used and all of it counts, 1 not so, 2 the command line cannot be used. */
  code: 0 | 1 | 2
  out: string
  errors: string
}

export async function clientFileCommand(args: readonly string[]): Promise<Printed> {
  const json = args.includes('--json')
  const [file, extra] = args.filter((one) => one !== '--json')
  if (file === undefined || extra !== undefined || file.startsWith('--'))
    return { code: 2, out: '', errors: 'quorumdeck client-file FILE [--json]: names one client properties file.' }
  let properties: Map<string, string>
  try {
    properties = parseProperties(readFileSync(file, 'utf8'))
  } catch (error) {
    return { code: 2, out: '', errors: `${file} cannot be read: ${(error as Error).message}.` }
  }
  const problem = await securityOf(properties).then(
    () => null,
    (error: Error) => error.message,
  )
  const checked = checkClientFile(properties, problem)
  const { used, ignored, missing, problems } = checked
  const code = ignored.length + missing.length + problems.length === 0 ? 0 : 1
  if (json) return { code, out: JSON.stringify(checked, null, 2), errors: '' }
  const lines = [
    ...problems.map(({ title, detail, remedy }) => `${title}: ${detail}\n  ${remedy}`),
    ...ignored.map(
      ({ key, why, instead }) =>
        `ignored: ${key}\n  ${why}${instead === null ? '' : `\n  Write:\n    ${instead.replaceAll('\n', '\n    ')}`}`,
    ),
    ...(missing.length === 0 ? [] : [`missing:\n    ${missing.join('\n    ')}`]),
    `counts: ${used.join(', ') || 'nothing'}`,
  ]
  return { code, out: lines.join('\n'), errors: '' }
}
