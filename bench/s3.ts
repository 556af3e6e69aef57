/**
 * Uploads one object of random bytes to an S3 server, beside rclone where it is installed, in turn; the server is moto on
 * loopback. Arguments: megabytes (default 300), rounds (default 3). Build first, then: node dist/bench/s3.js
 */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Store } from '../stores/objects/s3.ts';
import { motoMissing, motoPython, startMotoServer } from '../test/support/moto-server.ts';
import { quantile } from './ratios.ts';

const [megabytes = 300, rounds = 3] = process.argv.slice(2).map(Number);
const python = motoPython();
if (python === undefined) throw new Error(motoMissing);
const moto = await startMotoServer(python);
const base = await mkdtemp(join(tmpdir(), 'bench-s3-'));
try {
  const file = join(base, 'object');
  const piece = randomBytes(1_000_000);
  await writeFile(file, Buffer.concat(Array.from({ length: megabytes }, () => piece)));
  const bucket = `bench-${randomUUID()}`;
  const where = { region: 'us-east-1', endpoint: moto.url, credentials: moto.credentials };
  const client = new S3Client({ ...where, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const store = createS3Store({
    ...{ ...where, bucket, prefix: '', pathStyle: true },
    ...{ storageClass: 'STANDARD', objectLockDays: 0, sseKmsKeyId: null },
  });

  const rclone = {
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    // It asks for version `null` of what it has uploaded, which moto refuses: it would begin again.
    RCLONE_CONFIG_BENCH_NO_HEAD: 'true',
    RCLONE_CONFIG_BENCH_ENDPOINT: moto.url,
    RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: moto.credentials.accessKeyId,
    RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: moto.credentials.secretAccessKey,
  };
  const tools: [string, (key: string) => Promise<void>][] = [
    [
      'ours',
      async (key) => {
        await store.put(key, createReadStream(file));
      },
    ],
  ];
  if (spawnSync('rclone', ['version'], { stdio: 'ignore' }).status === 0) {
    tools.push([
      'rclone',
      (key) => run('rclone', ['copyto', '--quiet', file, `bench:${bucket}/${key}`], rclone),
    ]);
  }

  const times = new Map<string, number[]>(tools.map(([name]) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, upload] of tools) {
      const key = `${name}-${round}`;
      const start = performance.now();
      await upload(key);
      // The first warms up.
      if (round > 0) times.get(name)?.push(performance.now() - start);
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    }
    tools.reverse();
  }
  report(times);
  store.close();
  client.destroy();
} finally {
  await rm(base, { recursive: true, force: true });
  await moto.stop();
}

function report(times: ReadonlyMap<string, readonly number[]>): void {
  const own = quantile(times.get('ours') ?? [], 0.5);
  for (const [name, samples] of times) {
    const median = quantile(samples, 0.5);
    const all = samples.map((ms) => ms.toFixed(0)).join(' ');
    const ratio = name === 'ours' ? '' : `; ours takes ×${(own / median).toFixed(2)} of it (target ≤ 1)`;
    console.log(`${name}: ${megabytes} MB in ${median.toFixed(0)} ms at the median (${all})${ratio}`);
  }
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn(program, args, { stdio: 'inherit', env: { PATH: process.env['PATH'], ...env } });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}`);
}
