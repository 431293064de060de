/** The thread of the decoders: nothing else that waits for orders may live in it, or it would not end. */
import { parentPort, workerData } from 'node:worker_threads'
import { type DecodingOrder, decodeAll } from './decoding.ts'

decodeAll(workerData as DecodingOrder, (told) => parentPort?.postMessage(told))
