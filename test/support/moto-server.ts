import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './redis-server.ts';
import { until } from './until.ts';

export interface MotoServer {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): Promise<void>;
}

/**
 * moto looks whether there is an object, and stores it then: two threads may find none. S3 lets one win, so one of them
 * at a time does both here. moto keeps 36 bytes of a key's id in what it encrypts; ids of multi-region keys have 40, so it
 * could not decrypt what it had encrypted with them. AWS can.
 */
const launch = `
import struct, sys, threading
import moto.kms.utils as utils
from moto.s3.responses import S3Response
one_at_a_time = threading.RLock()
def atomic(name):
    original = getattr(S3Response, name)
    def both(*args, **kwargs):
        with one_at_a_time:
            return original(*args, **kwargs)
    setattr(S3Response, name, both)
for name in ("put_object", "_key_response_post"):
    atomic(name)
utils.KEY_ID_LEN = 40
utils.HEADER_LEN = utils.KEY_ID_LEN + utils.IV_LEN + utils.TAG_LEN
utils.CIPHERTEXT_HEADER_FORMAT = f">{utils.KEY_ID_LEN}s{utils.IV_LEN}s{utils.TAG_LEN}s"
read = utils._deserialize_ciphertext_blob
def padded(ciphertext_blob):
    ciphertext = read(ciphertext_blob)
    return ciphertext._replace(key_id=ciphertext.key_id.rstrip("\\0")) if hasattr(ciphertext, "_replace") else \\
        utils.Ciphertext(key_id=ciphertext.key_id.rstrip("\\0"), iv=ciphertext.iv, ciphertext=ciphertext.ciphertext, tag=ciphertext.tag)
utils._deserialize_ciphertext_blob = padded
from moto.server import main
main(sys.argv[1:])
`;

/** A Python that has moto: MOTO_PYTHON, or the one on the PATH; undefined where there is none. */
export function motoPython(): string | undefined {
  return [process.env['MOTO_PYTHON'] ?? '', 'python3'].find(
    (python) =>
      python !== '' && spawnSync(python, ['-c', 'import moto.server'], { stdio: 'ignore' }).status === 0,
  );
}

export const motoMissing =
  'skipped: no Python with moto (pip install "moto[s3,kms]" flask flask-cors, or name one in MOTO_PYTHON), so no S3 and KMS server to test against';

/** S3 and KMS of AWS on a loopback port, in memory, for all regions. */
export async function startMotoServer(python: string): Promise<MotoServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(python, ['-c', launch, '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  await until('moto answers', async () => {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
    return (await fetch(`${url}/moto-api/`).catch(() => undefined))?.ok;
  });
  return { url, credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
