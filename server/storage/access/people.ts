/** Whoever signs in, with what they may do; of a password its hash alone. */
import * as z from 'zod/mini'
import { type Grant, Grants } from '../../contract/access/grants.ts'
import type { Database } from '../database.ts'
import type { PersonTable } from '../tables.ts'

export interface KeptPerson {
  id: string
  source: 'user' | 'oidc' | 'proxy'
  login: string
  name: string
  passwordHash: string | null
  grants: Grant[]
  missed: string[]
  addresses: string[]
  disabled: boolean
  createdBy: string
  createdAtMs: number
  passwordAtMs: number | null
  lastSignInAtMs: number | null
}

/** What of a person is written alone: whatever another server has written beside it stays. */
export type PersonChange = Partial<
  Pick<KeptPerson, 'name' | 'passwordHash' | 'grants' | 'addresses' | 'disabled' | 'passwordAtMs' | 'lastSignInAtMs'>
>

export interface PersonStore {
  all(): Promise<KeptPerson[]>
  /** As it is now; `null`: there is none. */
  one(id: string): Promise<KeptPerson | null>
  add(person: KeptPerson): Promise<void>
  change(id: string, change: PersonChange): Promise<void>
  /** Whom a provider or a proxy has named: adds them, or writes down what was said of them now. Whether they are disabled stays. */
  came(person: KeptPerson): Promise<void>
  /** The first user of all; false where there is one already, whoever made it. */
  addFirst(person: KeptPerson): Promise<boolean>
}

const Source = z.enum(['user', 'oidc', 'proxy'])
const Texts = z.array(z.string())

/** An unreadable row is nobody. */
function personOf(row: PersonTable): KeptPerson[] {
  try {
    return [
      {
        id: row.id,
        source: Source.parse(row.source),
        login: row.login,
        name: row.name,
        passwordHash: row.password_hash,
        grants: Grants.parse(JSON.parse(row.grants)),
        missed: Texts.parse(JSON.parse(row.missed)),
        addresses: Texts.parse(JSON.parse(row.addresses)),
        disabled: row.disabled !== 0,
        createdBy: row.created_by,
        createdAtMs: row.created_at_ms,
        passwordAtMs: row.password_at_ms,
        lastSignInAtMs: row.last_sign_in_at_ms,
      },
    ]
  } catch {
    return []
  }
}

function rowOf(person: KeptPerson): PersonTable {
  return {
    id: person.id,
    source: person.source,
    login: person.login,
    name: person.name,
    password_hash: person.passwordHash,
    grants: JSON.stringify(person.grants),
    missed: JSON.stringify(person.missed),
    addresses: JSON.stringify(person.addresses),
    disabled: person.disabled ? 1 : 0,
    created_by: person.createdBy,
    created_at_ms: person.createdAtMs,
    password_at_ms: person.passwordAtMs,
    last_sign_in_at_ms: person.lastSignInAtMs,
  }
}

function columnsOf(change: PersonChange): Partial<PersonTable> {
  const { name, passwordHash, grants, addresses, disabled, passwordAtMs, lastSignInAtMs } = change
  return {
    ...(name === undefined ? {} : { name }),
    ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
    ...(grants === undefined ? {} : { grants: JSON.stringify(grants) }),
    ...(addresses === undefined ? {} : { addresses: JSON.stringify(addresses) }),
    ...(disabled === undefined ? {} : { disabled: disabled ? 1 : 0 }),
    ...(passwordAtMs === undefined ? {} : { password_at_ms: passwordAtMs }),
    ...(lastSignInAtMs === undefined ? {} : { last_sign_in_at_ms: lastSignInAtMs }),
  }
}

/** @throws StorageFailure from every call that the disk refuses */
export function openPeople({ queries }: Database): PersonStore {
  return {
    all: async () =>
      (await queries.selectFrom('access_person').selectAll().orderBy('created_at_ms').orderBy('id').execute()).flatMap(
        personOf,
      ),
    one: async (id) => {
      const row = await queries.selectFrom('access_person').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : (personOf(row)[0] ?? null)
    },
    add: async (person) => {
      await queries.insertInto('access_person').values(rowOf(person)).execute()
    },
    change: async (id, change) => {
      const columns = columnsOf(change)
      if (Object.keys(columns).length === 0) return
      await queries.updateTable('access_person').set(columns).where('id', '=', id).execute()
    },
    came: async (person) => {
      const row = rowOf(person)
      const { name, grants, missed, last_sign_in_at_ms } = row
      await queries
        .insertInto('access_person')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ name, grants, missed, last_sign_in_at_ms }))
        .execute()
    },
    addFirst: async (person) =>
      await queries.transaction().execute(async (within) => {
        const known = await within
          .selectFrom('access_person')
          .select('id')
          .where('source', '=', 'user')
          .executeTakeFirst()
        if (known !== undefined) return false
        await within.insertInto('access_person').values(rowOf(person)).execute()
        return true
      }),
  }
}
