import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { inReverse } from '../processes/in-reverse.ts';
import { stopRequest } from '../processes/stop-request.ts';
import { stopWithinMs } from '../processes/stop-within.ts';
import { startAll } from '../start.ts';
import { openLog } from '../wiring/log.ts';
import { chooseCluster } from './choose-cluster.ts';
import { type FirstRun, followFirstRun } from './first-run.ts';
import { quickstartFolder } from './folder.ts';
import { freePort } from './free-port.ts';
import { prepareFolder } from './prepare.ts';
import { startPrivateRedis } from './private-redis.ts';
import { lockFolder } from './running-lock.ts';
import { makeSampleLedger } from './sample-ledger.ts';
import { schedulerClient } from './scheduler-client.ts';

export interface QuickstartOptions {
  readonly folder: string;
  /** End when every schedule has run once. */
  readonly once: boolean;
  readonly port: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** Called once, with what ran; the quickstart then goes on serving or ends. */
  readonly show: (run: FirstRun) => void;
}

const readyWithinMs = 60_000;
const firstRunWithinMs = 10 * 60_000;
const redisPort = 6390;

/**
 * Everything on embedded defaults: a private Redis, a private TigerBeetle where there is one, sample data, control
 * plane and workers; runs every schedule once and shows it. Resolves with the exit code: 0 when every schedule that can
 * run has run.
 */
export async function quickstart(options: QuickstartOptions): Promise<number> {
  const { say, environment } = options;
  const folder = quickstartFolder(resolve(options.folder));
  await mkdir(folder.root, { recursive: true, mode: 0o700 });
  await mkdir(folder.logs, { recursive: true, mode: 0o700 });
  const stopped = new AbortController();
  const stop = stopRequest().then((reason) => {
    stopped.abort(reason);
    return reason;
  });
  const opened = inReverse();
  try {
    opened.add(await lockFolder(folder.lock));
    const redisUrl = environment['REDIS_URL'] ?? (await privateRedis(folder.redis, opened, say));
    const cluster = await chooseCluster(environment, folder.tigerbeetle, { opened, say });
    const port = await freePort(options.port);
    if (port !== options.port) say(`port ${options.port} is taken: serving on ${port} instead`);
    const access = await prepareFolder(folder, { redisUrl, port, cluster, say });
    const configuration = loadConfiguration({ file: folder.configuration, environment: {} });
    if (cluster?.ours !== false) await makeSampleLedger(configuration);
    const supervisor = startAll(configuration, {
      configurationFile: folder.configuration,
      log: openLog('quickstart', 'warn'),
      environment: withoutConfiguration(environment),
      output: (name) => openSync(join(folder.logs, `${name}.log`), 'a', 0o600),
    });
    opened.add(() => supervisor.stop(stopWithinMs(configuration)));
    const client = schedulerClient(access.url, access.viewerKey);
    await client.ready(readyWithinMs, stopped.signal);
    say(`serving on ${access.url}, keys in ${folder.access}; running every schedule once:`);
    const run = await followFirstRun(client, { say, limitMs: firstRunWithinMs, signal: stopped.signal });
    options.show(run);
    say(`backups lie in ${folder.store}; logs in ${folder.logs}`);
    for (const name of run.missing) say(`schedule ${name} has not run`);
    if (!options.once && !stopped.signal.aborted) {
      say('going on serving; Ctrl-C stops everything');
      say(`stopping: ${await stop}`);
    }
    return run.missing.length === 0 ? 0 : 1;
  } finally {
    await opened.close();
  }
}

async function privateRedis(
  folder: string,
  opened: ReturnType<typeof inReverse>,
  say: (line: string) => void,
): Promise<string> {
  const redis = await startPrivateRedis(folder, redisPort);
  opened.add(() => redis.stop());
  if (redis.left === undefined) say(`a private Redis serves on ${redis.url}`);
  else
    say(
      `the Redis of a killed quickstart still serves on ${redis.url}: using it, and leaving it (process ${redis.left.pid})`,
    );
  return redis.url;
}

/** The children read the quickstart's own file: settings of this shell are for other schedulers. */
function withoutConfiguration(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(BACKUP_|TIGERBEETLE_|REDIS_URL$)/.test(name)),
  );
}
