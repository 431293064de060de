'use client'
/** Who acts from this page: whoever signed in by name, or else the identity of this browser, kept in its local storage and shared by its tabs. */
import { useSyncExternalStore } from 'react'
import type { Actor } from '../../../server/contract/workflows.ts'
import { newActor, readActor, renamed } from '../actor.ts'

const KEY = 'quorumdeck-actor'
const listeners = new Set<() => void>()
let current: Actor | null = null
/** Whoever signed in by name; the server takes nobody else's word for it. */
let signedIn: Actor | null = null

/** Hexadecimal digits. `crypto.randomUUID` would be missing where the page is not served over TLS. */
export function randomHex(digits: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits / 2))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function kept(): Actor | null {
  try {
    return readActor(localStorage.getItem(KEY))
  } catch {
    return null
  }
}

function keep(actor: Actor): void {
  current = actor
  try {
    localStorage.setItem(KEY, JSON.stringify(actor))
  } catch {
    // Storage may be forbidden: then the identity lasts as long as the page.
  }
  for (const listener of listeners) listener()
}

/** The identity for a command that is sent now. */
export function actorNow(): Actor {
  if (signedIn !== null) return signedIn
  if (current === null) {
    current = kept()
    if (current === null) keep(newActor(randomHex(16)))
  }
  return current ?? newActor(randomHex(16))
}

function onStorage(event: StorageEvent): void {
  if (event.key !== KEY) return
  current = readActor(event.newValue) ?? current
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('storage', onStorage)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('storage', onStorage)
  }
}

/** `null` while the page is rendered on the server. */
export function useActor(): Actor | null {
  return useSyncExternalStore(subscribe, actorNow, () => null)
}

/** What the server says of who signed in here. */
export function actAs(identity: Actor | null): void {
  if (signedIn?.id === identity?.id && signedIn?.name === identity?.name) return
  signedIn = identity === null ? null : { id: identity.id, name: identity.name }
  for (const listener of listeners) listener()
}

/** A browser may call itself otherwise; whoever signed in by name is called so. */
export function isNameGiven(): boolean {
  return signedIn !== null
}

/** False where the name cannot be used: empty, too long, or with markup. */
export function renameActor(name: string): boolean {
  const next = renamed(actorNow(), name)
  if (next !== null) keep(next)
  return next !== null
}
