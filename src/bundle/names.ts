/** Names that Windows keeps for devices, whatever ending follows. */
const deviceName = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;

/**
 * A subject's, control's or fact's id as a file name: `[a-z0-9._~-]` stand for themselves, every other byte of the
 * UTF-8 text becomes `=` and two hex digits, and so does a first or last dot and the first letter of a device name.
 * Different ids give different names, on file systems that fold case too. The percent sign is not used: RFC 8493
 * (2.1.3) wants it doubled up as `%25` in manifests, and `sha256sum -c` would then look for another file.
 */
export function fileName(id: string): string {
  const escaped = Buffer.from(id, 'utf8')
    .toString('latin1')
    .replace(/[^a-z0-9._~-]/g, escapeByte);
  return (deviceName.test(escaped) ? escapeFirst(escaped) : escaped)
    .replace(/^\./, escapeByte)
    .replace(/\.$/, escapeByte);
}

/** The id that a file name stands for; undefined where `fileName` would never give that name. */
export function idOfFileName(name: string): string | undefined {
  const bytes = name.replace(/=([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const id = Buffer.from(bytes, 'latin1').toString('utf8');
  return name !== '' && fileName(id) === name ? id : undefined;
}

function escapeByte(character: string): string {
  return `=${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

function escapeFirst(name: string): string {
  return escapeByte(name.slice(0, 1)) + name.slice(1);
}
