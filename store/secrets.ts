import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

export interface SecretBox {
  /** `context` names the place of the ciphertext (see `secretContext`); it opens nowhere else. */
  seal(plain: string, context: string): string;
  open(sealed: string, context: string): string;
  /** False for what was sealed with an older key of the ring. */
  isSealedWithNewestKey(sealed: string): boolean;
}

/** The ciphertext was made with a master key that is not in the ring. */
export class MasterKeyMissingError extends Error {
  constructor(readonly keyId: string) {
    super(
      `A stored secret was encrypted with master key ${keyId}, which BRIDGE_MASTER_KEY does not hold. ` +
        'Start with the key the installation was made with (during a rotation: the new one first, then the old one).',
    );
    this.name = 'MasterKeyMissingError';
  }
}

/** The ciphertext was changed, cut or moved from another place. */
export class SealedSecretDamagedError extends Error {
  constructor(context: string, options?: ErrorOptions) {
    super(`The stored secret ${context} is damaged or belongs to another record`, options);
    this.name = 'SealedSecretDamagedError';
  }
}

const version = 'v1';
/** 96 bits are what GCM is specified for. */
const ivBytes = 12;
const tagBytes = 16;

/** Binds a ciphertext to its column and row, so that swapping two of them in the database is noticed. */
export function secretContext(table: string, column: string, id: string): string {
  return `${table}.${column}:${id}`;
}

/** `masterKeys`: 32 bytes each in Base64, the newest first. */
export function createSecretBox(masterKeys: readonly string[]): SecretBox {
  const ring = masterKeys.map((encoded) => {
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== 32) throw new Error('A master key must be 32 bytes in Base64');
    return { id: masterKeyId(key), key };
  });
  const [newest] = ring;
  if (newest === undefined) throw new Error('No master key given');

  return {
    seal(plain, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', newest.key, iv, { authTagLength: tagBytes });
      cipher.setAAD(additionalData(newest.id, context));
      const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return [
        version,
        newest.id,
        ...[iv, ciphertext, cipher.getAuthTag()].map((part) => part.toString('base64url')),
      ].join('.');
    },
    open(sealed, context) {
      const [sealedVersion, keyId, iv, ciphertext, tag, ...rest] = sealed.split('.');
      if (
        sealedVersion !== version ||
        keyId === undefined ||
        iv === undefined ||
        ciphertext === undefined ||
        tag === undefined ||
        rest.length > 0
      ) {
        throw new SealedSecretDamagedError(context);
      }
      const entry = ring.find(({ id }) => id === keyId);
      if (entry === undefined) throw new MasterKeyMissingError(keyId);
      try {
        const decipher = createDecipheriv('aes-256-gcm', entry.key, Buffer.from(iv, 'base64url'), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(additionalData(keyId, context));
        decipher.setAuthTag(Buffer.from(tag, 'base64url'));
        return Buffer.concat([
          decipher.update(Buffer.from(ciphertext, 'base64url')),
          decipher.final(),
        ]).toString('utf8');
      } catch (error) {
        throw new SealedSecretDamagedError(context, { cause: error });
      }
    },
    isSealedWithNewestKey(sealed) {
      return sealed.startsWith(`${version}.${newest.id}.`);
    },
  };
}

/** Tells keys apart without telling anything about them. */
function masterKeyId(key: Buffer): string {
  return createHash('sha256').update('wecom-bridge master key id\0').update(key).digest('hex').slice(0, 8);
}

function additionalData(keyId: string, context: string): Buffer {
  return Buffer.from(`${version}.${keyId}.${context}`, 'utf8');
}
