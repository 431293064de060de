/** Kafka's own command line tools: the other witness in tests, and what an operator would have typed. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { KafkaArtifacts } from './artifacts.ts'

const run = promisify(execFile)

export const METADATA_QUORUM = 'org.apache.kafka.tools.MetadataQuorumCommand'

/** The main class behind each script of Kafka's `bin`. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  'bin/kafka-storage.sh': 'kafka.tools.StorageTool',
  'bin/kafka-server-start.sh': 'kafka.Kafka',
  'bin/kafka-metadata-quorum.sh': METADATA_QUORUM,
  'bin/kafka-features.sh': 'org.apache.kafka.tools.FeatureCommand',
  'bin/kafka-cluster.sh': 'org.apache.kafka.tools.ClusterTool',
  'bin/kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'bin/kafka-reassign-partitions.sh': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'bin/kafka-log-dirs.sh': 'org.apache.kafka.tools.LogDirsCommand',
  'bin/kafka-broker-api-versions.sh': 'kafka.admin.BrokerApiVersionsCommand',
  'bin/kafka-configs.sh': 'kafka.admin.ConfigCommand',
  // Of Kafka 4; 3.9 has it in kafka.admin.
  'bin/kafka-acls.sh': 'org.apache.kafka.tools.AclCommand',
}

/**
 * Runs a tool's main class and gives what it printed on standard output. Takes 1-2 s: a JVM each time.
 * @throws Error with the tool's output when it exits with another code than 0.
 */
export async function runTool(kafka: KafkaArtifacts, mainClass: string, args: string[]): Promise<string> {
  try {
    const { stdout } = await run(
      'java',
      ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', kafka.classPath, mainClass, ...args],
      { maxBuffer: 16 * 1024 * 1024, timeout: 90_000 },
    )
    return stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${mainClass} ${args.join(' ')} failed: ${stdout.slice(-1500)} ${stderr.slice(-1500)}`)
  }
}

/** `id:directory` of every voter, sorted, as Kafka's own tool describes the quorum. */
export async function votersByTool(
  tool: (mainClass: string, args: string[]) => Promise<string>,
  controllers: readonly string[],
): Promise<string[]> {
  const text = await tool(METADATA_QUORUM, [
    '--bootstrap-controller',
    controllers.join(','),
    'describe',
    '--replication',
  ])
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells[6] === 'Leader' || cells[6] === 'Follower')
    .map((cells) => `${cells[0]}:${cells[1]}`)
    .sort()
}
