'use client'
import NextLink from 'next/link'
import type { ComponentProps } from 'react'
import { atBase } from '../../live/address/basePath.ts'

type LinkProps = Omit<ComponentProps<typeof NextLink>, 'href'> & { readonly href: string }

/** A link to a page of ours, below the base path where there is one. */
export function Link({ href, ...rest }: LinkProps) {
  return <NextLink href={atBase(href)} {...rest} />
}
