/**
 * Programs that people type into, as each calls itself in `application_name`, in lower case: the beginning of the name.
 * A client may call itself anything.
 */
export const interactiveClients = [
  'psql',
  'pgcli',
  'pgadmin',
  'dbeaver',
  'datagrip',
  'intellij',
  'tableplus',
  'navicat',
  'postico',
  'heidisql',
  'dbvisualizer',
  'beekeeper',
] as const;
export type InteractiveClient = (typeof interactiveClients)[number];

export function interactiveClientOf(application: string): InteractiveClient | undefined {
  const name = application.slice(0, longestName).toLowerCase();
  return interactiveClients.find((client) => name.startsWith(client));
}

/** The server cuts names there. */
const longestName = 63;
