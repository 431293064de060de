/** The id of a run in a path. */
import { refuse } from '../refusal.ts'

/** Ids are made by the workflows and are opaque here; a longer one is none of theirs. */
const MAX_ID_LENGTH = 64

/** @throws Refusal */
export function idOf(text: string): string {
  if (text.length > MAX_ID_LENGTH) throw refuse.unknownWorkflow(text)
  return text
}
