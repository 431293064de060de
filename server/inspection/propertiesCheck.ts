/**
 * A properties file of a node, compared with what the node says now and with what a step needs: every problem by name, and
 * what is still to change. Of its values only those are shown that the step is about; they hold no secrets. Pure.
 */

import { gravestFirst } from '../contract/advice.ts'
import type { DiskFinding } from '../contract/inspection.ts'
import type { CheckProperties, NodeConfigNeed, PropertiesCheck, PropertyChange } from '../contract/nodeConfig.ts'
import { DEFAULT_LISTENERS, listed } from '../nodeConfig/listenerConfig.ts'
import { DEFAULT_LOG_DIR, logDirs, metadataLogDir } from '../nodeConfig/logDirectories.ts'
import { wrong } from './known.ts'
import { listenerFindings } from './listenerFindings.ts'
import { readPropertiesFile } from './propertiesFile.ts'

type Values = ReadonlyMap<string, string>

/** Longest value that is shown, in characters. */
const MAX_SHOWN = 400
/** Values that are lists: their order means nothing. The first of log.dirs holds the metadata log. */
const LISTS = new Set([
  'process.roles',
  'listeners',
  'advertised.listeners',
  'controller.listener.names',
  'listener.security.protocol.map',
  'controller.quorum.bootstrap.servers',
  'controller.quorum.voters',
])
function pattern(needed: string): RegExp {
  const parts = needed.split(/<[^>]*>/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^,<>]+')}$`)
}

/** Whether a value is the one that is needed; a part in angle brackets stands for anything. */
function fits(key: string, has: string | null, needed: string | null): boolean {
  if (has === null || needed === null) return has === needed
  if (!LISTS.has(key)) return pattern(needed).test(has.trim())
  const wanted = listed(needed).map(pattern)
  const given = listed(has)
  // A map may name more listeners than the node has: a file for all nodes does.
  const enough = key === 'listener.security.protocol.map' || given.length === wanted.length
  return enough && wanted.every((one) => given.some((value) => one.test(value)))
}

/** Where a file says nothing: Kafka's own, and the older name of a property. */
function fallback(values: Values, key: string): string {
  switch (key) {
    case 'node.id':
      return values.get('broker.id') ?? ''
    case 'listeners':
      return DEFAULT_LISTENERS
    case 'log.dir':
      return values.has('log.dirs') ? '' : DEFAULT_LOG_DIR
    default:
      return ''
  }
}

function valueIn(values: Values, key: string): string | null {
  const value = (values.get(key) ?? fallback(values, key)).trim()
  return value === '' ? null : value.slice(0, MAX_SHOWN)
}

function identity(values: Values, need: NodeConfigNeed): DiskFinding[] {
  const id = valueIn(values, 'node.id')
  const roles = listed(values.get('process.roles'))
  const wanted = need.roles.toSorted().join()
  return [
    ...(id === String(need.nodeId)
      ? []
      : [
          id === null
            ? wrong(
                'node-id-missing',
                'node.id is not set',
                'Kafka does not start without it.',
                `Set node.id=${need.nodeId}.`,
              )
            : wrong(
                'wrong-node-id',
                `This is the file of node ${id.slice(0, 12)}, not of ${need.nodeId}`,
                'A node whose id does not match its disk does not start; on an empty disk it would take the place of the other one.',
                `Take the file of node ${need.nodeId}.`,
              ),
        ]),
    ...(roles.toSorted().join() === wanted
      ? []
      : [
          wrong(
            'wrong-roles',
            roles.length === 0 ? 'process.roles is not set' : `process.roles is ${roles.join(',').slice(0, 60)}`,
            `This step needs ${need.roles.join(' and ')}.`,
            `Set process.roles=${need.lines.find((l) => l.key === 'process.roles')?.needed ?? wanted}.`,
          ),
        ]),
  ]
}

function quorum(values: Values, need: NodeConfigNeed): DiskFinding[] {
  const voters = valueIn(values, 'controller.quorum.voters')
  const servers = listed(values.get('controller.quorum.bootstrap.servers'))
  const line = (key: string) => need.lines.find((l) => l.key === key)
  const wanted = line('controller.quorum.voters')?.needed ?? null
  const named = listed(line('controller.quorum.bootstrap.servers')?.needed)
  if (voters === null && servers.length === 0) {
    return [
      wrong(
        wanted === null ? 'quorum-missing' : 'static-voters-gone',
        wanted === null ? 'The file names no controller of the quorum' : 'controller.quorum.voters is gone',
        wanted === null
          ? 'A node that starts with it finds no quorum.'
          : 'The quorum is static: its voters are in the files alone, and a node without them does not start.',
        wanted === null
          ? `Set controller.quorum.bootstrap.servers=${named.join(',')}.`
          : 'Put the line back, word for word as on the other nodes.',
      ),
    ]
  }
  return [
    ...(voters !== null && wanted === null && !need.staticQuorum
      ? [
          wrong(
            'static-voters-left',
            'controller.quorum.voters is still there',
            'The quorum is dynamic: the voters stand in the metadata log, and a list in the file is out of date.',
            'Delete the line.',
          ),
        ]
      : []),
    ...(voters === null && wanted !== null
      ? [
          wrong(
            'static-voters-gone',
            'controller.quorum.voters is gone',
            'The quorum is static: its voters are in the files alone.',
            'Put the line back, word for word as on the other nodes.',
          ),
        ]
      : []),
    ...(named.length > 0 && servers.length > 0 && !servers.some((server) => named.includes(server))
      ? [
          wrong(
            'no-voter-named',
            'controller.quorum.bootstrap.servers names none of the voters',
            'Once the controllers that it names are gone, the node finds no quorum when it starts.',
            `Name ${named.join(',')}.`,
          ),
        ]
      : []),
  ]
}

function disks(values: Values, need: NodeConfigNeed): DiskFinding[] {
  const now = (key: string) => need.lines.find((l) => l.key === key)?.now ?? null
  const isTold = ['log.dir', 'log.dirs'].some((key) => now(key) !== null)
  if (!isTold) return []
  const here = (key: string) => valueIn(values, key)
  const [was, is] = [metadataLogDir(now), metadataLogDir(here)]
  const directories = logDirs(here)
  const gone = logDirs(now).filter((dir) => !directories.includes(dir) && dir !== was)
  return [
    ...(was === is
      ? []
      : [
          wrong(
            'metadata-log-moved',
            `The metadata log would be in ${is ?? 'no directory'}`,
            `It is in ${was ?? 'another one'} now. In the new place the node would have an empty disk with another directory id, so its vote would not count.`,
            `Keep ${was ?? 'it'}: first in log.dirs, or in metadata.log.dir.`,
          ),
        ]),
    ...(gone.length === 0
      ? []
      : [
          wrong(
            'log-dirs-gone',
            `log.dirs does not name ${gone.join(', ')} any more`,
            'What lies there would be gone for this node.',
            'Keep every directory that the node has.',
          ),
        ]),
  ]
}

/** What is left to do, and what the step does not ask for but would take effect with the restart. */
function leftOver(changes: readonly PropertyChange[], need: NodeConfigNeed): DiskFinding[] {
  const asked = (key: string) => need.lines.some((l) => l.key === key && l.now !== l.needed)
  const [todo, others] = [changes.filter((c) => asked(c.key)), changes.filter((c) => !asked(c.key))]
  const keys = (of: readonly PropertyChange[]) => of.map((c) => c.key).join(', ')
  return [
    ...(todo.length === 0
      ? []
      : [
          {
            code: 'still-to-change',
            severity: 'warning' as const,
            title: `Still to be edited: ${keys(todo)}`,
            detail: 'The lines are shown below, with why each is needed.',
            remedy: 'Edit them, then give the file once more.',
          },
        ]),
    ...(others.length === 0
      ? []
      : [
          {
            code: 'differs',
            severity: 'warning' as const,
            title: `Not as the node runs now: ${keys(others)}`,
            detail: 'This step does not ask for it. It takes effect with the restart all the same.',
            remedy: 'Keep it as it is, unless it is meant.',
          },
        ]),
  ]
}

const SOURCE: Readonly<Record<NodeConfigNeed['source'], string>> = {
  node: 'what the node reports of its own configuration',
  registration: 'its registration in the metadata log alone: the node does not report its configuration',
  unknown: 'nothing: neither the node nor the metadata log shows it',
}

/** @param need of the node that the file is of */
export function checkProperties({ text }: Pick<CheckProperties, 'text'>, need: NodeConfigNeed): PropertiesCheck {
  const comparedWith = SOURCE[need.source]
  const { values, findings: ofText } = readPropertiesFile(text)
  const { nodeId } = need
  if (values.size === 0) {
    const empty = wrong(
      'no-properties',
      'There is no property in it',
      'Kafka would not start with it.',
      'Give the whole file.',
    )
    return { nodeId, findings: ofText.length > 0 ? ofText : [empty], changes: [], comparedWith }
  }
  const changes = need.lines.flatMap(({ key, needed, why }): PropertyChange[] => {
    const now = valueIn(values, key)
    return fits(key, now, needed) ? [] : [{ key, now, needed, why }]
  })
  const misfits = [
    ...identity(values, need),
    ...listenerFindings(values, need.roles, need),
    ...quorum(values, need),
    ...disks(values, need),
  ]
  const found = [...misfits, ...leftOver(changes, need), ...ofText]
  const good: DiskFinding[] = found.some((f) => f.severity === 'critical' || f.severity === 'warning')
    ? []
    : [
        {
          code: 'as-needed',
          severity: 'good',
          title: `The file of node ${nodeId} is as this step needs it`,
          detail: 'Roles, listeners, the quorum and its disk fit.',
          remedy: '',
        },
      ]
  return {
    nodeId,
    findings: gravestFirst([...found, ...good]),
    changes,
    comparedWith,
  }
}
