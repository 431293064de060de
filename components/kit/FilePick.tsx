'use client'
/** A file input that looks like the other inputs: the browser's own button is styled, nothing stands in its place. */
import type { ComponentProps } from 'react'
import './filePick.css'

export function FilePick(props: Omit<ComponentProps<'input'>, 'type' | 'className'>) {
  return <input {...props} type="file" className="qd-file" />
}
