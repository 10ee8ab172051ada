/** A server, by address. */
export interface ServerAddress {
  /** Without brackets. */
  readonly address: string;
  readonly port: number;
}

/** As evidence has it: `192.0.2.53:53`, `[2001:db8::53]:53`. */
export function inWords({ address, port }: ServerAddress): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
