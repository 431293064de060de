/** Everything of a plan in one download: `name/README.md`, the properties files, and the plan itself as JSON. */
import { gzipSync } from 'node:zlib'
import { planRunbook } from '../../bootstrap/planRunbook.ts'
import { tar } from '../../bootstrap/tar.ts'
import type { BootstrapPlan } from '../../contract/bootstrap.ts'

/** Of the file and of the folder in it. */
export function archiveName({ request: { name } }: BootstrapPlan): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
  return plain === '' ? 'kafka-cluster' : plain
}

export function planArchive(plan: BootstrapPlan, nowMs: number): Buffer {
  const folder = archiveName(plan)
  return gzipSync(
    tar(
      [
        { path: `${folder}/README.md`, text: planRunbook(plan) },
        ...plan.files.map(({ path, text }) => ({ path: `${folder}/${path}`, text })),
        // Sent to POST /api/bootstrap, it gives the same plan again.
        { path: `${folder}/request.json`, text: `${JSON.stringify(plan.request, null, 2)}\n` },
      ],
      nowMs,
    ),
  )
}
