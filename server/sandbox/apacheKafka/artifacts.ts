/**
 * Finds Apache Kafka's jars: those of a Kafka home, or fetched once from Maven's repository into a cache folder. The
 * release archive is not needed: `kafka_2.13` and `kafka-tools` with their dependencies are a whole Kafka.
 */
import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface KafkaArtifacts {
  version: string
  /** For java's `-cp`. */
  classPath: string
}

/** log4j 1 by way of reload4j until 3.9, log4j 2 since 4.0; the artifacts of 4.x come without a binding for slf4j. */
function pom(version: string): string {
  const binding = version.startsWith('3.')
    ? ''
    : '<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.3</version></dependency>'
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>quorumdeck</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${version}</version></dependency>
${binding}</dependencies></project>
`
}

function cacheRoot(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'quorumdeck')
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/**
 * The jars of one Kafka version.
 * @param kafkaHome an unpacked Kafka release; then nothing is fetched.
 * @throws Error that names the missing program or artifact and the remedy.
 */
export async function kafkaArtifacts(version: string, kafkaHome?: string): Promise<KafkaArtifacts> {
  await run('java', ['-version']).catch(() => {
    throw new Error('Java is not on the PATH. Apache Kafka needs Java 17 or later: install a JRE and try again.')
  })
  if (kafkaHome !== undefined) {
    const libs = join(kafkaHome, 'libs')
    if (!(await exists(libs))) throw new Error(`${kafkaHome} is no Kafka home: it has no folder libs.`)
    return { version, classPath: join(libs, '*') }
  }
  const folder = join(cacheRoot(), `kafka-${version}`)
  if (!(await exists(folder))) {
    await mkdir(cacheRoot(), { recursive: true })
    const building = await mkdtemp(join(cacheRoot(), `kafka-${version}-fetching-`))
    try {
      await writeFile(join(building, 'pom.xml'), pom(version))
      await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=.', '-DincludeScope=runtime'], {
        cwd: building,
        maxBuffer: 16 * 1024 * 1024,
      })
      // Whole or not at all: another process may fetch at the same time, the first one wins.
      await rename(building, folder).catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
      })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new Error('Maven (mvn) is not on the PATH. Install it, or name an unpacked Kafka with --kafka-home.')
      }
      const output = String((error as { stdout?: string }).stdout ?? error).slice(-600)
      throw new Error(`Apache Kafka ${version} could not be fetched with Maven: ${output.trim()}`)
    } finally {
      await rm(building, { recursive: true, force: true })
    }
  }
  return { version, classPath: join(folder, '*') }
}
