/** Parameters of a path or a query, as numbers. */
import { refuse } from './refusal.ts'

/** A whole number from 0 to `most`; `fallback` where it is left out. @throws Refusal */
export function wholeParameter(
  name: string,
  text: string | undefined,
  fallback: number,
  { most = Number.MAX_SAFE_INTEGER, what = 'a whole number, not negative' }: { most?: number; what?: string } = {},
): number {
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0 || value > most) {
    throw refuse.badRequest(`${name} must be ${what}; it is ${JSON.stringify(text.slice(0, 40))}.`)
  }
  return value
}
