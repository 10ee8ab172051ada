import { createPublicKey } from 'node:crypto';
import { signEs256, verifyEs256 } from './ecdsa.ts';
import { stableJson } from './json.ts';
import type { SigningKey, TrustedKey } from './keys.ts';
import { paths } from './layout.ts';
import { refusal } from './refusal.ts';

const payloadType = 'application/vnd.in-toto+json';

/** DSSE v1 envelope with one ES256 signature, its `keyid` the RFC 7638 thumbprint. */
export function sealEnvelope(payload: Uint8Array, key: SigningKey): string {
  return formatEnvelope(payload, key.keyId, signEs256(preAuthentication(payload), key.privateKey));
}

/**
 * The payload of an envelope that this key signed.
 *
 * @throws AssayError ERR_VERIFY_SIGNATURE where a single byte is not as `sealEnvelope` would write it
 */
export function openEnvelope(text: string, key: TrustedKey): Buffer {
  const { payload, keyId, signature } = parseEnvelope(text);
  if (keyId !== key.keyId)
    throw refusal(
      'SIGNATURE',
      `expected the key of ${paths.signer} (${key.keyId}) in ${paths.statement}, got another`,
    );
  if (!verifyEs256(preAuthentication(payload), signature, createPublicKey(key.pem)))
    throw refusal(
      'SIGNATURE',
      `expected a signature by key ${keyId} in ${paths.statement}, got one that does not verify`,
    );
  return payload;
}

interface Envelope {
  readonly payload: Buffer;
  readonly keyId: string;
  readonly signature: Buffer;
}

function parseEnvelope(text: string): Envelope {
  const envelope = fieldsOf(text);
  // Written again, the envelope must be the same bytes: no other keys, blanks, padding or second signature.
  if (envelope === undefined || formatEnvelope(envelope.payload, envelope.keyId, envelope.signature) !== text)
    throw refusal('SIGNATURE', `expected ${paths.statement} as assay writes it, got another form of it`);
  return envelope;
}

function fieldsOf(text: string): Envelope | undefined {
  try {
    const { payload, signatures } = JSON.parse(text);
    const [{ keyid, sig }] = signatures;
    return {
      payload: Buffer.from(payload, 'base64'),
      keyId: String(keyid),
      signature: Buffer.from(sig, 'base64'),
    };
  } catch {
    return undefined;
  }
}

function formatEnvelope(payload: Uint8Array, keyId: string, signature: Uint8Array): string {
  return stableJson({
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: [{ keyid: keyId, sig: Buffer.from(signature).toString('base64') }],
  });
}

/** The bytes that are signed: DSSE v1 protocol, "PAE". */
function preAuthentication(payload: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
}
