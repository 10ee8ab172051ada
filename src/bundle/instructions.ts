import { paths } from './layout.ts';

/** `VERIFY.txt`: how to check this bundle without assay. Commands are the lines indented by four. */
export function instructions(runId: string, keyId: string | undefined): string {
  return `${[about(runId, keyId), unchanged, nothingAdded, keyId === undefined ? unsigned : signed(keyId), judged].join('\n\n')}\n`;
}

const about = (runId: string, keyId: string | undefined): string => `HOW TO CHECK THIS BUNDLE
Evidence of assay run ${runId}.
Record: DRAFT. Signature: ${keyId === undefined ? 'UNSIGNED' : `by key ${keyId}`}.

DRAFT: this scan belongs to no recorded series. Nothing here can show that no other
scan was made and thrown away.
UNSIGNED, where it says so: the hashes show that the bundle is whole, not who made it.

With assay: assay verify <this folder> --trust <public key that the signer gave you>
Without: run the lines below in this folder. They need a POSIX shell, sha256sum (on
macOS: shasum -a 256), diff, sed and openssl, and change nothing in it.`;

const unchanged = `1. NOTHING IS ALTERED OR MISSING. Both must say OK on every line.
    sha256sum -c ${paths.tagManifest}
    sha256sum -c ${paths.manifest}

The bundle's fingerprint, which reports print and which you compare:
    sha256sum ${paths.tagManifest}`;

const nothingAdded = `2. NOTHING IS ADDED. This must print nothing: files of data/ that the manifest does
not list, and the other way round.
    T=$(mktemp -d)
    sed 's/^.\\{66\\}//' ${paths.manifest} > "$T/listed"
    find data ! -type d | LC_ALL=C sort | diff - "$T/listed"
    rm -r "$T"

Beside data/ there may only be VERIFY.txt, bag-info.txt, bagit.txt, the two manifests
and, where the bundle is signed, signatures/statement.dsse.json and
signatures/signer.pub.pem.`;

const unsigned = `3. FROM WHOM: UNSIGNED. Nothing here proves who made this bundle, and there must be no
folder named signatures. Whoever can change a file can make the hashes again: compare
the fingerprint with one that reached you another way.`;

const signed = (
  keyId: string,
): string => `3. FROM WHOM. Set KEY to the public key that the signer gave you. The copy in
signatures/ proves nothing: whoever forges a bundle puts their own key there.
    KEY=\${KEY:?path of the public key you trust}
    T=$(mktemp -d)
    sed -n 's/^  "payload": "\\(.*\\)",$/\\1/p' ${paths.statement} | openssl base64 -d -A > "$T/statement"
    sed -n 's/^      "sig": "\\(.*\\)"$/\\1/p' ${paths.statement} | openssl base64 -d -A > "$T/sig"
    { printf 'DSSEv1 28 application/vnd.in-toto+json %d ' "$(wc -c < "$T/statement")"; cat "$T/statement"; } > "$T/signed"
    openssl dgst -sha256 -verify "$KEY" -signature "$T/sig" "$T/signed"
    grep "$(sha256sum ${paths.tagManifest} | cut -c 1-64)" "$T/statement"
The last but one must say "Verified OK", the last must print a line: the signed
statement names this very ${paths.tagManifest}.

The key's thumbprint (RFC 7638). It must print ${keyId}
    b64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
    openssl pkey -pubin -in "$KEY" -outform DER | tail -c 64 > "$T/xy"
    printf '{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}' "$(head -c 32 "$T/xy" | b64url)" "$(tail -c 32 "$T/xy" | b64url)" | openssl dgst -sha256 -binary | b64url
    rm -r "$T"`;

const judged = `4. SAME VERDICT. data/findings.ndjson follows from data/observations, data/controls,
data/params.json, data/scope and data/run.json. Read a control's "expect" against the
observations by hand, or let assay judge again, offline:
assay verify <this folder>

No document here is an opinion, an attestation report, an ASV scan or a penetration
test: it holds results of tests at the stated time.`;
