/** The options of quorumdeck.yaml as its schema has them, one line each. Pure. */

/** What of JSON Schema the options use. */
export interface Schema {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  propertyNames?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  pattern?: string
  default?: unknown
  [more: string]: unknown
}

export interface Option {
  /** `clusters[].safety.lagRecords`; `*` is any name. */
  path: string
  /** One for each of the shapes that it may be in. */
  schemas: Schema[]
  required: boolean
}

interface Found {
  path: string
  schema: Schema
  required: boolean
}

function* found(schema: Schema, path: string): Generator<Found> {
  for (const [name, of] of Object.entries(schema.properties ?? {})) {
    const own = path === '' ? name : `${path}.${name}`
    yield { path: own, schema: of, required: schema.required?.includes(name) === true }
    yield* found(of, own)
  }
  for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) yield* found(one, path)
  if (schema.items !== undefined) yield* found(schema.items, `${path}[]`)
  if (typeof schema.additionalProperties === 'object' && schema.properties === undefined)
    yield* found(schema.additionalProperties, `${path}.*`)
}

/** Every option once, in the order of the file; what holds others comes before them. */
export function optionsIn(schema: Schema): Option[] {
  const options = new Map<string, Option>()
  for (const { path, schema: of, required } of found(schema, '')) {
    const known = options.get(path)
    if (known === undefined) options.set(path, { path, schemas: [of], required })
    else options.set(path, { path, schemas: [...known.schemas, of], required: known.required && required })
  }
  return [...options.values()]
}

const range = (low: number | undefined, high: number | undefined, unit = '') =>
  low === undefined && high === undefined
    ? ''
    : low === undefined
      ? ` up to ${high}${unit}`
      : high === undefined
        ? ` from ${low}${unit}`
        : ` ${low} to ${high}${unit}`

/** JavaScript's own bounds say nothing. */
const said = (bound: number | undefined) =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined

/** What it takes, in a few words. */
export function takes(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${String(one)}\``).join(', ')
  const several = schema.anyOf ?? schema.oneOf
  if (several !== undefined) return [...new Set(several.map(takes))].join(' or ')
  switch (schema.type) {
    case 'boolean':
      return '`true` or `false`'
    case 'integer':
      return `whole number${range(said(schema.minimum), said(schema.maximum))}`
    case 'number':
      return `number${range(schema.exclusiveMinimum ?? schema.minimum, schema.maximum)}`
    case 'string':
      return `text${range(schema.minLength, schema.maxLength, ' characters')}`
    case 'array':
      return `list of ${takes(schema.items ?? {})}`
    case 'object':
      return schema.properties === undefined ? 'names with values' : 'options of its own'
    default:
      return 'a value'
  }
}
