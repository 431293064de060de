/** Who is here, and where. Names are what people call themselves: there are no accounts. */
import * as z from 'zod/mini'
import { Actor } from '../workflows.ts'

/** Where in the product somebody is. */
export const Page = z.enum(['cluster', 'wizards', 'run'])
export type Page = z.infer<typeof Page>

/** People that one message names; the others are counted. */
export const MAX_PEOPLE = 50

export const Person = z.object({
  ...Actor.shape,
  page: Page,
  /** Id of the run that is looked at; `null`: none. */
  run: z.nullable(z.string()),
  /** Since when on this page, milliseconds since 1970. */
  sinceMs: z.int(),
})
export type Person = z.infer<typeof Person>
