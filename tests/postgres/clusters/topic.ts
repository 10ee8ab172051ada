import type { Json } from '../../../src/model/index.ts';
import { knows, type Novelty } from '../major.ts';

/** A session over TCP from the machine itself that stays open. */
export interface Session {
  readonly user: string;
  readonly password: string;
  readonly tls: boolean;
  /** Of logical replication, with the database `postgres`. */
  readonly replication?: 'database';
}

/** What a topic adds to a server. */
export interface Layer {
  readonly settings?: Readonly<Record<string, string>>;
  /** SQL as the superuser, in the database `postgres`. */
  readonly sql?: string;
  /** The same in the database `clinic`, which every server has. */
  readonly clinic?: string;
  /** Of a remedy: in the place of those that are open. */
  readonly sessions?: readonly Session[];
  /** What comes beside, where the server knows it. */
  readonly later?: Readonly<Partial<Record<Novelty, Omit<Layer, 'later'>>>>;
}

/** What a server of that major version gets of a layer. */
export const partsOf = ({ later = {}, ...layer }: Layer, major: number): readonly Layer[] => [
  layer,
  ...Object.entries(later).flatMap(([what, part]) => (knows(what as Novelty, major) ? [part] : [])),
];

/** What an administrator does about an exception; `hba` takes the place of the whole file. */
export interface Remedy extends Layer {
  readonly hba?: readonly string[];
  readonly restart?: true;
}

/**
 * One topic of what makes a server weak or hardened. Each of its controls fails on the weak server, passes on the
 * hardened one, and passes on the weak one after its remedy: the very thing that the control's text says.
 */
export interface Topic {
  readonly weak: Layer;
  readonly hardened: Layer;
  /** Parameters that the controls are judged with, by control. */
  readonly params?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  /** By control. */
  readonly remedies: Readonly<Record<string, Remedy>>;
}
