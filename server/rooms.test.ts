/** Who may import whom. The map is the one in ARCHITECTURE.md; a planted violation proves that this test can fail. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')

/** Rooms that each room may import besides itself. `main` is every file directly in `server`; `conformance` is for its tests. */
const MAY_IMPORT: Record<string, string[] | 'all'> = {
  contract: [],
  kafka: ['contract'],
  quorum: ['kafka', 'contract'],
  storage: ['contract'],
  history: ['quorum', 'storage', 'contract'],
  workflows: ['quorum', 'storage', 'contract'],
  // To it, the workflows are a port that main fills.
  cruiseControl: ['contract'],
  alerts: ['quorum', 'workflows', 'storage', 'contract'],
  // A quorum that does not exist yet: files, commands, and whether it has formed.
  bootstrap: ['quorum', 'storage', 'workflows', 'contract'],
  // Files of a node's disk.
  inspection: ['kafka', 'quorum', 'contract'],
  http: ['inspection', 'contract', 'quorum', 'storage', 'history', 'workflows', 'alerts', 'bootstrap'],
  sandbox: ['contract'],
  // The rules on the core of the simulation, on a virtual clock; of the product only rehearsals look into it.
  proof: ['workflows', 'quorum', 'kafka', 'contract', 'sandbox'],
  rehearsal: ['proof', 'workflows', 'quorum', 'contract', 'sandbox'],
  main: 'all',
  conformance: 'all',
  components: ['contract'],
  app: ['components', 'contract'],
}

/** Pure files: their imports and words must hold no clock, no randomness, no input or output. */
const PURE = [
  'server/inspection/diskFiles.ts',
  'server/inspection/disks.ts',
  'server/inspection/explainDisk.ts',
  'server/inspection/explainLog.ts',
  'server/inspection/inspect.ts',
  'server/inspection/listenerFindings.ts',
  'server/inspection/propertiesCheck.ts',
  'server/inspection/propertiesFile.ts',
  'server/bootstrap/formation.ts',
  'server/bootstrap/generate.ts',
  'server/bootstrap/inputProblems.ts',
  'server/bootstrap/listenerSecurity.ts',
  'server/bootstrap/nodeFile.ts',
  'server/bootstrap/planPrints.ts',
  'server/bootstrap/planRunbook.ts',
  'server/bootstrap/planSteps.ts',
  'server/bootstrap/planWarnings.ts',
  'server/bootstrap/tar.ts',
  'server/contract/delta.ts',
  'server/contract/kafkaTool.ts',
  'server/quorum/agreeingSettings.ts',
  'server/quorum/askedInTurn.ts',
  'server/quorum/assess.ts',
  'server/quorum/committedMark.ts',
  'server/quorum/controllerFindings.ts',
  'server/quorum/finding.ts',
  'server/quorum/knownControllers.ts',
  'server/quorum/leaderlessCause.ts',
  'server/quorum/leaderRow.ts',
  'server/quorum/processRoles.ts',
  'server/quorum/rackFindings.ts',
  'server/quorum/rivals.ts',
  'server/quorum/twoQuorums.ts',
  'server/workflows/gates/truthGates.ts',
  'server/quorum/findings.ts',
  'server/quorum/health.ts',
  'server/quorum/listenerConfig.ts',
  'server/quorum/margin.ts',
  'server/quorum/metadataLog.ts',
  'server/quorum/intColumn.ts',
  'server/quorum/loggedState.ts',
  'server/quorum/partitionLists.ts',
  'server/quorum/placement.ts',
  'server/quorum/logEvents.ts',
  'server/quorum/viewEvents.ts',
  'server/quorum/replicaPresence.ts',
  'server/quorum/linkState.ts',
  'server/rehearsal/copyOfQuorum.ts',
  'server/rehearsal/rehearse.ts',
  'server/rehearsal/worstMoments.ts',
  'server/workflows/addController/addController.ts',
  'server/workflows/advance.ts',
  'server/workflows/allowed.ts',
  'server/workflows/catchUpWindow.ts',
  'server/workflows/cost.ts',
  'server/workflows/counterfactual.ts',
  'server/workflows/decide.ts',
  'server/workflows/describe.ts',
  'server/workflows/facts.ts',
  'server/workflows/factsAhead.ts',
  'server/workflows/freeNodeId.ts',
  'server/workflows/gates/autoJoinGates.ts',
  'server/workflows/gates/candidateGates.ts',
  'server/workflows/gates/gate.ts',
  'server/workflows/gates/gateSets.ts',
  'server/workflows/gates/marginGates.ts',
  'server/workflows/gates/outcomeGates.ts',
  'server/workflows/gates/quorumGates.ts',
  'server/workflows/gates/targetGates.ts',
  'server/workflows/handChecks.ts',
  'server/workflows/hostCommands.ts',
  'server/workflows/lastLook.ts',
  'server/workflows/neededListeners.ts',
  'server/workflows/nodeConfigNeed.ts',
  'server/workflows/planning.ts',
  'server/workflows/progress.ts',
  'server/workflows/removeController/removeController.ts',
  'server/workflows/replaceDisk/replaceDisk.ts',
  'server/workflows/run.ts',
  'server/workflows/runbook.ts',
  'server/workflows/seats.ts',
  'server/workflows/startRefusals.ts',
  'server/workflows/step.ts',
  'server/workflows/toolOutput.ts',
  'server/workflows/toolPlaces.ts',
  'server/workflows/track.ts',
  'server/workflows/voterSet.ts',
  'server/quorum/registeredEndpoints.ts',
]
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bperformance\.|\bMath\.random\(|\brandom(?:UUID|Bytes)\(|from 'node:|\bsetTimeout\(|\bfetch\(/

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

function roomOf(path: string): string {
  const [top, second, third] = path.split(sep)
  if (top !== 'server') return top ?? ''
  return third === undefined ? 'main' : (second ?? '')
}

function violations(files: Map<string, string>): string[] {
  const wrong: string[] = []
  for (const [path, text] of files) {
    const room = roomOf(path)
    const allowed = MAY_IMPORT[room]
    if (allowed === undefined) wrong.push(`${path}: the room ${room} is not on the map`)
    for (const { specifier, typeOnly } of importsOf(text)) {
      const target = join(dirname(path), specifier)
      const other = roomOf(target)
      if (!/\.(ts|tsx|css|json|svg)$/.test(specifier)) wrong.push(`${path}: ${specifier} carries no extension`)
      if (other === room || allowed === 'all' || allowed?.includes(other)) continue
      // The typed client: types of the API, nothing that runs.
      const api = path.startsWith(join('components', 'live')) && target === join('server', 'http', 'api.ts') && typeOnly
      if (!api) wrong.push(`${path} (${room}) imports ${target} (${other})`)
    }
    if (PURE.includes(path) && IMPURE.test(text))
      wrong.push(`${path} is pure and must not use ${IMPURE.exec(text)?.[0]}`)
  }
  return wrong
}

function sources(): Map<string, string> {
  const files = new Map<string, string>()
  for (const top of ['server', 'components', 'app']) {
    for (const entry of readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })) {
      // Tests may look into every room.
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || /\.test\.tsx?$/.test(entry.name)) continue
      const path = join(entry.parentPath, entry.name)
      files.set(relative(ROOT, path), readFileSync(path, 'utf8'))
    }
  }
  return files
}

test('every import stays within what its room may use', () => {
  const files = sources()
  expect(PURE.filter((path) => !files.has(path))).toEqual([])
  expect(files.size).toBeGreaterThan(40)
  expect(violations(files)).toEqual([])
})

test.each([
  ['server/contract/x.ts', "import { a } from '../kafka/connection.ts'"],
  ['server/http/x.ts', "import { a } from '../sandbox/apacheKafka/start.ts'"],
  ['server/sandbox/x.ts', "export { a } from '../kafka/connection.ts'"],
  ['server/quorum/x.ts', "const a = await import('../http/hub.ts')"],
  ['components/quorum/x.tsx', "import type { Api } from '../../server/http/api.ts'"],
  ['components/live/x.ts', "import { createApi } from '../../server/http/api.ts'"],
  ['app/x.tsx', "import { a } from '../server/main.ts'"],
  ['server/quorum/assess.ts', 'const now = Date.now()'],
  ['server/workflows/decide.ts', 'const now = new Date()'],
  ['server/elsewhere/x.ts', ''],
])('a planted violation in %s is found', (path, text) => {
  expect(violations(new Map([[path, text]]))).not.toEqual([])
})
