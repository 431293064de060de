/** The figures of a safety run that are quoted elsewhere, as one short table at its end. */

/** What each stage is asked for; those that did not run are named too. */
const STAGES = [
  'conformance',
  'explore',
  'schedules',
  'lost',
  'alerts',
  'mutants',
  'gates',
  'crashes',
  'replicas',
  'keycloak',
  'soak',
] as const
type Stage = (typeof STAGES)[number]

/** Keeps one figure of a stage. */
export type Note = (what: string, value: string) => void

export class Figures {
  readonly #rows = new Map<Stage, [what: string, value: string][]>()

  of(stage: Stage): Note {
    return (what, value) => {
      this.#rows.set(stage, [...(this.#rows.get(stage) ?? []), [what, value]])
    }
  }

  lines(): string[] {
    const rows = STAGES.flatMap(
      (stage): [what: string, value: string][] => this.#rows.get(stage) ?? [[stage, 'not run']],
    )
    const width = Math.max(...rows.map(([what]) => what.length))
    return rows.map(([what, value]) => `  ${what.padEnd(width)}  ${value}`)
  }
}
