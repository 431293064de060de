/** A wait that can be cut short. A wake-up while nobody waits is kept for the next wait. */
export class Pause {
  #wake: (() => void) | null = null
  #woken = false

  /** Resolves after `ms` or at `wake`, whichever comes first. */
  async wait(ms: number): Promise<void> {
    if (this.#woken) {
      this.#woken = false
      return
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms)
      this.#wake = done
      function done(): void {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = null
    this.#woken = false
  }

  wake(): void {
    if (this.#wake === null) this.#woken = true
    else this.#wake()
  }
}
