import type { FactDefinition, FactOf } from '../../model/index.ts';

export const hba = {
  name: 'postgres.hba',
  subject: 'postgres-server',
  schema: {
    type: 'object',
    description: 'Client authentication rules: the first that matches a connection decides it',
    properties: {
      rules: {
        type: 'array',
        description: 'Rules in order, without the rejection that follows the last',
        itemKey: ['rule'],
        items: {
          type: 'object',
          description: 'One rule',
          properties: {
            rule: {
              type: 'string',
              description: 'The rule in one line, without its place; a repeated one is numbered',
              dataClass: 'account-identifier',
            },
            type: {
              type: 'string',
              description: 'local, host, hostssl, hostnossl, hostgssenc or hostnogssenc',
            },
            databases: {
              type: 'array',
              description: 'Names, keywords or patterns of databases',
              items: { type: 'string', description: 'Name, keyword or pattern' },
            },
            users: {
              type: 'array',
              description: 'Names, keywords or patterns of roles; +name takes in the members of a role',
              items: {
                type: 'string',
                description: 'Name, keyword or pattern',
                dataClass: 'account-identifier',
              },
            },
            address: {
              type: 'string',
              description: 'Network, host name or keyword; absent for the socket',
              presence: 'optional',
            },
            prefixLength: {
              type: 'integer',
              description: 'Leading bits that the network fixes; absent where the address is not a network',
              presence: 'optional',
            },
            anyAddress: {
              type: 'boolean',
              description:
                'Takes in every IPv4 or every IPv6 address of the internet, alone or together with other rules that let the same in',
            },
            method: { type: 'string', description: 'Authentication method; empty for a line in error' },
            clientCertificate: {
              type: 'string',
              description: 'Option clientcert: verify-ca or verify-full',
              presence: 'optional',
            },
            errored: { type: 'boolean', description: 'The server could not parse the line' },
            admits: {
              type: 'boolean',
              description:
                'Decides some connection, and not by rejecting it: not in error, not hidden by earlier rules',
            },
            remote: {
              type: 'boolean',
              description: 'Decides some connection from an address that is not the server host’s own',
            },
            remoteUnencrypted: {
              type: 'boolean',
              description: 'Decides some such connection with neither TLS nor GSSAPI encryption',
            },
            decides: {
              type: 'boolean',
              description:
                'Decides, or may decide, some attempt of a role that may log in to reach a database that there is; a rule for all also one of a role, or to a database, that comes to be',
            },
            idle: {
              type: 'string',
              enum: ['no-role', 'no-database', 'no-channel', 'hidden'],
              description:
                'Why it decides nothing: it names no role that may log in, no database that admits connections, only connections that the server does not have, or earlier rules decide all that it names',
              presence: 'optional',
            },
            hiddenBy: {
              type: 'array',
              description: 'The earlier rules that decide in its stead, where it decides nothing',
              items: { type: 'string', description: 'The rule in one line', dataClass: 'account-identifier' },
            },
            file: { type: 'string', description: 'File name without its folder' },
            line: { type: 'integer', description: 'Line number in that file' },
          },
        },
      },
    },
  },
} as const satisfies FactDefinition;

export type Hba = FactOf<typeof hba.schema>;
