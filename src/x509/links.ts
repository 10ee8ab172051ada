import type { Certificate } from './certificate.ts';
import { sameName } from './distinguished-name.ts';

/** Signatures cost time, and a hostile chain can ask for thousands. */
const maxSignatureChecks = 400;

/** Who issued what, by name and signature; each pair is tried once. */
export class Links {
  readonly #known = new Map<string, boolean>();

  get exhausted(): boolean {
    return this.#known.size > maxSignatureChecks;
  }

  /** The certificates among some that issued this one. */
  issuersOf(certificate: Certificate, among: readonly Certificate[]): Certificate[] {
    return among.filter((issuer) => this.issued(issuer, certificate));
  }

  issued(issuer: Certificate, certificate: Certificate): boolean {
    if (!sameName(issuer.subject, certificate.issuer)) return false;
    const pair = `${issuer.sha256} ${certificate.sha256}`;
    const known = this.#known.get(pair);
    if (known !== undefined || this.exhausted) return known ?? false;
    const signed = certificate.signedBy(issuer);
    this.#known.set(pair, signed);
    return signed;
  }
}
