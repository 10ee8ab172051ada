/** The one part of node-forge that is used: the whole is 46 modules. */
declare module 'node-forge/lib/asn1.js' {
  import forge from 'node-forge';

  const asn1: typeof forge.asn1;
  export = asn1;
}
