/**
 * CRC-32C (Castagnoli, RFC 3720 B.4), by which Kafka guards a record batch; Node's zlib has only the other CRC-32. Eight bytes at
 * a time ("slicing-by-8", Kounavis and Berry 2005): a log of gigabytes is checked by it.
 */
const TABLES = new Int32Array(8 * 256)
for (let n = 0; n < 256; n += 1) {
  let value = n
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  TABLES[n] = value
}
for (let at = 256; at < TABLES.length; at += 1) {
  const before = TABLES[at - 256] ?? 0
  TABLES[at] = (before >>> 8) ^ (TABLES[before & 0xff] ?? 0)
}

/** What the byte adds that stands `behind` bytes before the end of its group. */
const share = (behind: number, byte: number): number => TABLES[behind * 256 + (byte & 0xff)] as number

export function crc32c(bytes: Uint8Array): number {
  let crc = -1
  let at = 0
  const byte = (index: number): number => bytes[index] as number
  for (const last = bytes.length - 8; at <= last; at += 8) {
    const low = crc ^ (byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24))
    crc =
      share(7, low) ^
      share(6, low >>> 8) ^
      share(5, low >>> 16) ^
      share(4, low >>> 24) ^
      share(3, byte(at + 4)) ^
      share(2, byte(at + 5)) ^
      share(1, byte(at + 6)) ^
      share(0, byte(at + 7))
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ share(0, crc ^ byte(at))
  return ~crc >>> 0
}
