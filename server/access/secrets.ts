/** Secrets that we make: drawn at random, told once, kept as digests. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export function drawSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`
}

export function drawId(): string {
  return randomBytes(8).toString('hex')
}

/** Of a secret that nobody can guess: no salt, no cost is needed. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function hmacOf(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}

export function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(one)), Buffer.from(digestOf(other)))
}
