import { parentPort } from 'node:worker_threads';
import { errorText } from '../../errors/coded-error.ts';
import { type FrameKey, sealFrames } from './held-message.ts';

/** Plain and sealed bytes lie in memory that both threads see. */
export interface SealRequest {
  readonly id: number;
  readonly plain: Uint8Array;
  readonly into: Uint8Array;
  readonly frameKey: FrameKey;
}
export type SealAnswer = { readonly id: number } & ({ readonly bytes: number } | { readonly error: string });

parentPort?.on('message', ({ id, plain, into, frameKey }: SealRequest) => {
  parentPort?.postMessage(sealed(id, () => sealFrames(plain, into, frameKey)));
  frameKey.key.fill(0);
});

function sealed(id: number, work: () => number): SealAnswer {
  try {
    return { id, bytes: work() };
  } catch (error) {
    return { id, error: errorText(error) };
  }
}
