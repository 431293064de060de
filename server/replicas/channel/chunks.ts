/** A message in pieces that NOTIFY carries (fewer than 8000 bytes each), and together again. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { SEAL_LENGTH } from './seal.ts'

const MOST_BYTES = 7800
/** Of the seal, the sender's id, the numbers and the colons. */
const HEAD_BYTES = SEAL_LENGTH + 100
/** Messages that are not whole yet; of a sender that died in the middle nothing more comes. */
const MOST_OPEN = 100
/** Beyond any view and any run; a message that claims more is not ours. */
export const MOST_TEXT_BYTES = 16 * 1024 * 1024
/** Of such a message that does not pack at all, in base64. */
const MOST_PIECES = Math.ceil((MOST_TEXT_BYTES * 1.4) / (MOST_BYTES - HEAD_BYTES))
/** Replicas of which it is remembered what came last; those of the past are forgotten first. */
const MOST_SENDERS = 1000

/** `sender:number:piece:pieces:form:text`, form `t` as it is, `z` packed. @throws Error where it is too long for anybody to take */
export function inPieces(sender: string, number: number, text: string): string[] {
  const most = MOST_BYTES - HEAD_BYTES
  const bytes = Buffer.byteLength(text)
  if (bytes > MOST_TEXT_BYTES) throw new Error(`A message to the other servers has ${bytes} bytes; it was not sent.`)
  const isShort = bytes <= most
  const body = isShort ? text : deflateRawSync(text, { level: 1 }).toString('base64')
  const pieces = Math.max(1, Math.ceil(body.length / most))
  const form = isShort ? 't' : 'z'
  return Array.from({ length: pieces }, (_, at) => {
    const part = isShort ? body : body.slice(at * most, (at + 1) * most)
    return `${sender}:${number}:${at}:${pieces}:${form}:${part}`
  })
}

export interface Joined {
  sender: string
  text: string
}

export class Pieces {
  readonly #open = new Map<string, string[]>()
  /** Number and piece that came last of each sender: what comes again was recorded and is said by somebody else. */
  readonly #last = new Map<string, [number: number, piece: number]>()

  /**
   * The whole message with its last piece; `null` before that, and for what is not ours. Pieces of a sender come in their order.
   * @param payload whose seal was looked at
   */
  take(payload: string): Joined | null {
    const match = /^([^:]{1,64}):(\d{1,15}):(\d{1,6}):(\d{1,6}):([tz]):/.exec(payload)
    if (match === null) return null
    const [head, sender = '', number, at, pieces, form] = match
    if (Number(pieces) > MOST_PIECES || !this.#isNew(sender, Number(number), Number(at))) return null
    const key = `${sender}:${number}`
    const parts = Number(at) === 0 ? [] : this.#open.get(key)
    if (parts === undefined || parts.length !== Number(at)) {
      this.#open.delete(key)
      return null
    }
    parts.push(payload.slice(head.length))
    if (parts.length < Number(pieces)) {
      this.#open.set(key, parts)
      if (this.#open.size > MOST_OPEN) this.#open.delete(this.#open.keys().next().value ?? '')
      return null
    }
    this.#open.delete(key)
    const body = parts.join('')
    if (form === 't') return { sender, text: body }
    return {
      sender,
      text: inflateRawSync(Buffer.from(body, 'base64'), { maxOutputLength: MOST_TEXT_BYTES }).toString(),
    }
  }

  #isNew(sender: string, number: number, piece: number): boolean {
    const [lastNumber, lastPiece] = this.#last.get(sender) ?? [-1, -1]
    if (number < lastNumber || (number === lastNumber && piece <= lastPiece)) return false
    this.#last.delete(sender)
    this.#last.set(sender, [number, piece])
    if (this.#last.size > MOST_SENDERS) this.#last.delete(this.#last.keys().next().value ?? '')
    return true
  }
}
