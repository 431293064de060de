/** `kafka-metadata-quorum describe --replication` as an operator runs it: wall and CPU time of the process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { kafkaArtifacts } from '../server/sandbox/apacheKafka/artifacts.ts'
import { METADATA_QUORUM } from '../server/sandbox/apacheKafka/tools.ts'

export interface ToolRun {
  wallMs: number
  cpuMs: number
}

/** The lightest JVM flags that the product itself runs the tool with, so the comparison favours the tool. */
const JVM = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']

/** `0m1.23s` of the shell's `times`, in ms. */
function shellTimeMs(text: string): number {
  const [, minutes = '0', seconds = '0'] = /(\d+)m([\d.]+)s/.exec(text) ?? []
  return (Number(minutes) * 60 + Number(seconds)) * 1000
}

export async function describeByTool(version: string, bootstrap: string): Promise<ToolRun> {
  const { classPath } = await kafkaArtifacts(version)
  const describe = ['--bootstrap-controller', bootstrap, 'describe', '--replication']
  const java = ['java', ...JVM, '-cp', classPath, METADATA_QUORUM, ...describe]
  const startedMs = performance.now()
  const shell = spawn('sh', ['-c', '"$@" >/dev/null 2>&1; code=$?; times; exit $code', 'sh', ...java], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 90_000,
  })
  let output = ''
  shell.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const [code] = (await once(shell, 'close')) as [number | null]
  if (code !== 0) throw new Error(`the tool ended with ${code}`)
  // The second line holds user and system time of the children.
  const children = output.trim().split('\n').at(-1)?.split(' ') ?? []
  return { wallMs: performance.now() - startedMs, cpuMs: children.reduce((sum, text) => sum + shellTimeMs(text), 0) }
}
