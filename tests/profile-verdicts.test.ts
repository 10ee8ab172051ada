import { describe, expect, test } from 'vitest';
import { loadLibrary } from '../src/cli/library.ts';
import { profileIds } from '../src/cli/package-files.ts';
import { applyTailoring } from '../src/cli/tailored-selection.ts';
import { readProfiles } from '../src/cli/tailoring.ts';
import { profilesNamed } from '../src/cli/under-profiles.ts';
import type { Json, Reason } from '../src/model/index.ts';
import { suiteProperties } from '../src/tls/suite-properties.ts';
import { judge, observationsOf } from './control-cases.ts';

const library = await loadLibrary();
const controls = library.controls.map(({ source }) => source.control);
const ids = await profileIds();
const profiles = await Promise.all(
  ids.map((id) => readProfiles(profilesNamed([id], { cwd: '/' }), controls, library.frameworks)),
);
