/**
 * The lock that Kafka holds on a log directory while it runs (org.apache.kafka.server.util.FileLock: a POSIX record lock on `.lock`).
 * Node has none, and the locks of flock(2) and of open file descriptions do not exclude a Java process. So a small process of
 * python3, perl or java takes it and holds it until its standard input ends, which the end of this process brings about too.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface HeldLock {
  /** Which of the programs holds it. */
  by: string
  release(): Promise<void>
}

const PYTHON = `import fcntl, os, sys
try:
    f = os.open(sys.argv[1], os.O_RDWR)
except OSError as e:
    print('error ' + e.strerror, flush=True); sys.exit(1)
try:
    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    print('busy', flush=True); sys.exit(1)
print('held', flush=True)
sys.stdin.read()`

/** struct flock of Linux on 64 bits: type, whence, start, length, process. */
const PERL = `use Fcntl; $| = 1;
open(my $f, '+<', $ARGV[0]) or do { print "error $!\\n"; exit 1 };
my $lock = pack('s s x4 q q l x4', F_WRLCK, 0, 0, 0, 0);
fcntl($f, F_SETLK, $lock) or do { print "busy\\n"; exit 1 };
print "held\\n";
1 while <STDIN>;`

interface Program {
  name: string
  arguments: string[]
}

export const LOCK_PROGRAMS: readonly Program[] = [
  { name: 'python3', arguments: ['-c', PYTHON] },
  ...(process.platform === 'linux' ? [{ name: 'perl', arguments: ['-e', PERL] }] : []),
  { name: 'java', arguments: [join(import.meta.dirname, 'HoldLock.java')] },
]

type Answer = HeldLock | 'held' | { error: string } | null

/** `null` where the program is not there or does not work here. */
function holdBy(program: Program, path: string): Promise<Answer> {
  const child = spawn(program.name, [...program.arguments, path], { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  child.stdin.on('error', () => {})
  return new Promise((resolve) => {
    let output = ''
    void ended.then(() => resolve(null))
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const line = /^(.*)\n/.exec(output)?.[1]?.trim()
      if (line === undefined) return
      if (line === 'busy') resolve('held')
      else if (line.startsWith('error ')) resolve({ error: line.slice(6) })
      else if (line === 'held')
        resolve({
          by: program.name,
          release: async () => {
            child.stdin.end()
            await ended
          },
        })
    })
  })
}

/**
 * @param path of the `.lock` file, which is there
 * @returns `held` where another process has it, `unavailable` where no program here can take it
 * @throws Error where the file cannot be opened for writing
 */
export async function holdLock(path: string, programs = LOCK_PROGRAMS): Promise<HeldLock | 'held' | 'unavailable'> {
  for (const program of programs) {
    const answer = await holdBy(program, path)
    if (answer === null) continue
    if (typeof answer === 'object' && 'error' in answer) throw new Error(`${path}: ${answer.error}`)
    return answer
  }
  return 'unavailable'
}
