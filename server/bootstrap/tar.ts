/**
 * A tar archive of a few small text files, in POSIX's ustar layout
 * (https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06). Pure; Node has zlib but no tar.
 */
const BLOCK = 512

export interface TarFile {
  /** At most 99 bytes of ASCII. */
  path: string
  text: string
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`
}

function header(path: string, size: number, mtimeMs: number): Buffer {
  if (!/^[\x21-\x7e]{1,99}$/.test(path)) throw new RangeError(`${path} is no name for an archive`)
  const block = Buffer.alloc(BLOCK)
  block.write(path, 0, 'latin1')
  block.write(octal(0o640, 8), 100, 'latin1') // mode
  block.write(octal(0, 8), 108, 'latin1') // uid
  block.write(octal(0, 8), 116, 'latin1') // gid
  block.write(octal(size, 12), 124, 'latin1')
  block.write(octal(Math.floor(mtimeMs / 1000), 12), 136, 'latin1')
  block.write('        0', 148, 'latin1') // checksum as blanks, then the type: a regular file
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

export function tar(files: readonly TarFile[], mtimeMs: number): Buffer {
  const parts = files.flatMap(({ path, text }) => {
    const body = Buffer.from(text, 'utf8')
    return [header(path, body.length, mtimeMs), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]
  })
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}
