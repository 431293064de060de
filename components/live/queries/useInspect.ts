'use client'
/** Sends files of a disk to be read; nothing of them is kept anywhere. */
import { useMutation } from '@tanstack/react-query'
import { Inspection } from '../../../server/contract/inspection.ts'
import { answered, routes } from './api.ts'

export interface PickedFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** In pieces: a call with millions of arguments would overflow the stack. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

export function useInspect(cluster: string): {
  inspect: (files: readonly PickedFile[]) => void
  pending: boolean
  inspection: Inspection | null
  refused: Error | null
} {
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: (files: readonly PickedFile[]) =>
      answered(
        Inspection,
        routes.clusters[':cluster'].inspect.$post({
          param: { cluster },
          json: { files: files.map(({ name, bytes }) => ({ name: name.slice(0, 200), base64: base64(bytes) })) },
        }),
      ),
  })
  return { inspect: mutate, pending: isPending, inspection: error === null ? (data ?? null) : null, refused: error }
}
