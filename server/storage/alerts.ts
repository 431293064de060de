/** Alerts that outlive this process: incidents, what receivers are still to be told, silences. */
import type { Transaction } from 'kysely'
import { AlertIncident } from '../contract/alerts/incidents.ts'
import { Silence } from '../contract/alerts/silences.ts'
import type { Database } from './database.ts'
import type { Fence } from './fence.ts'
import type { Tables } from './tables.ts'

export interface KeptIncident {
  incident: AlertIncident
  /** Receivers were told that it is open. */
  told: boolean
}

/** One message to one receiver: there is one for each incident and state. */
export interface KeptNotification {
  incidentId: string
  state: AlertIncident['state']
  receiver: string
  queuedAtMs: number
  /** `null`: still to be delivered. */
  endedAtMs: number | null
  /** `replaced`: the end of the incident was told in its place. */
  outcome: 'delivered' | 'given-up' | 'replaced' | null
}

export interface AlertWrites {
  incidents: readonly KeptIncident[]
  notifications: readonly KeptNotification[]
  /** `null`: it is taken away. */
  silences: readonly (readonly [id: string, silence: Silence | null])[]
}

export interface EndedBefore {
  resolvedAtMs: number
  id: string
}

export interface AlertStore {
  /** The next open ones by id, after this one, of all clusters or of one; at most `limit`. */
  open(after: string, limit: number, cluster?: string): Promise<KeptIncident[]>
  /** The next messages that are not delivered, by incident, with what they are about; at most `limit`. */
  waiting(
    after: KeptNotification | null,
    limit: number,
    cluster?: string,
  ): Promise<{ notification: KeptNotification; kept: KeptIncident }[]>
  silences(): Promise<Silence[]>
  /** All or nothing; but for those of clusters that another server watches now, which are left out. */
  write(writes: AlertWrites): Promise<void>
  /** Newest end first. */
  ended(of: { cluster: string | null; before: EndedBefore | null; limit: number }): Promise<AlertIncident[]>
  find(id: string): Promise<AlertIncident | null>
  /** Takes the oldest ended ones away, at most `limit` at a time. @returns how many */
  forget(endedBeforeMs: number, limit: number): Promise<number>
}

const incidentOf = (text: string): AlertIncident => AlertIncident.parse(JSON.parse(text))

/** Without what belongs to clusters that another server watches now: it writes them itself. */
async function ownOnly(tx: Transaction<Tables>, fence: Fence, given: AlertWrites): Promise<AlertWrites> {
  const clusterOf = new Map(given.incidents.map(({ incident }) => [incident.id, incident.cluster]))
  const others = given.notifications.map(({ incidentId }) => incidentId).filter((id) => !clusterOf.has(id))
  if (others.length > 0) {
    const rows = await tx.selectFrom('alert_incident').select(['id', 'cluster']).where('id', 'in', others).execute()
    for (const { id, cluster } of rows) clusterOf.set(id, cluster)
  }
  const own = await fence(tx, [...new Set(clusterOf.values())])
  const isOwn = (incidentId: string) => own.has(clusterOf.get(incidentId) ?? '')
  return {
    incidents: given.incidents.filter(({ incident }) => isOwn(incident.id)),
    notifications: given.notifications.filter(({ incidentId }) => isOwn(incidentId)),
    silences: given.silences,
  }
}

/** @throws StorageFailure from every call that the disk refuses */
export function openAlerts({ queries }: Database, fence?: Fence): AlertStore {
  return {
    open: async (after, limit, cluster) => {
      const all = queries
        .selectFrom('alert_incident')
        .select(['incident', 'told'])
        .where('resolved_at_ms', 'is', null)
        .where('id', '>', after)
      const rows = await (cluster === undefined ? all : all.where('cluster', '=', cluster))
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(({ incident, told }) => ({ incident: incidentOf(incident), told: told === 1 }))
    },
    waiting: async (after, limit, cluster) => {
      const ofAll = queries
        .selectFrom('alert_notification as n')
        .innerJoin('alert_incident as i', 'i.id', 'n.incident_id')
        .select(['n.incident_id', 'n.state', 'n.receiver', 'n.queued_at_ms', 'i.incident', 'i.told'])
        .where('n.ended_at_ms', 'is', null)
      const all = cluster === undefined ? ofAll : ofAll.where('i.cluster', '=', cluster)
      const next =
        after === null
          ? all
          : all.where(({ eb, refTuple, tuple }) =>
              eb(
                refTuple('n.incident_id', 'n.state', 'n.receiver'),
                '>',
                tuple(after.incidentId, after.state, after.receiver),
              ),
            )
      const rows = await next.orderBy('n.incident_id').orderBy('n.state').orderBy('n.receiver').limit(limit).execute()
      return rows.map((row) => ({
        notification: {
          incidentId: row.incident_id,
          state: row.state,
          receiver: row.receiver,
          queuedAtMs: row.queued_at_ms,
          endedAtMs: null,
          outcome: null,
        },
        kept: { incident: incidentOf(row.incident), told: row.told === 1 },
      }))
    },
    silences: async () => {
      const rows = await queries.selectFrom('alert_silence').select('silence').orderBy('id').execute()
      return rows.map(({ silence }) => Silence.parse(JSON.parse(silence)))
    },
    write: async (given) => {
      await queries.transaction().execute(async (transaction) => {
        const { incidents, notifications, silences } =
          fence === undefined ? given : await ownOnly(transaction, fence, given)
        for (const { incident, told } of incidents) {
          const row = {
            cluster: incident.cluster,
            resolved_at_ms: incident.resolvedAtMs,
            told: told ? 1 : 0,
            incident: JSON.stringify(incident),
          }
          await transaction
            .insertInto('alert_incident')
            .values({ id: incident.id, ...row })
            .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
            .execute()
        }
        for (const { incidentId, state, receiver, queuedAtMs, endedAtMs, outcome } of notifications) {
          const row = { queued_at_ms: queuedAtMs, ended_at_ms: endedAtMs, outcome }
          await transaction
            .insertInto('alert_notification')
            .values({ incident_id: incidentId, state, receiver, ...row })
            .onConflict((conflict) => conflict.columns(['incident_id', 'state', 'receiver']).doUpdateSet(row))
            .execute()
        }
        for (const [id, silence] of silences) {
          if (silence === null) await transaction.deleteFrom('alert_silence').where('id', '=', id).execute()
          else {
            const row = { silence: JSON.stringify(silence) }
            await transaction
              .insertInto('alert_silence')
              .values({ id, ...row })
              .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
              .execute()
          }
        }
      })
    },
    ended: async ({ cluster, before, limit }) => {
      let query = queries.selectFrom('alert_incident').select('incident').where('resolved_at_ms', 'is not', null)
      if (cluster !== null) query = query.where('cluster', '=', cluster)
      if (before !== null) {
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(refTuple('resolved_at_ms', 'id'), '<', tuple(before.resolvedAtMs as number | null, before.id)),
        )
      }
      const rows = await query.orderBy('resolved_at_ms', 'desc').orderBy('id', 'desc').limit(limit).execute()
      return rows.map(({ incident }) => incidentOf(incident))
    },
    find: async (id) => {
      const row = await queries.selectFrom('alert_incident').select('incident').where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : incidentOf(row.incident)
    },
    forget: async (endedBeforeMs, limit) => {
      const rows = await queries
        .selectFrom('alert_incident')
        .select('id')
        .where('resolved_at_ms', '<', endedBeforeMs)
        .orderBy('resolved_at_ms')
        .limit(limit)
        .execute()
      const ids = rows.map(({ id }) => id)
      if (ids.length === 0) return 0
      await queries.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('alert_notification').where('incident_id', 'in', ids).execute()
        await transaction.deleteFrom('alert_incident').where('id', 'in', ids).execute()
      })
      return ids.length
    },
  }
}
