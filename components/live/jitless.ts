/**
 * The content security policy forbids code made from strings, and zod compiles its object parsers that way unless told
 * otherwise. Whoever parses in the browser imports this file first.
 */
import * as z from 'zod/mini'

z.config({ jitless: true })
