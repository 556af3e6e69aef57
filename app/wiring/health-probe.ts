import { setTimeout as pause } from 'node:timers/promises';
import type { HealthFacts } from '../../api/deps.ts';
import { errorText } from '../../errors/coded-error.ts';
import type { WorkerKind } from '../../model/worker-kind.ts';
import type { LedgerRecorder } from '../../recording/ledger-recorder.ts';
import type { Recorder } from '../../recording/recorder.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import type { State } from './state.ts';

const patienceMs = 2_000;

/** Finds out how this control plane stands, within two seconds whatever hangs. */
export function healthProbe(parts: {
  readonly state: Pick<State, 'redis' | 'lease'>;
  readonly recorder: Recorder;
  readonly chains: Pick<MetadataStore, 'damagedChains'>;
  readonly ledgerRecorder: LedgerRecorder;
  readonly leadership: { token(): string | undefined };
  readonly ticks: { newest(): Promise<string | null> };
  readonly tickEveryMs: number;
  readonly workers: readonly WorkerKind[];
}): { facts(): Promise<HealthFacts> } {
  const { state, recorder, chains, ledgerRecorder, leadership, ticks, tickEveryMs, workers } = parts;
  return {
    async facts() {
      const redis = await within(state.redis.ping());
      const up = 'value' in redis;
      const holder = up ? await within(state.lease.holder()) : redis;
      const tick = up ? await within(ticks.newest()) : redis;
      const damaged = await within(chains.damagedChains());
      const upToDateAt = recorder.upToDateAt();
      return {
        redis: { ok: up, detail: up ? null : redis.error },
        metadata: {
          ok: upToDateAt !== null,
          lagMs: upToDateAt === null ? null : Math.max(0, Date.now() - upToDateAt),
          detail: upToDateAt === null ? 'not caught up with the events yet' : null,
        },
        ledger: leadership.token() === undefined ? null : ledgerRecorder.standing(),
        leader: {
          holder: 'value' in holder ? (holder.value ?? null) : null,
          self: leadership.token() !== undefined,
        },
        damaged: 'value' in damaged ? damaged.value : null,
        lastTick: 'value' in tick ? tick.value : null,
        tickEveryMs,
        workers,
      };
    },
  };
}

async function within<T>(answer: Promise<T>): Promise<{ readonly value: T } | { readonly error: string }> {
  const late = new AbortController();
  const timeOut = pause(patienceMs, { error: `no answer within ${patienceMs} ms` }, { signal: late.signal });
  timeOut.catch(() => undefined);
  try {
    return await Promise.race([answer.then((value) => ({ value })), timeOut]);
  } catch (error) {
    return { error: errorText(error) };
  } finally {
    late.abort();
  }
}
