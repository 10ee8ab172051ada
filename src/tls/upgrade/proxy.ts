/** How a proxy answered: a way to the target, no way to it (as far as the proxy could tell), or a refusal of us. */
export interface Passage {
  readonly kind: 'open' | 'unreachable' | 'refused';
  /** As the proxy codes it: an HTTP status, or `method 255`, `login 1`, `reply 2` of SOCKS. */
  readonly code: string;
}

/** Where the proxy is to connect to: an address, never a name, because each address is a subject of its own. */
export interface Destination {
  readonly address: string;
  readonly port: number;
}

/** Resolved at the moment of use, and in no transcript. */
export interface ProxyLogin {
  readonly user: string;
  readonly password: string;
}
