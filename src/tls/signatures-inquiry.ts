import type { Completeness } from '../model/index.ts';
import { hexCode } from './cipher-suites.ts';
import { type Enumeration, probeEnumeration } from './enumeration.ts';
import type { Probing } from './exchange.ts';
import type { Signatures } from './facts/signatures.ts';
import type { Versions } from './facts/versions.ts';
import type { HelloOptions } from './offers.ts';
import { signatureSchemes } from './registry.ts';
import { probeSchemes12, type SchemesSeen } from './signature-probing.ts';
import { probeSchemes13 } from './signature-probing-13.ts';

export interface SignaturesSeen {
  readonly enumeration: Enumeration;
  readonly in12: SchemesSeen | undefined;
  readonly in13: SchemesSeen | undefined;
}

/** Enumerates the signature schemes of TLS 1.2 and of TLS 1.3, where they are accepted. */
export function* probeSignatures(versions: Versions, options: HelloOptions): Probing<SignaturesSeen> {
  const enumeration = yield* probeEnumeration(versions, options);
  const found = enumeration.clear.find(({ version }) => version === 'TLSv1.2')?.found;
  const { joint } = enumeration;
  return {
    enumeration,
    in12: found === undefined ? undefined : yield* probeSchemes12(found, options),
    in13: joint === undefined ? undefined : yield* probeSchemes13(joint, options),
  };
}

/** The fact `tls.signatures`. */
export function signaturesValue({ in12, in13 }: SignaturesSeen): Signatures {
  const listed = (version: string, seen: 'signed' | 'went on', schemes: SchemesSeen | undefined) =>
    (schemes?.schemes ?? []).map((code) => ({
      version,
      scheme: schemeName(code),
      code: hexCode(code),
      seen,
    }));
  return { accepted: [...listed('TLSv1.3', 'went on', in13), ...listed('TLSv1.2', 'signed', in12)] };
}

function schemeName(code: number): string {
  return Object.entries(signatureSchemes).find(([, each]) => each === code)?.[0] ?? hexCode(code);
}

/** Which schemes may not have been seen, and why. */
export function missingSignatures({ enumeration, in12, in13 }: SignaturesSeen): Completeness['missing'] {
  const clear = enumeration.clear.filter(({ version }) => version === 'TLSv1.2');
  const why = [
    ...enumeration.unknown.filter(({ version }) => version === 'TLSv1.3' || version === 'TLSv1.2'),
    { version: 'TLSv1.3', why: in13?.missing },
    { version: 'TLSv1.2', why: in12?.missing },
    ...clear.map(({ version, missing }) => ({ version, why: missing })),
  ];
  return why.flatMap((part) =>
    part.why === undefined ? [] : [{ what: `signature schemes of ${part.version}`, why: part.why }],
  );
}
