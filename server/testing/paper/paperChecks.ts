/** For tests: every check by hand that a runbook writes, as somebody does it who reads it there. */
import { readFile, statfs } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { KafkaNode } from '../../sandbox/apacheKafka/node.ts'
import type { Paper, PaperCheck, PaperStep } from './paper.ts'
import {
  type PartitionLook,
  type ReplicaLook,
  readBrokers,
  readProperties,
  readReplication,
  readStatus,
  readTopics,
  type StatusLook,
} from './paperLooks.ts'

/** What each command that checks name prints at one moment; asked once each. */
export interface Look {
  printed(name: string): Promise<string>
}

export interface Reader {
  paper: Paper
  step: PaperStep
  check: PaperCheck
  /** Two looks, one after the other: where the paper wants more of them, or a minute, two prove that it can hold. */
  looks: readonly [Look, Look]
  /** Who is on the way to be a voter; the last node that was started by the paper. */
  candidate: number | null
  /** The node that the step is about. */
  subject(): number
  node(nodeId: number): KafkaNode
  nodes(): KafkaNode[]
  /** Runs a command as it is written. */
  typed(text: string): Promise<string>
  /** The highest high watermark that was ever seen. */
  highest: number
}

/** What was seen where a check does not hold; `null` where it does. */
export type Verdict = string | null

const FETCHES_WITHIN_MS = 2000
const CAUGHT_UP = 10

const verdict = (ok: boolean, seen: unknown): Verdict =>
  ok ? null : typeof seen === 'string' ? seen : (JSON.stringify(seen) ?? 'nothing')

const status = async (look: Look): Promise<StatusLook> => readStatus(await look.printed('status'))
const rows = async (look: Look): Promise<ReplicaLook[]> => readReplication(await look.printed('replication'))
const partitions = async ({ looks }: Reader): Promise<PartitionLook[]> => readTopics(await looks[0].printed('topics'))
const listsUnfencedAlone = ({ paper }: Reader) => paper.looks.get('brokers')?.includes('lists unfenced brokers alone')
const propertiesOf = async (node: KafkaNode) => readProperties(await readFile(node.configFile, 'utf8'))
const isVoter = ({ status: is }: ReplicaLook) => is !== 'Observer'
const fetches = ({ ageMs }: ReplicaLook) => ageMs < FETCHES_WITHIN_MS
const idsOf = ({ voters }: StatusLook) => voters.map((v) => v.id).sort((a, b) => a - b)
const votersText = ({ voters }: StatusLook) =>
  voters
    .map((v) => `${v.id}:${v.directoryId}`)
    .sort()
    .join()
const numbers = (text: string) => [...text.matchAll(/\d+/g)].map(Number)

async function statuses({ looks }: Reader): Promise<[StatusLook, StatusLook]> {
  return [await status(looks[0]), await status(looks[1])]
}

function candidateOf({ candidate, subject }: Reader): number {
  return candidate ?? subject()
}

/** What the step's own command does to the voters. */
function changeOf({ step }: Reader): 'add' | 'remove' | 'stop' {
  const text = step.commands.map((c) => c.text).join('\n')
  if (text.includes(' add-controller')) return 'add'
  return text.includes(' remove-controller') ? 'remove' : 'stop'
}

/** The ids that vote afterwards. */
function votersAfter(reader: Reader, now: readonly ReplicaLook[]): number[] {
  const voters = now.filter(isVoter).map((r) => r.id)
  switch (changeOf(reader)) {
    case 'add':
      return [...voters, candidateOf(reader)]
    case 'remove':
      return voters.filter((id) => id !== reader.subject())
    case 'stop':
      return voters
  }
}

/** More than half of these voters fetch, without those that are left out. */
function moreThanHalf(now: readonly ReplicaLook[], voters: readonly number[], leftOut: number | null): Verdict {
  const counted = voters.filter((id) => id !== leftOut && now.some((r) => r.id === id && fetches(r)))
  return verdict(counted.length * 2 > voters.length, { voters, counted, now })
}

const rowOf = (now: readonly ReplicaLook[], id: number) => now.filter((r) => r.id === id)

/** Of the voters of now. */
async function mostOfAll(reader: Reader, leftOut: number | null): Promise<Verdict> {
  const now = await rows(reader.looks[0])
  return moreThanHalf(
    now,
    now.filter(isVoter).map((row) => row.id),
    leftOut,
  )
}

async function mostAfterwards(reader: Reader, look: Look, leftOut: number | null): Promise<Verdict> {
  const now = await rows(look)
  return moreThanHalf(now, votersAfter(reader, now), leftOut)
}

const carriers = (reader: Reader, look: Look): Promise<Verdict> =>
  mostAfterwards(reader, look, changeOf(reader) === 'stop' ? reader.subject() : null)

/** Of the old incarnation: where it was when the paper was written. */
function oldDirectory({ paper, subject }: Reader): string | null {
  return readStatus(paper.statusThen).voters.find((v) => v.id === subject())?.directoryId ?? null
}

async function grows(reader: Reader, is: (row: ReplicaLook) => boolean): Promise<Verdict> {
  const [first, then] = [(await rows(reader.looks[0])).find(is), (await rows(reader.looks[1])).find(is)]
  return verdict(then === undefined || (first !== undefined && then.ageMs > first.ageMs), { first, then })
}

/** In whatever way the paper's command tells it. */
async function stateOf(reader: Reader, nodeId: number, look = reader.looks[0]): Promise<string> {
  const state = readBrokers(await look.printed('brokers')).get(nodeId)
  return state ?? (listsUnfencedAlone(reader) ? 'fenced or gone' : 'gone')
}

/** The brokers that the moves of the step, or those before it, are about. */
function leaving({ step }: Reader): number[] {
  return numbers(/brokers? ([\d, and]+)/.exec(step.heading)?.[1] ?? '')
}

function movesOf({ step }: Reader): { replicas: number[] }[] {
  return step.commands.flatMap(({ text }) => {
    const json = /^\{"version":1.*$/m.exec(text)?.[0]
    return json === undefined ? [] : (JSON.parse(json) as { partitions: { replicas: number[] }[] }).partitions
  })
}

async function noneHolds(reader: Reader, ids: readonly number[]): Promise<Verdict> {
  const held = (await partitions(reader)).filter((p) => p.replicas.some((id) => ids.includes(id)))
  return verdict(ids.length > 0 && held.length === 0, held)
}

async function nothingMoves({ looks }: Reader): Promise<Verdict> {
  const text = await looks[0].printed('moves')
  return verdict(text.includes('No partition reassignments found.'), text)
}

async function isNotListed(reader: Reader, look: Look): Promise<Verdict> {
  const listed = readBrokers(await look.printed('brokers'))
  return verdict(!listed.has(reader.subject()), [...listed])
}

/** A TCP connection, as `nc -vz` makes it. */
async function connects(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, 'localhost')
    const end = (ok: boolean) => {
      socket.destroy()
      resolve(ok)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

/** Names of properties that the paper's own commands change. */
const editedBy = ({ paper }: Reader) =>
  new Set(
    paper.steps.flatMap((s) =>
      s.commands
        .filter((c) => c.prints === null)
        .flatMap((c) => [...c.text.matchAll(/([a-z][\w.]+)=/g)].map((m) => m[1])),
    ),
  )

const CHECKS: Readonly<Record<string, (reader: Reader) => Promise<Verdict>>> = {
  '`status` answers, twice, with the same LeaderId, and the HighWatermark of the second is not lower': async (r) => {
    const [one, two] = await statuses(r)
    return verdict(one.leaderId === two.leaderId && two.highWatermark >= one.highWatermark, [one, two])
  },
  '`status`: LeaderId is the same in two calls': async (r) => {
    const [one, two] = await statuses(r)
    return verdict(one.leaderId === two.leaderId && one.leaderId >= 0, [one, two])
  },
  '`status`: ClusterId is the one written above': async (r) => {
    const { clusterId } = await status(r.looks[0])
    return verdict(clusterId === r.paper.clusterId && r.check.demand.includes(clusterId), clusterId)
  },
  'at each address of a controller that runs, alone, `bin/kafka-metadata-quorum.sh --bootstrap-controller <that address> describe --status`: LeaderId and LeaderEpoch are the same everywhere':
    async (r) => {
      const ports = r.nodes().flatMap(({ running, spec }) => (running ? (spec.controllerPort ?? []) : []))
      const told = await Promise.all(
        ports.map((port) =>
          r.typed(`bin/kafka-metadata-quorum.sh --bootstrap-controller localhost:${port} describe --status`),
        ),
      )
      const leaders = told.map(readStatus).map((s) => `${s.leaderId} in ${s.epoch}`)
      return verdict(leaders.length > 0 && new Set(leaders).size === 1, leaders)
    },
  '`status`: HighWatermark is not lower than at any time before; nobody has formatted a voter since': async (r) => {
    const { highWatermark } = await status(r.looks[1])
    return verdict(highWatermark >= r.highest, `${highWatermark} after ${r.highest}`)
  },
  '`features`: kraft.version has FinalizedVersionLevel 1': async (r) => {
    const text = await r.looks[0].printed('features')
    return verdict(/^Feature: kraft\.version\b.*FinalizedVersionLevel: 1\b/m.test(text), text)
  },
  '`replication`, then `status`: its HighWatermark is at least the LogEndOffset that the leader had; twice, with the same LeaderEpoch and CurrentVoters. An idle log need not grow':
    async (r) => {
      const leader = (await rows(r.looks[0])).find((row) => row.status === 'Leader')
      const [one, two] = await statuses(r)
      const reached = leader !== undefined && two.highWatermark >= leader.end
      return verdict(reached && one.epoch === two.epoch && votersText(one) === votersText(two), [leader, one, two])
    },
  '`status`, three times within ten seconds: CurrentVoters is the same, and holds LeaderId': async (r) => {
    const [one, two] = await statuses(r)
    return verdict(votersText(one) === votersText(two) && idsOf(two).includes(two.leaderId), [one, two])
  },
  '`status`: CurrentVoters are those written here': async (r) => {
    const wanted = /^The voters are those that the plan knows: (.*)$/.exec(r.check.demand)?.[1] ?? ''
    const ids = idsOf(await status(r.looks[1]))
    const text = ids.length < 2 ? ids.join() : `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)}`
    return verdict(wanted === text, `the voters ${text}`)
  },
  '`status`: every entry of CurrentVoters has a directoryId and endpoints': async (r) => {
    const { voters } = await status(r.looks[0])
    const nameless = voters.filter(
      (v) => v.directoryId === null || /^A*$/.test(v.directoryId) || v.endpoints.length === 0,
    )
    return verdict(voters.length > 0 && nameless.length === 0, voters)
  },
  '`replication`: LastFetchTimestamp of every voter below two seconds': async (r) => {
    const voters = (await rows(r.looks[0])).filter(isVoter)
    return verdict(voters.length > 0 && voters.every(fetches), voters)
  },
  '`status`: CurrentVoters has at least two entries': async (r) => {
    const ids = idsOf(await status(r.looks[0]))
    return verdict(ids.length >= 2, ids)
  },
  '`status`, for a minute: the same LeaderEpoch and CurrentVoters': async (r) => {
    const [one, two] = await statuses(r)
    return verdict(one.epoch === two.epoch && votersText(one) === votersText(two), [one, two])
  },
  '`replication`: a voter fetches where its LastFetchTimestamp is below two seconds; of all voters more than half do': (
    r,
  ) => mostOfAll(r, null),
  '`replication`: a voter fetches where its LastFetchTimestamp is below two seconds; of the voters that there will be afterwards more than half do':
    (r) => mostAfterwards(r, r.looks[0], null),
  '`replication`: a voter fetches where its LastFetchTimestamp is below two seconds; count the new one as dead: of the voters that there will be afterwards still more than half do':
    (r) => mostAfterwards(r, r.looks[0], candidateOf(r)),
  '`replication`: a voter fetches where its LastFetchTimestamp is below two seconds; leave this one out: of all voters still more than half do':
    (r) => mostOfAll(r, r.subject()),
  '`replication`: a voter fetches where its LastFetchTimestamp is below two seconds; those that do are a majority of all voters, and at least so many more as written':
    async (r) => {
      const voters = (await rows(r.looks[0])).filter(isVoter)
      const margin = voters.filter(fetches).length - (Math.floor(voters.length / 2) + 1)
      const wanted = Number(/(\d+) or more$/.exec(r.check.demand)?.[1])
      return verdict(margin >= wanted, `margin ${margin}, not ${wanted}`)
    },
  '`replication`: a voter fetches where its LastFetchTimestamp is below two seconds; of the voters that there will be afterwards, without one that is to stop, more than half do':
    (r) => carriers(r, r.looks[0]),
  '`replication`, five times within ten seconds: LastFetchTimestamp of the voters that are counted on, more than half of those that there will be, below two seconds in each':
    async (r) => (await carriers(r, r.looks[0])) ?? (await carriers(r, r.looks[1])),
  '`replication`: of the other voters so many as written have Lag 0 or close to it': async (r) => {
    const wanted = Number(/(\d+) of the others$/.exec(r.check.demand)?.[1])
    const others = (await rows(r.looks[0])).filter(
      (row) => isVoter(row) && row.id !== r.subject() && row.lag <= CAUGHT_UP,
    )
    return verdict(others.length >= wanted, others)
  },
  '`replication`, five times within ten seconds: Lag of the candidate at most 10 in each': async (r) => {
    const both = [await rows(r.looks[0]), await rows(r.looks[1])].map((now) =>
      rowOf(now, candidateOf(r)).filter(fetches),
    )
    return verdict(
      both.every(([row]) => row !== undefined && row.lag <= CAUGHT_UP),
      both,
    )
  },
  '`replication`: LastFetchTimestamp of the candidate below two seconds': async (r) => {
    const mine = rowOf(await rows(r.looks[0]), candidateOf(r))
    return verdict(mine.some(fetches), mine)
  },
  'process.roles in its properties file holds controller, and `replication` lists it as Observer': async (r) => {
    const roles = (await propertiesOf(r.node(candidateOf(r)))).get('process.roles')
    const mine = rowOf(await rows(r.looks[0]), candidateOf(r))
    return verdict(roles?.includes('controller') === true && mine.some((row) => !isVoter(row)), [roles, mine])
  },
  'listeners or advertised.listeners in its properties file names every listener of controller.listener.names with a host that the other controllers can resolve':
    async (r) => {
      const file = await propertiesOf(r.node(candidateOf(r)))
      const named = `${file.get('listeners')},${file.get('advertised.listeners')}`
      const names = (file.get('controller.listener.names') ?? '').split(',')
      return verdict(
        names.every((name) => named.includes(`${name}://localhost:`)),
        [...file],
      )
    },
  'on every other controller, `nc -vz <its host> <its controller port>` connects; from here alone it proves less':
    async (r) => {
      const port = r.node(candidateOf(r)).spec.controllerPort
      return verdict(port !== null && (await connects(port)), `no connection to ${port}`)
    },
  '`replication`: of several rows with its id only one has a LastFetchTimestamp below two seconds': async (r) => {
    const mine = rowOf(await rows(r.looks[0]), candidateOf(r))
    return verdict(mine.filter(fetches).length === 1, mine)
  },
  '`status`: no entry of CurrentVoters has this id': async (r) => {
    const ids = idsOf(await status(r.looks[1]))
    return verdict(!ids.includes(candidateOf(r)), ids)
  },
  '`status`: CurrentVoters has this id with this directory id': async (r) => {
    const [, id, directoryId] = /: (\d+) (\S+)$/.exec(r.check.demand) ?? []
    const { voters } = await status(r.looks[0])
    return verdict(
      voters.some((v) => v.id === Number(id) && v.directoryId === directoryId),
      voters,
    )
  },
  '`replication`: LastFetchTimestamp of the old directory id grows from one call to the next': (r) =>
    grows(r, (row) => row.directoryId === oldDirectory(r)),
  'on its host, `ps -ef | grep kafka.Kafka` shows no process that was started with its properties file, or it is that of the successor: `replication` lists an Observer with the same id and another directory id, LastFetchTimestamp below two seconds':
    async (r) => {
      if (!r.node(r.subject()).running) return null
      const mine = rowOf(await rows(r.looks[0]), r.subject())
      return verdict(
        mine.some((row) => !isVoter(row) && row.directoryId !== oldDirectory(r) && fetches(row)),
        mine,
      )
    },
  '`replication`: an Observer with the same id and another directory id, Lag at most 10': async (r) => {
    const mine = rowOf(await rows(r.looks[0]), r.subject())
    const ready = mine.some((row) => !isVoter(row) && row.directoryId !== oldDirectory(r) && row.lag <= CAUGHT_UP)
    return verdict(ready, mine)
  },
  '`grep controller.quorum.auto.join.enable` in the properties file of every controller: true where the plan says that it joins by itself, else false or absent':
    async (r) => {
      const joining = await Promise.all(
        r.nodes().map(async (node) => (await propertiesOf(node)).get('controller.quorum.auto.join.enable') === 'true'),
      )
      return verdict(!joining.includes(true), joining)
    },
  'controller.quorum.auto.join.enable is not true in its properties file, or its process is stopped': async (r) => {
    const node = r.node(r.subject())
    const joins = (await propertiesOf(node)).get('controller.quorum.auto.join.enable') === 'true'
    return verdict(!joins || !node.running, 'it joins by itself')
  },
  '`status` and `replication`: the new voter is listed, and fetches': async (r) => {
    const ids = idsOf(await status(r.looks[0]))
    const mine = rowOf(await rows(r.looks[0]), candidateOf(r))
    return verdict(ids.includes(candidateOf(r)) && mine.some((row) => isVoter(row) && fetches(row)), [ids, mine])
  },
  '`status`, for a minute: the removed id does not come back': async (r) => {
    const both = (await statuses(r)).map(idsOf)
    return verdict(!both.flat().includes(r.subject()), both)
  },
  '`below min.insync.replicas` and `at min.insync.replicas`: nothing that is printed names this node among its Isr, nor any partition whose only replica it has':
    async (r) => {
      const printed = `${await r.looks[0].printed('below min.insync.replicas')}\n${await r.looks[0].printed('at min.insync.replicas')}`
      const hit = readTopics(printed).filter(
        (p) => p.isr.includes(r.subject()) || p.replicas.join() === `${r.subject()}`,
      )
      return verdict(hit.length === 0, hit)
    },
  '`moves`: “No partition reassignments found.”': nothingMoves,
  '`replication`: its Lag at most 10, its LastFetchTimestamp below two seconds': async (r) => {
    const mine = rowOf(await rows(r.looks[0]), r.subject())
    return verdict(
      mine.some((row) => fetches(row) && row.lag <= CAUGHT_UP),
      mine,
    )
  },
  '`brokers`: its line says unfenced; `topics`: wherever it is among the Replicas it is among the Isr': async (r) => {
    const state = await stateOf(r, r.subject())
    const out = (await partitions(r)).filter((p) => p.replicas.includes(r.subject()) && !p.isr.includes(r.subject()))
    return verdict(state === 'unfenced' && out.length === 0, [state, out])
  },
  '`replication`: no Observer has the id of a voter; the directory id in meta.properties is the one in `status`':
    async (r) => {
      const { voters } = await status(r.looks[0])
      const doubled = (await rows(r.looks[0])).filter((row) => !isVoter(row) && voters.some((v) => v.id === row.id))
      const text = await readFile(join(r.node(r.subject()).logDirectory, 'meta.properties'), 'utf8')
      const own = /^directory\.id=(.*)$/m.exec(text)?.[1]?.trim()
      const told = voters.find((v) => v.id === r.subject())?.directoryId
      return verdict(doubled.length === 0 && own === told, { doubled, own, told })
    },
  'super.users, authorizer.class.name, controller.quorum.voters and the sasl settings are the same in the properties files of all controllers, apart from what this run edits':
    async (r) => {
      const edited = editedBy(r)
      const files = await Promise.all(
        r
          .nodes()
          .filter((n) => n.running && n.spec.controllerPort !== null)
          .map(propertiesOf),
      )
      const kept = files.map((file) =>
        [...file]
          .filter(([key]) => /^(super\.users|authorizer\.class\.name|controller\.quorum\.voters|sasl\..*)$/.test(key))
          .filter(([key]) => !edited.has(key))
          .toSorted()
          .join(),
      )
      return verdict(new Set(kept).size === 1, kept)
    },
  '`configuration` with its id: the values are those written here, null or empty for a line that is deleted. Of a dedicated controller, ask with --bootstrap-controller and its address':
    async (r) => {
      const node = r.node(r.subject())
      const file = await propertiesOf(node)
      const ask = (r.paper.looks.get('configuration') ?? '').replaceAll('<node id>', String(r.subject()))
      const isDedicated = file.get('process.roles') === 'controller'
      const address = `--bootstrap-controller localhost:${node.spec.controllerPort}`
      const told = readProperties(await r.typed(isDedicated ? ask.replace(/--bootstrap-server \S+/, address) : ask))
      const written = r.step.commands.filter((c) => c.prints === null).flatMap((c) => c.text.split('\n'))
      const keys = written.map((line) => /([a-z][\w.]+)=/.exec(line)?.[1] ?? line)
      const said = (key: string) => (told.get(key) === 'null' ? '' : (told.get(key) ?? ''))
      const other = keys.filter((key) => said(key) !== (file.get(key) ?? ''))
      return verdict(
        keys.length > 0 && other.length === 0,
        other.map((key) => `${key}=${told.get(key)}`),
      )
    },
  'in the properties file of every node controller.quorum.bootstrap.servers names a voter of `status`, none that has left, and controller.quorum.voters is absent; `configuration` tells so after its next restart alone':
    async (r) => {
      const now = await status(r.looks[0])
      const addresses = ({ voters }: StatusLook) =>
        voters.flatMap((v) => v.endpoints.map((e) => e.replace(/^.*:\/\//, '')))
      const voters = addresses(now)
      const left = addresses(readStatus(r.paper.statusThen)).filter((address) => !voters.includes(address))
      const wrong: string[] = []
      for (const node of r.nodes().filter((n) => n.running)) {
        const file = await propertiesOf(node)
        const named = (file.get('controller.quorum.bootstrap.servers') ?? '').split(',')
        const holds = named.some((one) => voters.includes(one)) && !named.some((one) => left.includes(one))
        if (!holds || file.has('controller.quorum.voters')) wrong.push(`${node.spec.nodeId}: ${named}`)
      }
      return verdict(voters.length > 0 && wrong.length === 0, wrong)
    },
  'on every controller, `bin/kafka-topics.sh --version` prints 4.1 or later; `features`: SupportedMaxVersion of kraft.version is 1':
    async (r) => {
      const release = await r.typed('bin/kafka-topics.sh --version')
      const features = await r.looks[0].printed('features')
      const ok =
        /^(4\.[1-9]|[5-9]\.)/m.test(release) && /^Feature: kraft\.version\b.*SupportedMaxVersion: 1\b/m.test(features)
      return verdict(ok, `${release}\n${features}`)
    },
  '`brokers`: no line says fenced, unless its process runs and is on its way': async (r) => {
    const fenced = [...readBrokers(await r.looks[0].printed('brokers'))].filter(
      ([id, state]) => state === 'fenced' && !r.node(id).running,
    )
    return verdict(fenced.length === 0, fenced)
  },
  '`brokers`: it has a line, unless that lists unfenced brokers alone': async (r) => {
    const state = await stateOf(r, r.subject())
    return verdict(state !== 'gone', state)
  },
  '`status`: CurrentVoters has no entry with this id, or process.roles in its file is controller alone': async (r) => {
    const ids = idsOf(await status(r.looks[0]))
    const roles = (await propertiesOf(r.node(r.subject()))).get('process.roles')
    return verdict(!ids.includes(r.subject()) || roles === 'controller', [ids, roles])
  },
  '`brokers`: its line says fenced; `replication`: its LastFetchTimestamp grows from one call to the next': async (
    r,
  ) => {
    const state = await stateOf(r, r.subject())
    return (
      verdict(state.startsWith('fenced'), state) ?? (await grows(r, (row) => row.id === r.subject() && !isVoter(row)))
    )
  },
  '`topics`: no Replicas holds its id; look for it between commas and blanks, 7 is not 17': (r) =>
    noneHolds(r, [r.subject()]),
  '`brokers`: it has no line': (r) => isNotListed(r, r.looks[0]),
  '`brokers`, for a minute: it has no line': (r) => isNotListed(r, r.looks[1]),
  '`topics`: no Replicas holds one of their ids': (r) => noneHolds(r, leaving(r)),
  '`dynamic configuration`: the values are those of the command, or gone where it deletes them': async (r) => {
    const told = await r.looks[0].printed('dynamic configuration')
    const wrong = r.step.commands.flatMap(({ text }) =>
      text.split('\n').flatMap((line) => {
        const [, entity, name] = / --entity-type (\w+)s --entity-name (\S+)/.exec(line) ?? []
        const set = / --add-config '?([^' ]+)/.exec(line)?.[1]?.split(',') ?? []
        const gone = / --delete-config (\S+)/.exec(line)?.[1]?.split(',') ?? []
        if (set.length + gone.length === 0) return [`not understood: ${line}`]
        const section = told
          .split(/^(?=Dynamic configs for )/m)
          .find((one) => one.startsWith(`Dynamic configs for ${entity} ${name} are:`))
        const values = readProperties(section ?? '')
        return [
          ...set.filter((one) => `${values.get(one.split('=')[0] ?? '')}` !== one.split('=')[1]),
          ...gone.filter((one) => values.has(one)),
        ]
      }),
    )
    return verdict(wrong.length === 0, [wrong, told])
  },
  'nothing is to be checked: `topics` tells by hand what is read from the metadata log here': async () => null,
  '`topics`: the highest ReplicationFactor is at most the number of brokers that `brokers` shows unfenced, without those that leave':
    async (r) => {
      const highest = (await partitions(r)).reduce((most, p) => Math.max(most, p.replicas.length), 0)
      const left = [...readBrokers(await r.looks[0].printed('brokers'))].filter(
        ([id, state]) => state === 'unfenced' && !leaving(r).includes(id),
      )
      return verdict(highest <= left.length, { highest, left })
    },
  '`disks`: add up the size of what is to move; `df` on each receiving host shows more than that, and a tenth of the disk beyond it':
    async (r) => {
      const sizes = [...(await r.looks[0].printed('disks')).matchAll(/"size":(\d+)/g)].map((m) => Number(m[1]))
      const size = sizes.reduce((sum, one) => sum + one, 0)
      const { bavail, blocks, bsize } = await statfs(r.nodes()[0]?.spec.folder ?? '/')
      return verdict(bavail * bsize > size + (blocks * bsize) / 10, `${bavail * bsize} bytes are left for ${size}`)
    },
  '`moves`: none, or only partitions of the brokers that are emptied': nothingMoves,
  '`moves`: none': nothingMoves,
  '`brokers`: the line of every receiving broker says unfenced': async (r) => {
    const receiving = new Set(movesOf(r).flatMap((move) => move.replicas))
    const states = await Promise.all([...receiving].map(async (id) => `${id} ${await stateOf(r, id)}`))
    return verdict(states.length > 0 && states.every((text) => text.endsWith(' unfenced')), states)
  },
}

/** @throws Error for a check that nobody here knows how to do */
export async function checkedByHand(reader: Reader): Promise<Verdict> {
  const check = CHECKS[reader.check.byHand]
  if (check === undefined) throw new Error(`nobody knows how to check by hand: ${reader.check.byHand}`)
  return await check(reader)
}
