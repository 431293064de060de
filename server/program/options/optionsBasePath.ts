/** Below which path the product is served: `--base-path PATH`, or `basePath` in quorumdeck.yaml; and URLs of it that are given whole. */
import * as z from 'zod/mini'
import { BASE_PATH, plainBasePath } from '../../http/basePath/basePath.ts'
import { UsageError } from './optionsReading.ts'

export const BasePathInFile = z.string().check(z.regex(BASE_PATH, 'is no path like "/quorumdeck"'))

/** @throws UsageError */
export function basePathOf(flag: string | undefined, inFile: string | undefined): string {
  if (flag !== undefined && !BASE_PATH.test(flag)) {
    throw new UsageError(
      `--base-path: ${JSON.stringify(flag)} is no base path. Give a path that begins with a slash, of letters, digits and . _ ~ - ` +
        'without dots at the beginning of a name, for example /quorumdeck.',
    )
  }
  return plainBasePath(flag ?? inFile ?? '')
}

/** Where people find the product by this URL of a configuration. @throws Error where it names another path */
export function publicUrlAt({ origin, pathname }: URL, basePath: string): string {
  if (basePath === '') return origin
  const path = pathname.replace(/\/+$/, '')
  if (path !== '' && path !== basePath) {
    throw new Error(`publicUrl ends with ${path}, and the base path is ${basePath}. Make them the same.`)
  }
  return origin + basePath
}
