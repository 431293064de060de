/** Who acts from this browser, until there are accounts: an id that stays, and a name that a person may change. Pure. */
import { Actor } from '../../server/contract/workflows.ts'
import './jitless.ts'

/** @param random 16 hexadecimal digits */
export function newActor(random: string): Actor {
  return { id: `browser-${random}`, name: `Browser ${random.slice(0, 4)}` }
}

/** What was kept, or `null` where it is nothing of ours. */
export function readActor(kept: string | null): Actor | null {
  if (kept === null) return null
  try {
    const parsed = Actor.safeParse(JSON.parse(kept))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** The same person under another name; `null` where the name cannot be used. */
export function renamed(actor: Actor, name: string): Actor | null {
  const parsed = Actor.safeParse({ id: actor.id, name })
  return parsed.success ? parsed.data : null
}
