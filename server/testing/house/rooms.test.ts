/** Who may import whom. The map is the one in ARCHITECTURE.md; a planted violation proves that this test can fail. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/**
 * Rooms that each room may import besides itself; a room within another one is a room of its own. `all`: what composes, and
 * what only tests import.
 */
const MAY_IMPORT: Record<string, readonly string[] | 'all'> = {
  'server/contract': [],
  'server/nodeConfig': ['server/contract'],
  'server/kafka': ['server/contract', 'server/kafka/records'],
  'server/kafka/records': ['server/contract'],
  'server/kafka/kerberos': ['server/contract', 'server/kafka'],
  'server/kafka/oauth': ['server/kafka'],
  'server/kafka/credentials': [
    'server/nodeConfig',
    'server/kafka',
    'server/kafka/kerberos',
    'server/kafka/oauth',
    'server/kafka/records',
  ],
  'server/quorum/log': ['server/contract', 'server/kafka/records'],
  'server/quorum/assessment': ['server/contract', 'server/nodeConfig', 'server/quorum/log'],
  'server/quorum/reading': [
    'server/contract',
    'server/nodeConfig',
    'server/kafka',
    'server/kafka/records',
    'server/quorum/log',
    'server/quorum/assessment',
  ],
  'server/storage': ['server/contract'],
  'server/history/samples': ['server/contract'],
  'server/history/words': ['server/contract', 'server/history/samples'],
  'server/history': [
    'server/contract',
    'server/quorum/reading',
    'server/history/samples',
    'server/history/words',
    'server/storage',
  ],
  'server/workflows/run': ['server/contract', 'server/quorum/assessment', 'server/quorum/log'],
  'server/workflows/moves': [
    'server/contract',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/workflows/run',
  ],
  'server/workflows/gates': [
    'server/contract',
    'server/nodeConfig',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/workflows/run',
    'server/workflows/moves',
    'server/recovery',
  ],
  'server/workflows/commands': ['server/contract', 'server/nodeConfig', 'server/workflows/run'],
  'server/workflows/wizards': [
    'server/contract',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/workflows/run',
    'server/workflows/moves',
    'server/workflows/gates',
    'server/workflows/commands',
    'server/recovery',
  ],
  'server/workflows/engine/decisions': [
    'server/contract',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/workflows/run',
    'server/workflows/moves',
    'server/workflows/gates',
    'server/workflows/commands',
    'server/workflows/wizards',
    'server/recovery',
  ],
  'server/workflows/engine': [
    'server/contract',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/quorum/reading',
    'server/storage',
    'server/workflows/run',
    'server/workflows/moves',
    'server/workflows/gates',
    'server/workflows/commands',
    'server/workflows/wizards',
    'server/workflows/engine/decisions',
    'server/workflows/engine/documents',
  ],
  'server/workflows/engine/documents': [
    'server/contract',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/workflows/run',
    'server/workflows/moves',
    'server/workflows/gates',
    'server/workflows/commands',
  ],
  // The arithmetic of a lost majority, and the command that goes by it on a host.
  'server/recovery': ['server/contract'],
  'server/disk': ['server/contract', 'server/nodeConfig', 'server/kafka/records', 'server/recovery'],
  // To it, the workflows are a port that the program fills.
  'server/cruiseControl': ['server/contract'],
  // A quorum that does not exist yet: files, commands, and whether it has formed.
  'server/bootstrap': [
    'server/contract',
    'server/nodeConfig',
    'server/workflows/engine/documents',
    'server/workflows/commands',
    'server/workflows/gates',
  ],
  // Files of a node's disk.
  'server/inspection': [
    'server/contract',
    'server/nodeConfig',
    'server/kafka/records',
    'server/quorum/log',
    'server/quorum/assessment',
    'server/recovery',
  ],
  // The way to a cluster, hop by hop.
  'server/connectionTest': ['server/contract', 'server/kafka', 'server/connectionTest/verdicts'],
  'server/connectionTest/verdicts': ['server/contract', 'server/quorum/log'],
  // What a probe gets of one controller.
  'server/readiness': ['server/contract'],
  // What of a cluster is worth an alert, what becomes of it in time, and who is told.
  'server/alerts/rules': ['server/contract'],
  'server/alerts/incidents': ['server/contract', 'server/alerts/rules'],
  'server/alerts/delivery': ['server/contract'],
  'server/alerts': [
    'server/contract',
    'server/quorum/reading',
    'server/storage',
    'server/workflows/engine',
    'server/alerts/rules',
    'server/alerts/incidents',
    'server/alerts/delivery',
  ],
  // Who may do what, and how people come to be somebody; the record of what they did.
  'server/access': ['server/contract', 'server/storage', 'server/alerts/delivery'],
  'server/audit': ['server/contract', 'server/storage', 'server/alerts/delivery'],
  'server/http': [
    'server/contract',
    'server/access',
    'server/audit',
    'server/readiness',
    'server/alerts',
    'server/bootstrap',
    'server/history',
    'server/inspection',
    'server/quorum/assessment',
    'server/quorum/reading',
    'server/storage',
    'server/workflows/engine',
    'server/workflows/run',
  ],
  // Several servers on one database.
  'server/replicas': [
    'server/contract',
    'server/alerts',
    'server/quorum/reading',
    'server/storage',
    'server/workflows/engine',
  ],
  'server/sandbox': ['server/contract'],
  // The rules on the core of the simulation, on a virtual clock; of the product only rehearsals look into it.
  'server/modelCheck': [
    'server/contract',
    'server/recovery',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/sandbox',
    'server/workflows/run',
    'server/workflows/wizards',
    'server/workflows/engine/decisions',
  ],
  'server/rehearsal': [
    'server/contract',
    'server/modelCheck',
    'server/quorum/assessment',
    'server/quorum/log',
    'server/sandbox',
    'server/workflows/run',
    'server/workflows/wizards',
    'server/workflows/engine/decisions',
  ],
  'server/rehearsal/thread': ['server/contract', 'server/rehearsal', 'server/workflows/run'],
  'server/program': 'all',
  'server/cli': ['server/contract'],
  'server/main.ts': ['server/cli', 'server/disk', 'server/program'],
  'server/testing': 'all',
  'components/live': ['server/contract'],
  'components/kit': ['server/contract', 'components/live'],
  'components/verdict': ['server/contract', 'components/live', 'components/kit'],
  // From what is seen to the wizard that deals with it.
  'components/workflows/links': ['server/contract', 'components/live', 'components/kit'],
  'components/alerts': ['server/contract', 'components/live', 'components/kit', 'components/workflows/shared'],
  'components/quorum': [
    'server/contract',
    'components/alerts',
    'components/live',
    'components/kit',
    'components/verdict',
    'components/workflows/links',
  ],
  'components/workflows/shared': [
    'server/contract',
    'components/live',
    'components/kit',
    'components/verdict',
    'components/workflows/links',
  ],
  'components/workflows': [
    'server/contract',
    'components/live',
    'components/kit',
    'components/verdict',
    'components/inspection',
    'components/workflows/links',
    'components/workflows/shared',
  ],
  'components/fleet': ['server/contract', 'components/live', 'components/kit', 'components/verdict'],
  'components/inspection': ['server/contract', 'components/live', 'components/kit', 'components/workflows/shared'],
  'components/bootstrap': ['server/contract', 'components/live', 'components/kit', 'components/verdict'],
  'components/runbook': [
    'server/contract',
    'components/live',
    'components/kit',
    'components/workflows/links',
    'components/workflows',
  ],
  'components/wall': [
    'server/contract',
    'components/live',
    'components/kit',
    'components/verdict',
    'components/workflows/links',
  ],
  // Coming in, who one is and why, people, and the record of what they did.
  'components/access': ['server/contract', 'components/live', 'components/kit'],
  'components/testing': 'all',
  app: [
    'server/contract',
    ...[
      'access',
      'alerts',
      'bootstrap',
      'fleet',
      'inspection',
      'kit',
      'live',
      'quorum',
      'runbook',
      'wall',
      'workflows',
    ].map((room) => `components/${room}`),
  ],
}

/** Plain data and functions that these rooms hold may be named elsewhere as types: what runs in a pure room stays pure. */
const MAY_IMPORT_TYPES: Record<string, readonly string[]> = {
  'server/kafka/credentials': ['server/kafka'],
  'server/quorum/assessment': ['server/kafka'],
  'server/workflows/run': ['server/quorum/reading'],
  'server/bootstrap': ['server/quorum/reading'],
  'server/connectionTest/verdicts': ['server/kafka'],
  'server/modelCheck': ['server/kafka'],
}

/** No clock, no randomness, no input or output: every file of these rooms, and of the rooms in them. */
const PURE_ROOMS = [
  'server/contract',
  'server/nodeConfig',
  'server/kafka/records',
  'server/quorum/log',
  'server/quorum/assessment',
  'server/history/words',
  'server/workflows/run',
  'server/workflows/moves',
  'server/workflows/gates',
  'server/workflows/commands',
  'server/workflows/wizards',
  'server/workflows/engine/decisions',
  'server/workflows/engine/documents',
  'server/bootstrap',
  'server/inspection',
  'server/recovery',
  'server/readiness',
  'server/connectionTest/verdicts',
  'server/rehearsal',
  'server/alerts/rules',
  'server/alerts/incidents',
  'server/modelCheck/world',
  'server/sandbox/simulatedQuorum/core',
]
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bMath\.random\(|\brandom(?:UUID|Bytes)\(|from 'node:|\bsetTimeout\(|\bsetInterval\(|\bfetch\(/

interface Import {
  specifier: string
  typeOnly: boolean
}

function importsOf(text: string): Import[] {
  const found: Import[] = []
  for (const match of text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"\n;]|\n)*?from\s+['"]([^'"]+)['"]/g,
  )) {
    found.push({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined })
  }
  for (const match of text.matchAll(/import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s+['"]([^'"]+)['"]/g)) {
    found.push({ specifier: match[1] ?? match[2] ?? '', typeOnly: false })
  }
  return found.filter(({ specifier }) => specifier.startsWith('.'))
}

const inRoom = (path: string, room: string) => path === room || path.startsWith(`${room}/`)

/** The innermost room on the map; `null` where the file is in none. */
function roomOf(path: string): string | null {
  const rooms = Object.keys(MAY_IMPORT).filter((room) => inRoom(path, room))
  return rooms.toSorted((a, b) => b.length - a.length)[0] ?? null
}

/** A room with a clock of its own within a pure one is named on the map: `rehearsal/thread`. */
function isPure(path: string): boolean {
  const pure = PURE_ROOMS.filter((room) => inRoom(path, room))
  return pure.some((room) => (roomOf(path)?.length ?? 0) <= room.length)
}

function violations(files: Map<string, string>): string[] {
  const wrong: string[] = []
  for (const [path, text] of files) {
    const room = roomOf(path)
    if (room === null) {
      wrong.push(`${path} is in no room of the map`)
      continue
    }
    const allowed = MAY_IMPORT[room]
    for (const { specifier, typeOnly } of importsOf(text)) {
      const target = join(dirname(path), specifier).split(sep).join('/')
      const other = roomOf(target) ?? target
      if (!/\.(ts|tsx|css|json|svg)$/.test(specifier)) wrong.push(`${path}: ${specifier} carries no extension`)
      if (other === room || allowed === 'all' || allowed?.includes(other)) continue
      if (typeOnly && MAY_IMPORT_TYPES[room]?.includes(other)) continue
      // The typed client: types of the API, nothing that runs.
      const api = inRoom(path, 'components/live') && target === 'server/http/api.ts' && typeOnly
      if (!api) wrong.push(`${path} (${room}) imports ${target} (${other})`)
    }
    if (isPure(path) && IMPURE.test(text)) wrong.push(`${path} is pure and must not use ${IMPURE.exec(text)?.[0]}`)
  }
  return wrong
}

/** Tests, styles and prose included; recorded bytes are data. */
function everyFile(): string[] {
  return ['server', 'components', 'app'].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('fixtures'))
      .map((entry) => relative(ROOT, join(entry.parentPath, entry.name))),
  )
}

function sources(): Map<string, string> {
  const files = new Map<string, string>()
  for (const top of ['server', 'components', 'app']) {
    for (const entry of readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })) {
      // Tests may look into every room.
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
      const path = join(entry.parentPath, entry.name)
      files.set(relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8'))
    }
  }
  return files
}

test('every import stays within what its room may use', () => {
  const files = sources()
  const rooms = [...Object.keys(MAY_IMPORT), ...PURE_ROOMS]
  expect(rooms.filter((room) => ![...files.keys()].some((path) => inRoom(path, room)))).toEqual([])
  expect(files.size).toBeGreaterThan(40)
  expect(violations(files)).toEqual([])
})

test.each([
  ['server/contract/x.ts', "import { a } from '../kafka/connection.ts'"],
  ['server/http/x.ts', "import { a } from '../sandbox/apacheKafka/start.ts'"],
  ['server/sandbox/x.ts', "export { a } from '../kafka/connection.ts'"],
  ['server/quorum/reading/x.ts', "const a = await import('../../http/live/hub.ts')"],
  ['server/quorum/assessment/x.ts', "import { a } from '../reading/observer.ts'"],
  ['server/quorum/log/x.ts', "import type { A } from '../assessment/sample.ts'"],
  ['server/workflows/run/x.ts', "import { a } from '../gates/gate.ts'"],
  ['server/workflows/run/x.ts', "import { a } from '../../quorum/reading/leaderWrites.ts'"],
  ['server/workflows/gates/quorum/x.ts', "import { a } from '../../wizards/parts.ts'"],
  ['server/workflows/moves/x.ts', "import { a } from '../gates/nodes/drainGates.ts'"],
  ['server/workflows/wizards/drain/x.ts', "import { a } from '../../engine/decisions/progress.ts'"],
  ['server/workflows/engine/decisions/x.ts', "import { a } from '../clusterRuns.ts'"],
  ['server/workflows/engine/x.ts', "import { a } from '../../kafka/connection.ts'"],
  ['server/modelCheck/world/x.ts', "import { a } from '../../workflows/engine/engine.ts'"],
  ['server/history/x.ts', "import { a } from '../testing/watching.ts'"],
  ['components/quorum/x.tsx', "import type { Api } from '../../server/http/api.ts'"],
  ['components/live/x.ts', "import { createApi } from '../../server/http/api.ts'"],
  ['components/live/queries/x.ts', "import { a } from '../../kit/Tag.tsx'"],
  ['components/kit/x.tsx', "import { a } from '../verdict/verdict.ts'"],
  ['components/quorum/table/x.tsx', "import { a } from '../../workflows/run/RunScreen.tsx'"],
  ['components/workflows/shared/x.tsx', "import '../run/actionPanel.css'"],
  ['components/inspection/x.tsx', "import { a } from '../workflows/run/RunScreen.tsx'"],
  ['components/wall/x.tsx', "import '../quorum/clusterScreen.css'"],
  ['app/x.tsx', "import { a } from '../server/main.ts'"],
  ['server/quorum/assessment/findings/x.ts', 'const now = Date.now()'],
  ['server/workflows/engine/decisions/x.ts', 'const now = new Date()'],
  ['server/workflows/wizards/drain/x.ts', "import { readFile } from 'node:fs'"],
  ['server/rehearsal/x.ts', 'setTimeout(() => {}, 1)'],
  ['server/recovery/x.ts', "import { a } from '../kafka/records/recordBatch.ts'"],
  ['server/recovery/x.ts', "import { createHash } from 'node:crypto'"],
  ['server/disk/walk/x.ts', "import { a } from '../../http/api.ts'"],
  ['server/elsewhere/x.ts', ''],
  ['server/x.ts', ''],
  ['server/workflows/x.ts', ''],
  ['server/quorum/x.ts', ''],
])('a planted violation in %s is found: %s', (path, text) => {
  expect(violations(new Map([[path, text]]))).not.toEqual([])
})

test('a thread may have a clock, within a pure room', () => {
  expect(violations(new Map([['server/rehearsal/thread/x.ts', 'setTimeout(() => {}, 1)']]))).toEqual([])
})

const rooms = Object.keys(MAY_IMPORT).filter((room) => room !== 'server/main.ts' && room !== 'app')

test.each(rooms)('the card at the door of %s tells what it may import', (room) => {
  const card = readFileSync(join(ROOT, room, 'README.md'), 'utf8')
  const allowed = MAY_IMPORT[room] ?? []
  const named =
    allowed === 'all' ? 'everything' : allowed.map((other) => `\`${other}\``).join(', ') || 'nothing of ours'
  const pure = PURE_ROOMS.includes(room) ? 'Pure: no clock, no randomness, no I/O. ' : ''
  expect(card.split('\n')).toContain(`${pure}May import: ${named}.`)
  expect(card).toMatch(/^Add here: /m)
})

/** More than this nobody looks through. */
const MOST_FILES = 25

test('no room is a hall', () => {
  const folders = Map.groupBy(everyFile(), (path) => dirname(path))
  const halls = [...folders]
    .filter(([, files]) => files.length > MOST_FILES)
    .map(([folder, files]) => `${folder}: ${files.length}`)
  expect(halls).toEqual([])
})
