/**
 * Whether the file with the times `s` is as it was when the server last read its configuration; null: that cannot be
 * said. A file that was moved into place keeps the time of its last modification: then, and where only its mode or
 * owner was changed (it may have been unreadable), the time of change is later. Windows tells none. Both times come in
 * whole seconds: in the second in which the server read it, nothing tells before from after.
 */
export const unchangedText = `case when s.modification > pg_catalog.pg_conf_load_time() then false
    when s.modification < pg_catalog.date_trunc('second', pg_catalog.pg_conf_load_time())
      and s.change < pg_catalog.date_trunc('second', pg_catalog.pg_conf_load_time()) then true end`;

/**
 * A line of pg_hba.conf or pg_ident.conf, without its comment, that may include another file: which is read with it,
 * need have no line of its own in the view, and may have been changed. A directive may be continued on the next line;
 * where a quote is open, what looks like a comment may be none.
 */
const includes = String.raw`(?n)(^|[[:space:],])@|^[[:space:],]*"?(include|[a-z_]+\\\\[[:space:]]*$)|^[^"]*"([^"]*"[^"]*")*[^"]*$`;

/**
 * `from` of a query about the file that a setting names: `s` has its times, `t.bare` is its text without comments, and
 * `t.included` says whether other files may be part of it.
 */
export const namedFile = (
  setting: string,
): string => `from (select pg_catalog.current_setting('${setting}')) as f(path)
cross join lateral pg_catalog.pg_stat_file(f.path) as s
cross join lateral (select pg_catalog.regexp_replace(
  pg_catalog.encode(pg_catalog.pg_read_binary_file(f.path), 'escape'), '#.*', '', 'gn')) as b(bare)
cross join lateral (select b.bare, b.bare ~ '${includes}') as t(bare, included)`;
