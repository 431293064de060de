/** How the line of a replica looks, beside its name. */
export function LineKey({ stroke, isDashed }: { stroke: string; isDashed: boolean }) {
  return (
    <svg width="22" height="8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="22"
        y2="4"
        stroke={stroke}
        strokeWidth="2"
        strokeDasharray={isDashed ? '4 3' : undefined}
      />
    </svg>
  )
}
