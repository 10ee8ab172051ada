/** What closes a bundle: the digest people compare, and who signed it. */
export interface Seal {
  /** sha256 of `tagmanifest-sha256.txt`. */
  readonly fingerprint: string;
  readonly signature: { readonly kind: 'unsigned' } | { readonly kind: 'signed'; readonly keyId: string };
}
