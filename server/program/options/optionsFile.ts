/** quorumdeck.yaml: its shape, and the place in it of what does not fit. */
import { LineCounter, parseDocument } from 'yaml'
import * as z from 'zod/mini'
import { AccessInFile, AuditInFile } from './optionsAccess.ts'
import { AlertsInFile, ExpectInFile } from './optionsAlerts.ts'
import { BasePathInFile } from './optionsBasePath.ts'
import { ChangeRulesInFile } from './optionsChangeRules.ts'
import { CruiseControlInFile } from './optionsCruiseControl.ts'
import { HistoryInFile } from './optionsHistory.ts'
import { RacksInFile } from './optionsRacks.ts'
import { readText, UsageError } from './optionsReading.ts'
import { Safety } from './optionsSafety.ts'

const addressList = z.union([z.string(), z.array(z.string())])

const ClusterInFile = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(64)),
  /** As in addresses of pages; made of the name where it is left out. With it, a cluster may be called otherwise and keep its history. */
  id: z.optional(z.string().check(z.regex(/^(?!new$)[a-z0-9][a-z0-9-]{0,55}$/))),
  group: z.optional(z.string().check(z.maxLength(64))),
  bootstrapControllers: z.optional(addressList),
  bootstrapServers: z.optional(addressList),
  commandConfig: z.optional(z.string()),
  clusterId: z.optional(z.string()),
  intervalMs: z.optional(z.int().check(z.minimum(100), z.maximum(60_000))),
  safety: z.optional(Safety),
  changeRules: z.optional(ChangeRulesInFile),
  racks: z.optional(RacksInFile),
  expect: z.optional(ExpectInFile),
  cruiseControl: z.optional(CruiseControlInFile),
})

export const ConfigFile = z.strictObject({
  host: z.optional(z.string()),
  port: z.optional(z.int()),
  basePath: z.optional(BasePathInFile),
  dataDir: z.optional(z.string()),
  allowedHosts: z.optional(z.array(z.string())),
  operateTokenFile: z.optional(z.string()),
  watchTokenFile: z.optional(z.string()),
  administerTokenFile: z.optional(z.string()),
  readOnly: z.optional(z.boolean()),
  access: z.optional(AccessInFile),
  audit: z.optional(AuditInFile),
  tlsCert: z.optional(z.string()),
  tlsKey: z.optional(z.string()),
  behindProxy: z.optional(z.boolean()),
  safety: z.optional(Safety),
  changeRules: z.optional(ChangeRulesInFile),
  history: z.optional(HistoryInFile),
  alerts: z.optional(AlertsInFile),
  clusters: z.optional(z.array(ClusterInFile)),
})
export type ConfigFile = z.infer<typeof ConfigFile>

/** @throws UsageError */
export async function readConfigFile(file: string): Promise<ConfigFile> {
  const text = await readText('--config', file)
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken !== undefined) {
    throw new UsageError(`--config: ${file} is no YAML: ${broken.message.split('\n')[0]}`)
  }
  let raw: unknown
  try {
    raw = document.toJS()
  } catch (error) {
    // An alias that names nothing, or too many of them.
    throw new UsageError(`--config: ${file} is no YAML: ${(error as Error).message.split('\n')[0]}`)
  }
  const parsed = ConfigFile.safeParse(raw)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = (issue?.path ?? []).map(String)
  const line = lineOf(document, path, lines)
  throw new UsageError(
    `--config: ${file} does not fit at ${path.join('.') || 'the top'}${line === null ? '' : ` (line ${line})`}: ${issue?.message}.`,
  )
}

/** The line of what is at this path, or of the nearest thing around it. */
function lineOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly string[],
  lines: LineCounter,
): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const keys = path.slice(0, length).map((key) => (/^\d+$/.test(key) ? Number(key) : key))
    const node = document.getIn(keys, true)
    const range = typeof node === 'object' && node !== null && 'range' in node ? (node.range as number[] | null) : null
    if (range?.[0] !== undefined) return lines.linePos(range[0]).line
  }
  return null
}
