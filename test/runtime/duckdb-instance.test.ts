import { describe, expect, it } from '@jest/globals';
import { openInstance } from '../../runtime/duckdb-instance.ts';

const slow = 'SELECT sum(hash(i)) FROM range(20_000_000) t(i)';
const endless = 'SELECT sum(hash(i + j)) FROM range(10_000_000) t(i), range(10_000_000) u(j)';
const refused = 'the database is being closed';

const opened = async () => openInstance(':memory:', { threads: '1' });

describe('an instance of DuckDB that is closed', () => {
  it('ends what is under way on each connection, and refuses what is asked meanwhile', async () => {
    const instance = await opened();
    const [one, other] = [await instance.connect(), await instance.connect()];
    const asked = [one.runAndReadAll(slow), other.runAndReadAll(slow)];
    const closed = instance.close();
    await expect(one.run('SELECT 1')).rejects.toThrow(refused);
    await expect(instance.connect()).rejects.toThrow(refused);
    for (const answer of asked) expect((await answer).currentRowCount).toBe(1);
    await closed;
    await instance.close();
    one.interrupt();
  });

  it('closes a connection that was being made, too', async () => {
    const instance = await opened();
    const connecting = instance.connect();
    await instance.close();
    await expect((await connecting).run('SELECT 1')).rejects.toThrow(refused);
  });

  it('interrupts what would take too long, where it is told to', async () => {
    const instance = await opened();
    const asked = (await instance.connect()).run(endless);
    const outcome = expect(asked).rejects.toThrow(/interrupt/i);
    await instance.close({ interrupt: true });
    await outcome;
  });

  // Under a statement that is just begun, DuckDB would take the whole process with it.
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])('takes nothing on %i turns after an answer', async (turns) => {
    for (let round = 0; round < 20; round++) {
      const instance = await opened();
      const connection = await instance.connect();
      const answered = connection.run('SELECT 1');
      const askAgain = async (): Promise<unknown> => {
        await answered;
        for (let turn = 0; turn < turns; turn++) await Promise.resolve();
        return connection.runAndReadAll(slow);
      };
      const again = expect(askAgain()).rejects.toThrow(refused);
      await instance.close();
      await again;
    }
  });
});
