/** What a server did that none may do, in words that follow "the server sent". Never leaves this folder. */
export class Breach extends Error {}
