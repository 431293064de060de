/** CRC-32C (Castagnoli), the checksum of record batches. Node's zlib has only the other polynomial. */

const table = new Uint32Array(256)
for (let index = 0; index < table.length; index += 1) {
  let entry = index
  for (let bit = 0; bit < 8; bit += 1) entry = (entry & 1) === 1 ? (entry >>> 1) ^ 0x82f63b78 : entry >>> 1
  table[index] = entry >>> 0
}

export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)
  return (crc ^ 0xffff_ffff) >>> 0
}
