/**
 * The exact versions of everything that the package needs where it runs, from the lock of the checkout. What the pages are
 * made of is in them already, and what development needs stays here. Pure.
 */

interface Locked {
  version?: string
  license?: string
  dev?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  [more: string]: unknown
}

export interface Lock {
  lockfileVersion: number
  packages: Record<string, Locked>
  [more: string]: unknown
}

export interface PackageRoot {
  name: string
  version: string
  dependencies: Record<string, string>
  optionalDependencies: Record<string, string>
}

/** Where a package at `from` finds another one, as Node looks for it; `null` where it is not installed, as optional ones may be. */
function found(packages: Lock['packages'], from: string, name: string): string | null {
  for (let at = from; ; ) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (at === '') return null
    const up = at.lastIndexOf('/node_modules/')
    at = up < 0 ? '' : at.slice(0, up)
  }
}

export function shrinkwrapOf(lock: Lock, root: PackageRoot): Lock {
  const kept = new Map<string, Locked>()
  const wanted: [from: string, name: string][] = []
  const want = (from: string, { dependencies, optionalDependencies, peerDependencies }: Locked) => {
    for (const some of [dependencies, optionalDependencies, peerDependencies])
      for (const name of Object.keys(some ?? {})) wanted.push([from, name])
  }
  want('', { ...root })
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const path = found(lock.packages, ...next)
    const locked = path === null ? undefined : lock.packages[path]
    if (path === null || locked === undefined || kept.has(path)) continue
    kept.set(path, locked)
    want(path, locked)
  }
  const packages = [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    name: root.name,
    version: root.version,
    lockfileVersion: lock.lockfileVersion,
    requires: true,
    packages: { '': { ...root }, ...Object.fromEntries(packages) },
  }
}
