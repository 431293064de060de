'use client'
/** Next's router, for paths of ours: it goes to them below the base path where there is one. */
import { useRouter as useNextRouter } from 'next/navigation'
import { useMemo } from 'react'
import { atBase } from '../../live/address/basePath.ts'

type Router = Pick<ReturnType<typeof useNextRouter>, 'push' | 'replace'>

export function useRouter(): Router {
  const router = useNextRouter()
  return useMemo(
    () => ({
      push: (path, options) => router.push(atBase(path), options),
      replace: (path, options) => router.replace(atBase(path), options),
    }),
    [router],
  )
}
