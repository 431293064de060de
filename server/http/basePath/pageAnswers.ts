/**
 * Answers of Next below a base path. Next is built without one, and never asked below one: its pages name only its own files by
 * themselves, as `"/_next/...`. Here the base path is put before that, in what streams through and in headers; links are those of
 * the pages (components/kit/address).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { atBase } from './basePath.ts'

const require = createRequire(import.meta.url)

/** A file of Next as it stands in HTML, in data of pages and in the loader of scripts. */
const FILE = Buffer.from('"/_next/')
/** Kinds of answers that name files. Styles name theirs from where they are; whatever else has no names in it. */
const NAMES_FILES = /^(?:text\/html|text\/x-component|(?:text|application)\/javascript)\b/
/** Which path was rendered, for Next's router, where it asked for another. */
const RENDERED_PATH = 'x-nextjs-rewritten-path'

type Compression = (
  request: Pick<IncomingMessage, 'headers' | 'method'>,
  response: ServerResponse,
  then: () => void,
) => void

/** Bytes in, the same bytes out with the base path put before names of files, also where a name comes in two pieces. */
export class FileNames {
  readonly #basePath: Buffer
  /** The end of what came, as far as a name may begin with it. */
  #held: Buffer = Buffer.alloc(0)

  constructor(basePath: string) {
    this.#basePath = Buffer.from(basePath)
  }

  take(piece: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? piece : Buffer.concat([this.#held, piece])
    const parts: Buffer[] = []
    let from = 0
    for (let at = bytes.indexOf(FILE); at >= 0; at = bytes.indexOf(FILE, at + FILE.length)) {
      // After the quote.
      parts.push(bytes.subarray(from, at + 1), this.#basePath)
      from = at + 1
    }
    const begun = Math.max(from, bytes.length - begunAtEnd(bytes))
    this.#held = bytes.subarray(begun)
    parts.push(bytes.subarray(from, begun))
    return Buffer.concat(parts)
  }

  /** What is left when nothing more comes. */
  end(): Buffer {
    return this.#held
  }
}

/** How many bytes at the end are the beginning of a name. */
function begunAtEnd(bytes: Buffer): number {
  for (let length = Math.min(FILE.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(FILE.subarray(0, length))) return length
  }
  return 0
}

/** A header of Next that leads to a path of its own. */
function headerBelow(basePath: string, name: string, value: string): string {
  if (name === 'location') return atBase(basePath, value)
  return name === 'link'
    ? value.replaceAll('</_next/', `<${basePath}/_next/`)
    : value.replace(/(url=)(\/(?!\/))/i, `$1${basePath}$2`)
}

/** The one that Next uses. Of a browser that goes away Next ends its stream. */
const compression = (require('next/dist/compiled/compression') as () => Compression)()

/**
 * Makes this answer name its files below the base path, and compresses it afterwards: Next would do it before.
 * @param request without a base path in its URL; what it takes is hidden from Next
 */
export function answerBelow(basePath: string, request: IncomingMessage, response: ServerResponse): void {
  const { 'accept-encoding': encoding, ...rest } = request.headers
  const { method, url = '/' } = request
  const headers = encoding === undefined ? rest : { ...rest, 'accept-encoding': encoding }
  compression({ headers, method }, response, () => {})
  // A part of a file would be counted in other bytes than were asked for.
  for (const name of ['accept-encoding', 'range', 'if-range']) delete request.headers[name]

  const { write, end, writeHead } = response
  let names: FileNames | null | undefined
  const named = (): FileNames | null => {
    names ??= NAMES_FILES.test(String(response.getHeader('content-type') ?? '')) ? new FileNames(basePath) : null
    return names
  }
  const taken = (chunk: unknown, encoding: unknown): Buffer | null => {
    if (chunk == null || typeof chunk === 'function' || named() === null) return null
    const bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
        : Buffer.from(chunk as Uint8Array)
    return named()?.take(bytes) ?? null
  }
  Object.assign(response, {
    writeHead(...args: unknown[]) {
      for (const name of ['location', 'refresh', 'link']) {
        const value = response.getHeader(name)
        if (value !== undefined) response.setHeader(name, headerBelow(basePath, name, String(value)))
      }
      if (named() !== null) {
        response.removeHeader('content-length')
        response.removeHeader('accept-ranges')
        response.setHeader(RENDERED_PATH, url.split('?', 1)[0] ?? '/')
      }
      return Reflect.apply(writeHead, response, args)
    },
    write(chunk: unknown, ...args: unknown[]) {
      const bytes = taken(chunk, args[0])
      if (bytes === null) return Reflect.apply(write, response, [chunk, ...args])
      const done = args.find((one) => typeof one === 'function')
      return Reflect.apply(write, response, done === undefined ? [bytes] : [bytes, done])
    },
    end(...args: unknown[]) {
      const bytes = taken(args[0], args[1])
      const left = names?.end() ?? Buffer.alloc(0)
      if (bytes === null && left.length === 0) return Reflect.apply(end, response, args)
      const done = args.find((one) => typeof one === 'function')
      const last = Buffer.concat(bytes === null ? [left] : [bytes, left])
      return Reflect.apply(end, response, done === undefined ? [last] : [last, done])
    },
  })
}
