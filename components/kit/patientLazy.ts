/**
 * `lazy` that does not give up: a part of the page that is asked for while the server restarts comes a moment later,
 * instead of taking the page down.
 */
import { type ComponentType, lazy } from 'react'

const AGAIN_MS = 1_500

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    }
  }
}

export function patientLazy<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(() => patiently(load))
}
