/** What a command needs of the host that it runs on; tests put others in place of each. */
import { statfsSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { type HeldLock, holdLock } from './lock/holdLock.ts'
import { type DiskWrites, diskWrites } from './write/diskWrites.ts'

export interface DiskHost {
  name: string
  /** Wall clock. */
  nowMs(): number
  /** That an ordinary user may fill on the file system of `path`. */
  freeBytes(path: string): number
  /** Whether a TCP connection is accepted there. */
  answers(address: { host: string; port: number }): Promise<boolean>
  /** Of a lock file that is there. */
  lock(path: string): Promise<HeldLock | 'held' | 'unavailable'>
  writes: DiskWrites
}

/** A host that drops what is sent to it does not answer at all. */
const CONNECT_TIMEOUT_MS = 2500

function answers({ host, port }: { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (accepted: boolean) => {
      socket.destroy()
      resolve(accepted)
    }
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

export const thisHost: DiskHost = {
  name: hostname(),
  nowMs: () => Date.now(),
  freeBytes: (path) => {
    const { bavail, bsize } = statfsSync(path)
    return bavail * bsize
  },
  answers,
  lock: (path) => holdLock(path),
  writes: diskWrites,
}
