import { subjectKinds } from '../model/index.ts';

/**
 * What an element can be decided on: the kinds that controls are about, kinds of system that assay cannot look at yet,
 * and `document`: nothing that a machine looks at, a person shows it.
 */
export const elementKinds: readonly string[] = [
  ...subjectKinds,
  'mysql-server',
  'token-issuer',
  'kms',
  'host',
  'ssh-server',
  'network',
  'git-repository',
  'kubernetes-cluster',
  'container-image',
  'software-release',
  'vulnerability-record',
  'monitoring',
  'backup',
  'document',
];
