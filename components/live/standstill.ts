'use client'
/** Whether a part of a page shows a moment of the past: ages in it stand still, and nothing live is joined to it. */
import { createContext, useContext } from 'react'

const StandstillContext = createContext(false)

export const Standstill = StandstillContext.Provider

export function useStandstill(): boolean {
  return useContext(StandstillContext)
}
