import type { Lease } from '../../stores/lease/port.ts';

/** A lease that does as the test says: `grant` hands it over, `fail` lets every question fail. */
export class FakeLease implements Lease {
  #granted: string | undefined;
  #failing = false;
  released = 0;

  grant(token: string | undefined): void {
    this.#granted = token;
    this.#failing = false;
  }

  fail(): void {
    this.#failing = true;
  }

  hold(): Promise<string | undefined> {
    return this.#failing ? Promise.reject(new Error('Redis is away')) : Promise.resolve(this.#granted);
  }

  holder(): Promise<string | undefined> {
    return Promise.resolve(this.#granted);
  }

  release(): Promise<void> {
    this.released += 1;
    return Promise.resolve();
  }
}
