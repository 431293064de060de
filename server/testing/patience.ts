/**
 * For tests: how long one waits for what must come before it says what it saw instead. Generous, because the machine may be
 * busy and no test is about how long anything takes.
 */
export const PATIENCE_MS = 150_000
