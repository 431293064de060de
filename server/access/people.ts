/** Everybody who is somebody here: users with passwords, and whom the company's provider or a proxy named. */
import { type Grant, mayEverywhere } from '../contract/access/grants.ts'
import type { AddUser, EditUser, PersonView, SetUp } from '../contract/access/people.ts'
import type { KeptPerson, PersonChange, PersonStore } from '../storage/access/people.ts'
import { Reloading } from '../storage/reloading.ts'
import type { Passwords } from './passwords.ts'
import { refuseAccess } from './refuseAccess.ts'
import { drawId } from './secrets.ts'
import { SignInLimit } from './signInLimit.ts'
import { loginOf, personId, Spellings } from './spellings.ts'

const MOST_PEOPLE = 10_000
/** Addresses that are remembered of each. */
const MOST_ADDRESSES = 5
/** When somebody came is written down so often, in ms. */
const SEEN_EVERY_MS = 60_000
const LONGEST_NAME = 64

/** A person as a provider or a proxy names them. */
export interface Named {
  source: 'oidc' | 'proxy'
  /** Never that of anybody else there. */
  key: string
  /** By which they may be known from before. */
  formerKey?: string
  name: string
  grants: Grant[]
  missed: string[]
}

export interface PeopleOptions {
  store: PersonStore
  /** Ways in that are configured: who came in another is nobody while it is not. */
  sources: readonly KeptPerson['source'][]
  passwords: Passwords
  nowMs: () => number
  /** What they may do has changed: what they hold open must be looked at. */
  onChanged: () => void
  onError: (error: unknown) => void
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

export class People {
  readonly #options: PeopleOptions
  readonly #people = new Map<string, KeptPerson>()
  #spellings = new Spellings([])
  readonly #limit = new SignInLimit()
  #edits: Promise<unknown> = Promise.resolve()
  readonly #reloading = new Reloading((isOwn) => this.#readAll(isOwn))

  private constructor(options: PeopleOptions) {
    this.#options = options
  }

  static async open(options: PeopleOptions): Promise<People> {
    const people = new People(options)
    await people.reload()
    return people
  }

  /** What another process may have changed. */
  reload(): Promise<void> {
    return this.#reloading.run()
  }

  get hasUsers(): boolean {
    return this.#users().next().done !== true
  }

  /** `null`: nobody, disabled, or come in a way that is not configured any more. */
  ofId(id: string): KeptPerson | null {
    const person = this.#people.get(id)
    if (person === undefined || !this.#options.sources.includes(person.source)) return null
    const rows = this.#rowsOf(id)
    // Of several rows of one person only the first is written on.
    return rows[0] !== person || rows.some(({ disabled }) => disabled) ? null : person
  }

  /** What they were not given when they signed in last, and why. */
  missed(id: string): string[] {
    return this.#people.get(id)?.missed ?? []
  }

  list(): PersonView[] {
    return [...this.#people.values()].map(viewOf)
  }

  /** @throws Refusal */
  async signIn(login: string, password: string, address: string): Promise<KeptPerson> {
    return await this.#limit.inTurn(login, address, () => this.#signIn(login, password, address))
  }

  async #signIn(login: string, password: string, address: string): Promise<KeptPerson> {
    const { passwords, nowMs } = this.#options
    const user = this.#userCalled(login)
    const isKnown = user?.addresses.includes(address) ?? false
    const verdict = this.#limit.ask(login, address, isKnown, nowMs())
    if (!verdict.allowed) throw refuseAccess.tooManyPasswords()
    if (verdict.pauseMs > 0) await wait(verdict.pauseMs)
    // Counted before it is looked at: many at once must not all be the first.
    this.#limit.wrong(login, address, isKnown, nowMs())
    const isRight = await passwords.isRight(user?.passwordHash ?? null, password, verdict.lane)
    // What it is by now: it may have been disabled, or given another password, while this was computed, or at another server.
    const now = user === null || !isRight ? null : await this.#readAgain(user.id)
    if (user === null || now === null || now.disabled || now.passwordHash !== user.passwordHash) {
      throw refuseAccess.wrongPassword()
    }
    this.#limit.right(login, address, isKnown, nowMs())
    if (now.grants.length === 0) throw refuseAccess.noRights(now.name)
    const addresses = [address, ...now.addresses.filter((one) => one !== address)].slice(0, MOST_ADDRESSES)
    await this.#change(now.id, { addresses, lastSignInAtMs: nowMs() })
    return now
  }

  /** Whom a provider has named, with the rights of this sign-in: they count for all of their sessions. @throws Refusal */
  async came(named: Named): Promise<KeptPerson> {
    const next = this.#asNamed(named)
    await this.#options.store.came(next)
    // Another server may have disabled them.
    const now = await this.#readAgain(next.id)
    if (now === null) throw refuseAccess.noPerson()
    return now
  }

  /** Whom a provider has named and given no rights: who is known loses theirs, for all of their sessions and tokens; a stranger is not written down. */
  async cameWithoutRights(named: Named): Promise<void> {
    if ((await this.#readAgain(idOf(named))) !== null) await this.came(named)
  }

  /** Like `came`, without waiting, of a proxy that names somebody with each request. `null`: disabled, or one too many. */
  seen(named: Named): KeptPerson | null {
    const { nowMs, onChanged, onError } = this.#options
    const rows = this.#rowsNamed(named)
    const [known] = rows
    const isOver = known === undefined && this.#people.size >= MOST_PEOPLE
    if (isOver || rows.some(({ disabled }) => disabled)) return null
    const maySame = known !== undefined && JSON.stringify(known.grants) === JSON.stringify(named.grants)
    const isSame = maySame && known.name === nameOf(named, known)
    if (isSame && nowMs() - (known.lastSignInAtMs ?? 0) < SEEN_EVERY_MS) return known
    const next = this.#asNamed(named)
    this.#people.set(next.id, next)
    const writing = () => this.#options.store.came(next)
    // Where nothing but the time is new, a reload may overwrite it.
    void (maySame ? writing() : this.#reloading.during(next.id, writing)).catch(onError)
    if (known !== undefined && !maySame) onChanged()
    return next
  }

  /** @throws Refusal */
  async add({ login, name, password, grants }: AddUser, by: string): Promise<PersonView> {
    if (this.#userCalled(login) !== null) throw refuseAccess.loginTaken(login)
    if (this.#people.size >= MOST_PEOPLE) throw refuseAccess.tooMany('people', MOST_PEOPLE)
    const person = await this.#newUser({ login, name, password }, grants, by)
    if (this.#userCalled(login) !== null) throw refuseAccess.loginTaken(login)
    await this.#reloading.during(person.id, async () => {
      await this.#options.store.add(person)
      this.#put(person)
    })
    return viewOf(person)
  }

  /** The first user. Whether whoever asks may is for others to say. @throws Refusal */
  async setUp(wanted: Omit<SetUp, 'secret'>): Promise<KeptPerson> {
    if (this.hasUsers) throw refuseAccess.setUpOver()
    const all: Grant[] = [{ right: 'administer', scope: null, because: 'You set this Quorumdeck up.' }]
    const person = { ...(await this.#newUser(wanted, all, 'set-up')), lastSignInAtMs: this.#options.nowMs() }
    if (!(await this.#options.store.addFirst(person))) throw refuseAccess.setUpOver()
    this.#people.set(person.id, person)
    return person
  }

  /** One after another: of two that take away an administrator each must see the other. @returns whether sessions of this person must end @throws Refusal */
  edit(id: string, change: EditUser): Promise<{ person: PersonView; ends: boolean }> {
    const done = this.#edits.then(() => this.#edit(id, change))
    this.#edits = done.catch(() => {})
    return done
  }

  async #edit(id: string, change: EditUser): Promise<{ person: PersonView; ends: boolean }> {
    const person = this.#people.get(id)
    if (person === undefined) throw refuseAccess.unknownUser(id)
    const { name, grants, disabled, password } = change
    if (person.source !== 'user' && (name !== undefined || grants !== undefined || password !== undefined)) {
      throw refuseAccess.notOurs()
    }
    if (password !== undefined) checkPassword(person.login, password)
    const passwordHash = password === undefined ? undefined : await this.#options.passwords.hash(password)
    const now = this.#people.get(id) ?? person
    const written: PersonChange = {
      ...(name === undefined ? {} : { name }),
      ...(grants === undefined ? {} : { grants }),
      ...(disabled === undefined ? {} : { disabled }),
      ...(passwordHash === undefined ? {} : { passwordHash, passwordAtMs: this.#options.nowMs() }),
    }
    const next: KeptPerson = { ...now, ...written }
    if (administers(now) && !administers(next)) {
      // Another server may have taken one away.
      await this.reload()
      if ([...this.#users()].filter(administers).length < 2) throw refuseAccess.lastAdministrator()
    }
    await this.#change(id, written)
    return { person: viewOf(next), ends: next.disabled || passwordHash !== undefined }
  }

  /** @throws Refusal */
  async changePassword(id: string, current: string, next: string, address: string): Promise<void> {
    const person = this.ofId(id)
    if (person === null || person.source !== 'user') throw refuseAccess.noPerson()
    await this.#limit.inTurn(person.login, address, async () => {
      const verdict = this.#limit.ask(person.login, address, true, this.#options.nowMs())
      if (verdict.allowed && verdict.pauseMs > 0) await wait(verdict.pauseMs)
      this.#limit.wrong(person.login, address, true, this.#options.nowMs())
      const kept = this.#people.get(id)?.passwordHash ?? null
      const isRight = await this.#options.passwords.isRight(kept, current, 'first')
      // Another server may have set one just because this one is known to somebody else.
      const now = isRight ? await this.#readAgain(id) : null
      if (now === null || now.disabled || now.passwordHash !== kept) throw refuseAccess.wrongPassword()
      this.#limit.right(person.login, address, true, this.#options.nowMs())
    })
    checkPassword(person.login, next)
    const passwordHash = await this.#options.passwords.hash(next)
    await this.#change(id, { passwordHash, passwordAtMs: this.#options.nowMs() })
  }

  #asNamed(named: Named): KeptPerson {
    const { nowMs } = this.#options
    const { source, key, grants, missed } = named
    const [known] = this.#rowsNamed(named)
    return {
      id: known?.id ?? idOf(named),
      source,
      login: loginOf(key),
      name: nameOf(named, known),
      passwordHash: null,
      grants,
      missed,
      addresses: [],
      disabled: known?.disabled ?? false,
      createdBy: source,
      createdAtMs: known?.createdAtMs ?? nowMs(),
      passwordAtMs: null,
      lastSignInAtMs: nowMs(),
    }
  }

  /** All that is kept of one person, whom a proxy may have named in several spellings; the row that goes on first. */
  #rowsOf(id: string): KeptPerson[] {
    return this.#spellings.of(id).flatMap((one) => this.#people.get(one) ?? [])
  }

  #rowsNamed(named: Named): KeptPerson[] {
    const rows = this.#rowsOf(idOf(named))
    const former = named.formerKey === undefined ? undefined : this.#people.get(personId(named.source, named.formerKey))
    return former === undefined || rows.includes(former) ? rows : [...rows, former]
  }

  async #newUser(
    { login, name, password }: { login: string; name: string; password: string },
    grants: Grant[],
    createdBy: string,
  ): Promise<KeptPerson> {
    checkPassword(login, password)
    const passwordHash = await this.#options.passwords.hash(password)
    const atMs = this.#options.nowMs()
    return {
      id: `user.${drawId()}`,
      source: 'user',
      login,
      name: shownName(name),
      passwordHash,
      grants,
      missed: [],
      addresses: [],
      disabled: false,
      createdBy,
      createdAtMs: atMs,
      passwordAtMs: atMs,
      lastSignInAtMs: null,
    }
  }

  async #readAll(isOwn: (id: string) => boolean): Promise<void> {
    const before = [...this.#people.keys()]
    const kept = new Map((await this.#options.store.all()).map((one) => [one.id, one]))
    // What was added here meanwhile may not have been there yet when it was read.
    for (const known of before) if (!kept.has(known) && !isOwn(known)) this.#people.delete(known)
    for (const [known, one] of kept) if (!isOwn(known)) this.#people.set(known, one)
    this.#spellings = new Spellings(this.#people.values())
  }

  async #readAgain(id: string): Promise<KeptPerson | null> {
    return await this.#reloading.during(id, async () => {
      const now = await this.#options.store.one(id)
      if (now !== null) this.#put(now)
      return now
    })
  }

  async #change(id: string, change: PersonChange): Promise<void> {
    await this.#reloading.during(id, async () => {
      await this.#options.store.change(id, change)
      const now = this.#people.get(id)
      if (now !== undefined) this.#put({ ...now, ...change })
    })
  }

  #put(person: KeptPerson): void {
    const before = this.#people.get(person.id)
    this.#people.set(person.id, person)
    const isSame =
      before?.disabled === person.disabled && JSON.stringify(before.grants) === JSON.stringify(person.grants)
    if (!isSame) this.#options.onChanged()
  }

  *#users(): Iterable<KeptPerson> & Iterator<KeptPerson> {
    for (const person of this.#people.values()) if (person.source === 'user') yield person
  }

  #userCalled(login: string): KeptPerson | null {
    for (const user of this.#users()) if (user.login === login) return user
    return null
  }
}

function idOf({ source, key }: Named): string {
  return personId(source, key)
}

/** As they are named now; a row from before spellings were one keeps the name by which it is found. */
function nameOf(named: Named, known: KeptPerson | undefined): string {
  return known === undefined || known.id === idOf(named) ? shownName(named.name) : known.name
}

function administers(person: KeptPerson): boolean {
  return person.source === 'user' && !person.disabled && mayEverywhere(person, 'administer')
}

/** As a name on every screen: plain text, and never that of Quorumdeck itself. */
export function shownName(given: string): string {
  const plain = given
    .replaceAll(/[\p{Cc}\p{Cf}<>]/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
  if (plain === '' || /javascript:/i.test(plain)) return 'somebody without a name'
  return plain.toLowerCase() === 'quorumdeck' ? 'quorumdeck (a person)' : plain
}

function checkPassword(login: string, password: string): void {
  if (password.toLowerCase().includes(login) && password.length < login.length + 8) throw refuseAccess.weakPassword()
  if (new Set(password).size < 4) throw refuseAccess.weakPassword()
}

function viewOf(person: KeptPerson): PersonView {
  const { id, source, login, name, grants, missed, disabled, createdBy, createdAtMs, lastSignInAtMs } = person
  const shown = source === 'user' ? login : null
  return { id, source, login: shown, name, grants, missed, disabled, createdBy, createdAtMs, lastSignInAtMs }
}
