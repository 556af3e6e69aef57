#!/usr/bin/env node
// Opens a backup with the recovery key alone, without the program that made it:
//
//   npm install @aws-crypto/client-node
//   node open-backup.mjs <store folder> <type>/<backup id> <private recovery key.pem> <new folder>
//
// It proves the manifest, opens every object that it names, proves each by length and SHA-256, and writes them with the
// opened manifest into the new folder. A passphrase of the key is taken from RECOVERY_PASSPHRASE.
import { Buffer } from 'node:buffer';
import console from 'node:console';
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buildClient, CommitmentPolicy, RawRsaKeyringNode } from '@aws-crypto/client-node';

const { decrypt, decryptUnsignedMessageStream } = buildClient(
  CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
);

/** The keyring of the private recovery key; its name is made of the digest of its public half. */
function recoveryKeyring(pem, passphrase) {
  const privateKey = createPrivateKey({ key: pem, passphrase });
  const publicDer = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return new RawRsaKeyringNode({
    keyNamespace: 'backup-scheduler',
    keyName: `recovery:${sha256(publicDer).slice(0, 32)}`,
    rsaKey: { privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
    oaepHash: 'sha256',
  });
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Keys of every object in order, no white space: what the digest of the header is made of. */
function canonicalJson(value) {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The sealed bytes say for which backup, path and ordinal they were sealed; any other is another object in this place. */
function checkContext(header, context) {
  for (const [field, value] of Object.entries(context)) {
    if (header.encryptionContext[field] !== String(value)) {
      throw new Error(`${context.path}: sealed for another place (${field} differs)`);
    }
  }
}

async function openManifest(keyring, store, backup) {
  const path = `${backup}/manifest.json`;
  const { header, body } = JSON.parse(await readFile(join(store, path), 'utf8'));
  const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(body, 'base64'));
  checkContext(messageHeader, { backupId: backup.split('/')[1], path, ordinal: 0 });
  const sealed = JSON.parse(plaintext.toString());
  if (sealed.headerSha256 !== sha256(canonicalJson(header))) {
    throw new Error(`${path}: its clear header was changed after it was sealed`);
  }
  return { header, ...sealed.body };
}

async function openObject(keyring, store, object, file) {
  const digests = [createHash('sha256'), createHash('sha256')];
  const counted = digests.map((hash) => new PassThrough().on('data', (chunk) => hash.update(chunk)));
  const opening = decryptUnsignedMessageStream(keyring);
  let placed;
  opening.on('MessageHeader', (header) => {
    placed = header;
  });
  await mkdir(dirname(file), { recursive: true });
  try {
    const sealed = createReadStream(join(store, object.path));
    await pipeline(sealed, counted[0], opening, counted[1], createWriteStream(file, { flags: 'wx' }));
    checkContext(placed, { backupId: object.sealedBy, path: object.path, ordinal: object.ordinal });
    const found = digests.map((hash) => hash.digest('hex'));
    if (found[0] !== object.sealedSha256 || found[1] !== object.plainSha256) {
      throw new Error(`${object.path}: not the object that the manifest names`);
    }
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

const [store, typed, keyFile, target] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: open-backup.mjs <store folder> <type>/<backup id> <private key.pem> <new folder>');
  process.exit(2);
}
try {
  const keyring = recoveryKeyring(await readFile(keyFile, 'utf8'), process.env.RECOVERY_PASSPHRASE);
  // As a shell completes it.
  const backup = typed.replace(/\/+$/, '');
  const manifest = await openManifest(keyring, store, backup);
  await mkdir(target);
  await writeFile(join(target, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const object of manifest.objects) {
    await openObject(keyring, store, object, join(target, object.path));
    console.log(`${object.name}\t${join(target, object.path)}\t${object.plainBytes} bytes`);
  }
  const parent = manifest.header.parent;
  if (parent !== null) {
    console.log(
      `This is an incremental backup: open its parent too, ${manifest.header.type}/${parent.backupId}`,
    );
  }
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
