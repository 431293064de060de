/** A message in pieces that NOTIFY carries (fewer than 8000 bytes each), and together again. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'

const MOST_BYTES = 7800
/** Of the sender's id, the numbers and the colons. */
const HEAD_BYTES = 100
/** Messages that are not whole yet; of a sender that died in the middle nothing more comes. */
const MOST_OPEN = 100
/** Beyond any view; a message that claims more is not ours. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024

/** `sender:number:piece:pieces:form:text`, form `t` as it is, `z` packed. */
export function inPieces(sender: string, number: number, text: string): string[] {
  const most = MOST_BYTES - HEAD_BYTES
  const isShort = Buffer.byteLength(text) <= most
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

  /** The whole message with its last piece; `null` before that, and for what is not ours. Pieces of a sender come in their order. */
  take(payload: string): Joined | null {
    const match = /^([^:]{1,64}):(\d{1,15}):(\d{1,6}):(\d{1,6}):([tz]):/.exec(payload)
    if (match === null) return null
    const [head, sender = '', number, at, pieces, form] = match
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
}
