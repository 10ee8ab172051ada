/** A text, and where it stands: `file:line:column`. */
export interface Placed {
  readonly text: string;
  readonly place: string;
}

/** One own control as a file gives it. */
export interface OwnControlRow {
  readonly id: Placed;
  readonly wording: string;
  readonly owner: string;
  readonly frequency: string;
  readonly requirements: readonly { readonly framework: Placed; readonly id: Placed }[];
  /** Ids of controls, or beginnings of ids. */
  readonly controls: readonly Placed[];
}
