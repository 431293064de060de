/** Key and trust material out of the stores that Kafka's tools take: PEM and PKCS12. JKS is Java's own: refused, with help. */
import { readFile } from 'node:fs/promises'

export interface Store {
  certificates: string[]
  /** PKCS8 or PKCS1 in PEM; `null` in a trust store. */
  key: string | null
}

const JKS_MAGIC = 0xfeedfeed

function jks(location: string): Error {
  return new Error(
    `${location} is a JKS store, which only Java reads. Convert it: keytool -importkeystore -srckeystore ${location} ` +
      '-destkeystore store.p12 -deststoretype PKCS12, and set its type to PKCS12.',
  )
}

export async function readStoreFile(location: string): Promise<Buffer> {
  return await readFile(location).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The store ${location} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`,
    )
  })
}

export function pemStore(text: string): Store {
  const blocks = text.match(/-----BEGIN [A-Z0-9 ]+-----[\s\S]+?-----END [A-Z0-9 ]+-----/g) ?? []
  return {
    certificates: blocks.filter((b) => b.startsWith('-----BEGIN CERTIFICATE')),
    key: blocks.find((b) => b.includes('PRIVATE KEY')) ?? null,
  }
}

/** @throws Error in words: a JKS store, a wrong password, no PKCS12 at all. */
export async function pkcs12Store(bytes: Buffer, password: string, location: string): Promise<Store> {
  if (bytes.length >= 4 && bytes.readUInt32BE(0) === JKS_MAGIC) throw jks(location)
  const { default: forge } = await import('node-forge')
  let store: ReturnType<typeof forge.pkcs12.pkcs12FromAsn1>
  try {
    store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString('binary')), password)
  } catch (error) {
    const wrong = /password|mac/i.test(String(error))
    throw new Error(
      `The PKCS12 store ${location} cannot be opened: ${wrong ? 'the password is wrong' : 'it is no PKCS12 file'}`,
    )
  }
  const bags = (type: string) => store.getBags({ bagType: type })[type] ?? []
  const { oids } = forge.pki
  const certificates = bags(oids.certBag ?? '').flatMap((bag) =>
    bag.cert ? [forge.pki.certificateToPem(bag.cert)] : [],
  )
  const keyBag = [...bags(oids.pkcs8ShroudedKeyBag ?? ''), ...bags(oids.keyBag ?? '')][0]
  return { certificates, key: keyBag?.key ? forge.pki.privateKeyToPem(keyBag.key) : null }
}

/** Reads a store file of the type that the properties name. */
export async function openStore(location: string, type: string | undefined, password: string): Promise<Store> {
  const bytes = await readStoreFile(location)
  switch ((type ?? 'JKS').toUpperCase()) {
    case 'PEM':
      return pemStore(bytes.toString('utf8'))
    case 'PKCS12':
      return await pkcs12Store(bytes, password, location)
    case 'JKS':
      // Kafka's default type; a PKCS12 file under it is read by Java all the same, and by us.
      return await pkcs12Store(bytes, password, location)
    default:
      throw new Error(`The store type ${type} is not supported: use PEM or PKCS12.`)
  }
}
