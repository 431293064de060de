/**
 * Who is who in one scenario: the names of the script bound to node ids, addresses and directory ids. Ids stay bound; a
 * directory changes when its disk is wiped and formatted, and what it was at the beginning is still known as `old`.
 */
import { randomBytes } from 'node:crypto'
import type { SandboxPort } from '../../contract/sandbox.ts'
import type { Address } from '../../kafka/connection.ts'
import type { Impostor } from './impostor.ts'
import type { Name, Replica } from './script.ts'

/** (id, directory) as DescribeQuorum lists it; without directory in a static quorum. */
export interface ReplicaKey {
  readonly id: number
  readonly directoryId: string | null
}

/** Added to the impostor's id: an id that no node has. */
const STRANGER_ABOVE = 10_000
/** Nothing listens there, and nothing ever will: tcpmux is below what users may open. */
const DEAD_PORT = 1

export const keyText = ({ id, directoryId }: ReplicaKey): string => `${id}/${directoryId}`

export function addressOf(text: string): Address {
  const [host = '', port = ''] = text.split(':')
  return { host, port: Number(port) }
}

export class Participants {
  readonly #ids: ReadonlyMap<Name, number>
  readonly #port: SandboxPort
  readonly impostor: Impostor
  readonly #stranger = randomBytes(16).toString('base64url')
  readonly #old = new Map<number, string>()
  #now = new Map<number, string>()
  #addresses = new Map<number, Address>()

  private constructor(ids: ReadonlyMap<Name, number>, port: SandboxPort, impostor: Impostor) {
    this.#ids = ids
    this.#port = port
    this.impostor = impostor
  }

  static async bind(ids: ReadonlyMap<Name, number>, port: SandboxPort, impostor: Impostor): Promise<Participants> {
    const participants = new Participants(ids, port, impostor)
    await participants.look()
    for (const [id, directoryId] of participants.#now) participants.#old.set(id, directoryId)
    return participants
  }

  /** Reads the disks again, after one was formatted. */
  async look(): Promise<void> {
    const { nodes } = await this.#port.describe()
    this.#addresses = new Map(nodes.map((node) => [node.nodeId, addressOf(node.address)]))
    for (const { nodeId, directoryId } of nodes) if (directoryId !== null) this.#now.set(nodeId, directoryId)
  }

  id(name: Name): number {
    if (name === 'stranger') return this.impostor.id + STRANGER_ABOVE
    if (name === 'impostor') return this.impostor.id
    const id = this.#ids.get(name)
    if (id === undefined) throw new Error(`this quorum has no ${name}`)
    return id
  }

  address(name: Name): Address {
    if (name === 'stranger') return { host: 'localhost', port: DEAD_PORT }
    if (name === 'impostor') return this.impostor.address
    const address = this.#addresses.get(this.id(name))
    if (address === undefined) throw new Error(`nobody knows where ${name} is`)
    return address
  }

  key({ name, incarnation }: Replica): ReplicaKey {
    const id = this.id(name)
    if (incarnation === 'static') return { id, directoryId: null }
    if (name === 'stranger') return { id, directoryId: this.#stranger }
    if (name === 'impostor') return { id, directoryId: this.impostor.directoryId }
    const directoryId = (incarnation === 'old' ? this.#old : this.#now).get(id)
    if (directoryId === undefined) throw new Error(`${name} had no disk`)
    return { id, directoryId }
  }

  nameOf(id: number): string {
    for (const [name, known] of this.#ids) if (known === id) return name
    if (id === this.impostor.id) return 'impostor'
    return id === this.impostor.id + STRANGER_ABOVE ? 'stranger' : `node ${id}`
  }

  /** In the words of a script. */
  describe(key: ReplicaKey): string {
    const name = this.nameOf(key.id)
    if (key.directoryId === null) return `static ${name}`
    const known = [this.#now.get(key.id), this.#stranger, this.impostor.directoryId]
    if (known.includes(key.directoryId)) return name
    return this.#old.get(key.id) === key.directoryId ? `old ${name}` : `${name} in ${key.directoryId}`
  }
}
