/** A plan and a receipt as the person at the keyboard reads them. Pure. */
import type { DiskPlan, DiskReceipt } from '../contract/disk/diskPlan.ts'
import type { DiskReport } from '../contract/diskReport.ts'
import { nameOf } from './copiesRules.ts'
import { endpointText } from './endpointRules.ts'
import { goesItsOwnWay } from './ranking.ts'

const TITLES: Record<DiskPlan['kind'], string> = {
  recover: 'A voter set of this node alone',
  'set-endpoints': 'The same voters at other addresses',
  graft: 'A controller with the copy of a broker, which votes alone',
}

function writesText({
  file,
  wholeBytes,
  cutBytes,
  dropped,
  batch,
  baseOffset,
  epoch,
  copied,
  from,
}: DiskPlan): string[] {
  const bytes = batch.length / 2
  return [
    ...(from === null
      ? []
      : [`copy ${copied.length} files from ${from}`, ...copied.map((one) => `  ${one.file}, ${one.bytes} bytes`)]),
    ...(cutBytes === null ? [] : [`cut ${cutBytes} bytes of a torn batch off ${file}, at byte ${wholeBytes}`]),
    ...dropped.map((one) => `rename ${one} to ${one}.deleted: it ends before the newest snapshot`),
    `${wholeBytes === 0 ? `begin ${file} with` : `append to ${file}, at byte ${wholeBytes},`} ${bytes} bytes: one voter set at offset ${baseOffset}, epoch ${epoch}`,
  ]
}

/** @param reports every copy that was ranked, that which is gone on with first */
export function planText(plan: DiskPlan, sha256: string, reports: readonly DiskReport[]): string {
  const [own, ...others] = reports
  const ways = own === undefined ? [] : others.filter((report) => goesItsOwnWay(report, own))
  const running = others.filter(({ lock }) => lock === 'held')
  const lines = [
    `Plan: ${TITLES[plan.kind]}`,
    '',
    `  cluster     ${plan.clusterId}`,
    `  node        ${plan.nodeId}, directory ${plan.directoryId}`,
    `  directory   ${plan.path}`,
    '  voters      ' +
      plan.voters
        .map(
          (voter) =>
            `${voter.nodeId} (${voter.directoryId ?? 'no directory id'}) ${voter.endpoints.map(endpointText).join(', ')}`,
        )
        .join('\n              '),
    ...(plan.lost.length === 0
      ? []
      : [
          `  lost        ${plan.lost.map(({ nodeId, directoryId }) => `${nodeId} (${directoryId ?? 'no directory id'})`).join('\n              ')}`,
        ]),
    '  copies      ' +
      plan.reports
        .map(
          (one, at) =>
            `${at + 1}. node ${one.nodeId ?? 'unknown'}: epoch ${one.epoch}, ends at ${one.endOffset}${at === 0 ? '  <- this one' : ''}`,
        )
        .join('\n              '),
    `  backup      ${plan.backup ?? 'none'}`,
    `  planned     ${new Date(plan.plannedAtMs).toISOString()}`,
    '',
    'It would',
    ...writesText(plan).map((line) => `  - ${line}`),
    '',
    'What it means',
    '  - Everything that this copy holds becomes committed. What only lost disks held is gone.',
    ...(plan.kind === 'set-endpoints'
      ? [
          '  - Edit listeners, advertised.listeners and controller.quorum.bootstrap.servers of every node before it starts.',
        ]
      : [
          '  - Old disks of lost voters must never start again as they are: wipe and format them, then add them one at a time.',
          '  - The node keeps its address; brokers find it there.',
        ]),
    ...ways.map(
      (report) =>
        `  - ${nameOf(report)} holds records that this copy does not: stop it, and delete its __cluster_metadata-0 before it starts again.`,
    ),
    ...running.map(
      (report) =>
        `  - ${nameOf(report)} was running when it was inspected: inspect it again if it has been started since.`,
    ),
    '',
    `SHA-256 of the plan: ${sha256}`,
  ]
  return lines.join('\n')
}

export function receiptText(
  { planSha256, plan, doneAtMs, bytesAfter, sha256After, endOffset, lastEpoch, voters }: DiskReceipt,
  already: boolean,
): string {
  return [
    already ? 'This plan was carried out already; nothing was written now.' : 'Done, and read again from the disk.',
    '',
    `  plan        ${planSha256}`,
    `  done        ${new Date(doneAtMs).toISOString()}`,
    `  ${plan.file}`,
    `              ${bytesAfter} bytes, SHA-256 ${sha256After}`,
    `  log         ends at offset ${endOffset}, epoch ${lastEpoch}`,
    `  voters      ${voters.map(({ nodeId, directoryId }) => `${nodeId} (${directoryId ?? 'no directory id'})`).join(', ')}`,
    ...(plan.backup === null ? [] : [`  receipt     ${plan.backup}/receipt-${planSha256.slice(0, 8)}.json`]),
    '',
    plan.kind === 'set-endpoints'
      ? 'Next: edit the addresses in the properties of every node, and start this voter first, then the others.'
      : 'Next: start this node. It elects itself within half a minute. Then add other controllers, one at a time.',
  ].join('\n')
}
