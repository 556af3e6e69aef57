import { startPrivateRedis } from '../../app/quickstart/private-redis.ts';

// A process that starts a private Redis, as the quickstart does, and lives until it is killed.
const [folder = ''] = process.argv.slice(2);
const { url } = await startPrivateRedis(folder, 0);
process.stdout.write(url);
setInterval(() => undefined, 60_000);
