/** Programs that tests need and npm does not bring: found, or installed where that is possible. */
import { spawnSync } from 'node:child_process'

interface Program {
  name: string
  /** Any of these will do: on the PATH, or where a pattern finds it. */
  commands: string[]
  debianPackage: string
}

export const JAVA: Program = { name: 'Java', commands: ['java'], debianPackage: 'default-jdk-headless' }
export const MAVEN: Program = { name: 'Maven', commands: ['mvn'], debianPackage: 'maven' }
export const CHROMIUM: Program = {
  name: 'Chromium',
  commands: ['chromium', 'chromium-browser', 'google-chrome'],
  debianPackage: 'chromium',
}
export const PROMETHEUS: Program = { name: 'Prometheus', commands: ['prometheus'], debianPackage: 'prometheus' }
export const ALERTMANAGER: Program = {
  name: 'Alertmanager',
  commands: ['prometheus-alertmanager', 'alertmanager'],
  debianPackage: 'prometheus-alertmanager',
}

/** What a KDC is made of; Debian keeps two of them where only root looks. */
export const KERBEROS: Program[] = [
  { name: 'the KDC of MIT Kerberos', commands: ['/usr/sbin/krb5kdc', 'krb5kdc'], debianPackage: 'krb5-kdc' },
  { name: 'kadmin.local', commands: ['/usr/sbin/kadmin.local', 'kadmin.local'], debianPackage: 'krb5-admin-server' },
  { name: 'kinit', commands: ['kinit'], debianPackage: 'krb5-user' },
]

/** Debian keeps its programs beside the PATH, one folder a version. */
export const POSTGRES: Program = {
  name: 'PostgreSQL',
  commands: ['/usr/lib/postgresql/*/bin/initdb'],
  debianPackage: 'postgresql',
}

function isThere(command: string): boolean {
  return spawnSync('sh', ['-c', `for one in ${command}; do command -v "$one" && exit; done; exit 1`]).status === 0
}

function found({ commands }: Program): boolean {
  return commands.some(isThere)
}

/** Names of the programs that are missing and could not be installed. */
export function missingPrograms(programs: Program[], say: (line: string) => void): string[] {
  const absent = programs.filter((p) => !found(p))
  if (absent.length > 0 && process.getuid?.() === 0 && isThere('apt-get')) {
    say(`Installing ${absent.map((p) => p.name).join(', ')} …`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', ...absent.map((p) => p.debianPackage)], { env, stdio: 'ignore' })
  }
  return programs.filter((p) => !found(p)).map((p) => p.name)
}
