'use client'
/** How much of something is done, as a bar; the words beside it are the owner's. */
import './progressBar.css'

/** @param part 0 to 1 */
export function ProgressBar({ label, part, words }: { label: string; part: number; words: string }) {
  return (
    <div
      className="qd-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(100 * part)}
      aria-valuetext={words}
    >
      <i style={{ width: `${100 * part}%` }} />
    </div>
  )
}
