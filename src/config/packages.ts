import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** The YAML parser: 85 modules that a scan does without whose files the build has parsed. Loaded at first use. */
export function yamlPackage(): typeof import('yaml') {
  return load('yaml') as typeof import('yaml');
}

/** The JSON Schema compiler: 100 modules, loaded at first use. */
export function ajvPackage(): typeof import('ajv/dist/2020.js') {
  return load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
}
