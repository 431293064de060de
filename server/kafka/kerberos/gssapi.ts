/**
 * What a client of Kafka needs of GSS-API (RFC 2744), called in the MIT Kerberos library of the system. Every call runs on a
 * thread of its own: a KDC that does not answer blocks it for many seconds.
 */
import { promisify } from 'node:util'
import type { KoffiFunc, LibraryHandle, out as outOf, TypeObject } from 'koffi'

const LIBRARY = 'libgssapi_krb5.so.2'
/** Deeper than koffi's default: the library resolves names and loads plug-ins on the same stack. */
const STACK_BYTES = 1024 * 1024

/** Object identifiers in DER without tag and length (RFC 1964 section 2.1, RFC 2744 section 4). */
const HOST_BASED_SERVICE = oid('2a864886f71201020104')
const PRINCIPAL_NAME = oid('2a864886f71201020201')
const KERBEROS = oid('2a864886f712010202')

const INITIATE = 1
const MUTUAL = 2
const INTEGRITY = 32
const INDEFINITE = 0xffffffff
const CONTINUE_NEEDED = 1
/** Routine errors and calling errors are above these bits (RFC 2744 section 3.9.1). */
const SUPPLEMENTARY_BITS = 0xffff
const OF_ROUTINE = 1
const OF_MECHANISM = 2

/** The library reports an error, or is not there; the message is its own text. */
export class GssError extends Error {
  override readonly name = 'GssError'
}

/** Where the tickets come from. */
export interface Credential {
  /** For example `quorumdeck@EXAMPLE.COM`; `null`: the one of the keytab or of the ticket cache. */
  principal: string | null
  /** Path of a keytab, from which tickets are asked for and renewed; `null`: tickets are in a cache. */
  keyTab: string | null
  /** `null`: the default of the system (`KRB5CCNAME`). */
  ticketCache: string | null
}

type Pointer = bigint | null
type TypeSpec = string | TypeObject | ReturnType<typeof outOf>
interface Oid {
  length: number
  elements: Buffer
}
interface OutBuffer {
  length?: number
  value?: Pointer
}
interface InBuffer {
  length: number
  value: Buffer | null
}
/** Every function of GSS-API returns a major status, and a minor one through its first argument. */
type Gss<T extends unknown[]> = KoffiFunc<(minor: [number], ...args: T) => number>

interface Library {
  importName: Gss<[InBuffer, Oid, [Pointer]]>
  releaseName: Gss<[[Pointer]]>
  acquire: Gss<[Pointer, number, { count: number; elements: Oid[] }, number, Store, [Pointer], null, null]>
  releaseCredential: Gss<[[Pointer]]>
  initiate: Gss<[Pointer, [Pointer], Pointer, Oid, number, number, null, InBuffer, null, OutBuffer, [number], null]>
  deleteContext: Gss<[[Pointer], null]>
  wrap: Gss<[Pointer, number, number, InBuffer, null, OutBuffer]>
  unwrap: Gss<[Pointer, InBuffer, OutBuffer, null, null]>
  display: Gss<[number, number, Oid, [number], OutBuffer]>
  releaseBuffer: Gss<[OutBuffer]>
  bytesAt(at: Pointer, length: number): Buffer
}
interface Store {
  count: number
  elements: { key: string; value: string }[]
}

function oid(hex: string): Oid {
  const elements = Buffer.from(hex, 'hex')
  return { length: elements.length, elements }
}

let loaded: Promise<Library> | null = null

/** @throws GssError where this machine has none */
async function library(): Promise<Library> {
  loaded ??= load()
  return await loaded.catch((error: Error) => {
    // It may be installed meanwhile.
    loaded = null
    throw error
  })
}

async function load(): Promise<Library> {
  const koffi = await import('koffi').catch((error: Error) => {
    throw new GssError(`native libraries cannot be called on this platform (${error.message})`)
  })
  // Refused once a library was asked for, found or not.
  if (koffi.config().async_stack_size !== STACK_BYTES) koffi.config({ async_stack_size: STACK_BYTES })
  let lib: LibraryHandle
  try {
    lib = koffi.load(LIBRARY)
  } catch (error) {
    throw new GssError(
      `${LIBRARY} cannot be loaded: install MIT Kerberos (libgssapi-krb5-2 on Debian, krb5-libs on Red Hat; ${(error as Error).message})`,
    )
  }
  const { struct, pointer, out, inout } = koffi
  const handle = 'void *'
  const outHandle = out(pointer(handle))
  const inOutHandle = inout(pointer(handle))
  const minor = out(pointer('uint32_t'))
  const bytes = struct({ length: 'size_t', value: 'void *' })
  const input = pointer(bytes)
  const output = out(pointer(bytes))
  const identifier = struct({ length: 'uint32_t', elements: 'void *' })
  const id = pointer(identifier)
  const identifiers = pointer(struct({ count: 'size_t', elements: pointer(identifier) }))
  const store = pointer(
    struct({ count: 'uint32_t', elements: pointer(struct({ key: 'const char *', value: 'const char *' })) }),
  )
  const gss = <T extends unknown[]>(name: string, args: TypeSpec[]): Gss<T> =>
    lib.func(`gss_${name}`, 'uint32_t', [minor, ...args]) as Gss<T>
  return {
    importName: gss('import_name', [input, id, outHandle]),
    releaseName: gss('release_name', [inOutHandle]),
    acquire: gss('acquire_cred_from', [
      ...[handle, 'uint32_t', identifiers, 'int', store, outHandle, 'void *', 'void *'],
    ]),
    releaseCredential: gss('release_cred', [inOutHandle]),
    initiate: gss('init_sec_context', [
      ...[handle, inOutHandle, handle, id, 'uint32_t', 'uint32_t', 'void *', input, 'void *', output],
      ...[out(pointer('uint32_t')), 'void *'],
    ]),
    deleteContext: gss('delete_sec_context', [inOutHandle, 'void *']),
    wrap: gss('wrap', [handle, 'int', 'uint32_t', input, 'void *', output]),
    unwrap: gss('unwrap', [handle, input, output, 'void *', 'void *']),
    display: gss('display_status', ['uint32_t', 'int', id, inout(pointer('uint32_t')), output]),
    releaseBuffer: gss('release_buffer', [inout(pointer(bytes))]),
    bytesAt: (at, length) => Buffer.from(koffi.view(at, length)),
  }
}

/** Arguments of calls that are under way: koffi passes the memory of their buffers to a thread, and does not keep it from being freed. */
const inUse = new Set<unknown[]>()

/** @returns the major status. @throws GssError */
async function call<T extends unknown[]>(gss: Library, routine: Gss<T>, ...args: T): Promise<number> {
  const minor: [number] = [0]
  inUse.add(args)
  const major: number = await promisify(routine.async)(...([minor, ...args] as Parameters<typeof routine>)).finally(
    () => inUse.delete(args),
  )
  if (major > SUPPLEMENTARY_BITS) throw new GssError(textOf(gss, major, minor[0]))
  return major
}

/**
 * What the mechanism reports, which is the concrete one, else what the routine does. The library keeps names in its texts for
 * each thread, and those of another failure: the main thread, where no call fails, gets the general text.
 */
function textOf(gss: Library, major: number, minor: number): string {
  const [status, kind] = minor === 0 ? [major, OF_ROUTINE] : [minor, OF_MECHANISM]
  const parts: string[] = []
  const more: [number] = [0]
  do {
    const text: OutBuffer = {}
    if (gss.display([0], status, kind, KERBEROS, more, text) !== 0) break
    parts.push(copyOf(gss, text).toString())
    gss.releaseBuffer([0], text)
  } while (more[0] !== 0)
  return parts.join('; ') || `GSS-API status ${major}, ${minor}`
}

function copyOf(gss: Library, { length = 0, value = null }: OutBuffer): Buffer {
  return length === 0 || value === null ? Buffer.alloc(0) : Buffer.from(gss.bytesAt(value, length))
}

/** Copies what the library allocated, and gives it back. */
async function take(gss: Library, output: OutBuffer): Promise<Buffer> {
  const copy = copyOf(gss, output)
  await promisify(gss.releaseBuffer.async)([0], output)
  return copy
}

async function nameOf(gss: Library, text: string, type: Oid): Promise<[Pointer]> {
  const name: [Pointer] = [null]
  const value = Buffer.from(text)
  await call(gss, gss.importName, { length: value.length, value }, type, name)
  return name
}

/** @returns a credential that initiates; `[null]` is the default of the system */
async function acquire(gss: Library, { principal, keyTab, ticketCache }: Credential): Promise<[Pointer]> {
  const name: [Pointer] = principal === null ? [null] : await nameOf(gss, principal, PRINCIPAL_NAME)
  const credential: [Pointer] = [null]
  const elements = [
    ...(keyTab === null ? [] : [{ key: 'client_keytab', value: `FILE:${keyTab}` }]),
    ...(ticketCache === null ? [] : [{ key: 'ccache', value: ticketCache }]),
  ]
  const mechanisms = { count: 1, elements: [KERBEROS] }
  const store = { count: elements.length, elements }
  try {
    await call(gss, gss.acquire, name[0], INDEFINITE, mechanisms, INITIATE, store, credential, null, null)
    return credential
  } finally {
    if (name[0] !== null) await call(gss, gss.releaseName, name)
  }
}

/** A security context with one service: mutual authentication, then tokens with integrity. */
export class SecurityContext {
  readonly #gss: Library
  readonly #credential: [Pointer]
  readonly #target: [Pointer]
  readonly #context: [Pointer] = [null]

  private constructor(gss: Library, credential: [Pointer], target: [Pointer]) {
    this.#gss = gss
    this.#credential = credential
    this.#target = target
  }

  /** @param service host-based, for example `kafka@broker1.example.com`. May ask a KDC. @throws GssError */
  static async with(service: string, credential: Credential): Promise<SecurityContext> {
    const gss = await library()
    const acquired = await acquire(gss, credential)
    try {
      return new SecurityContext(gss, acquired, await nameOf(gss, service, HOST_BASED_SERVICE))
    } catch (error) {
      await call(gss, gss.releaseCredential, acquired)
      throw error
    }
  }

  /** @param token of the service, empty at first. May ask a KDC. @throws GssError */
  async step(token: Buffer): Promise<{ token: Buffer; established: boolean }> {
    const output: OutBuffer = {}
    const input = { length: token.length, value: token.length === 0 ? null : token }
    const flags = MUTUAL | INTEGRITY
    const granted: [number] = [0]
    const major = await call(
      this.#gss,
      this.#gss.initiate,
      ...([this.#credential[0], this.#context, this.#target[0], KERBEROS, flags, 0, null, input] as const),
      ...([null, output, granted, null] as const),
    )
    const ours = await take(this.#gss, output)
    const established = (major & CONTINUE_NEEDED) === 0
    if (established && (granted[0] & flags) !== flags) throw new GssError('the node does not prove who it is')
    return { token: ours, established }
  }

  /** @throws GssError where the service did not make the token */
  async unwrap(token: Buffer): Promise<Buffer> {
    const output: OutBuffer = {}
    const input = { length: token.length, value: token }
    await call(this.#gss, this.#gss.unwrap, this.#context[0], input, output, null, null)
    return await take(this.#gss, output)
  }

  /** With integrity, not encrypted. @throws GssError */
  async wrap(message: Buffer): Promise<Buffer> {
    const output: OutBuffer = {}
    const input = { length: message.length, value: message }
    await call(this.#gss, this.#gss.wrap, this.#context[0], 0, 0, input, null, output)
    return await take(this.#gss, output)
  }

  async close(): Promise<void> {
    // There is none before the first step has succeeded.
    if (this.#context[0] !== null) await call(this.#gss, this.#gss.deleteContext, this.#context, null)
    await call(this.#gss, this.#gss.releaseName, this.#target)
    await call(this.#gss, this.#gss.releaseCredential, this.#credential)
  }
}
