/** Builds and runs the image with buildah, which needs no daemon: its own storage in a folder that is gone afterwards. For tests. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

const HERE = import.meta.dirname
const BUILDER = 'localhost/quorumdeck-builder'
const IMAGE = 'localhost/quorumdeck'
const CERTIFICATES = '/etc/ssl/certs'

export interface Configuration {
  User: string
  Healthcheck?: { Test: string[] }
}

export class ImageStore {
  readonly #folder: string
  readonly #flags: string[]

  constructor(folder: string) {
    this.#folder = folder
    this.#flags = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs']
  }

  buildah(...args: string[]): string {
    return execFileSync('buildah', [...this.#flags, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim()
  }

  /** A small Debian with the npm of this host, in the place of an image from a registry. */
  makeBuilder(mirror: string): void {
    const rootfs = join(this.#folder, 'rootfs')
    execFileSync('debootstrap', ['--variant=minbase', 'bookworm', rootfs, mirror], { stdio: 'ignore' })
    cpSync('/usr/lib/node_modules/npm', join(rootfs, 'usr/lib/node_modules/npm'), { recursive: true })
    const [node = ''] = execFileSync('which', ['-a', 'node'], { encoding: 'utf8' })
      .split('\n')
      .filter((path) => !path.includes('node_modules'))
    cpSync(node, join(rootfs, 'usr/bin/node'))
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(rootfs, 'usr/bin/npm'))
    const container = this.buildah('from', 'scratch')
    this.buildah('copy', '-q', container, rootfs, '/')
    this.buildah('config', '--env', 'PATH=/usr/bin:/bin:/usr/sbin:/sbin', container)
    this.buildah('commit', '-q', container, BUILDER)
    this.buildah('rm', container)
    rmSync(rootfs, { recursive: true, force: true })
  }

  /** @returns its size in bytes */
  build(tarball: string): number {
    const context = join(this.#folder, 'context')
    mkdirSync(context, { recursive: true })
    cpSync(tarball, join(context, 'quorumdeck-0.tgz'))
    cpSync(join(HERE, 'slim.cjs'), join(context, 'slim.cjs'))
    const npmrc = join(this.#folder, 'npmrc')
    const own = join(homedir(), '.npmrc')
    const settings = existsSync(own) ? readFileSync(own, 'utf8') : ''
    writeFileSync(npmrc, `${settings}\ncafile=${CERTIFICATES}/ca-certificates.crt\n`)
    const volumes = [`${npmrc}:/root/.npmrc:ro`, `${CERTIFICATES}:${CERTIFICATES}:ro`].flatMap((one) => [
      '--volume',
      one,
    ])
    const file = ['-f', join(HERE, 'Containerfile'), '-t', IMAGE, context]
    this.buildah(
      'bud',
      '--format',
      'docker',
      '--isolation',
      'chroot',
      '--network',
      'host',
      '--build-arg',
      `BUILDER=${BUILDER}`,
      ...volumes,
      ...file,
    )
    const [made] = JSON.parse(this.buildah('images', '--json', IMAGE)) as { id: string }[]
    if (made === undefined) throw new Error('no image was built')
    const inspected = this.buildah('inspect', '--type', 'image', '--format', '{{.Manifest}}', IMAGE)
    const { layers } = JSON.parse(inspected) as { layers: { size: number }[] }
    return layers.reduce((sum, { size }) => sum + size, 0)
  }

  configuration(): Configuration {
    const whole = JSON.parse(this.buildah('inspect', '--type', 'image', IMAGE)) as { Docker: { config: Configuration } }
    return whole.Docker.config
  }

  /** A container of it, and where its file system is on this host. */
  create(): { container: string; root: string } {
    const container = this.buildah('from', IMAGE)
    return { container, root: this.buildah('mount', container) }
  }

  run(container: string, args: string[]): ChildProcess {
    return spawn('buildah', [
      ...this.#flags,
      'run',
      '--isolation',
      'chroot',
      '--network',
      'host',
      container,
      '--',
      ...args,
    ])
  }
}
