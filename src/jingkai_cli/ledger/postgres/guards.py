"""Compares a ledger in PostgreSQL with what its version creates: tables, functions, triggers, policies, rights."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from ...language import _, ngettext
from ..derived_tables import Rows
from .schema import VERSION, is_copy, script

_SUBSCRIPTIONS = """
SELECT s.subname, s.subenabled, coalesce(t.apply_error_count + t.sync_error_count, 0)
FROM pg_catalog.pg_subscription s LEFT JOIN pg_catalog.pg_stat_subscription_stats t ON t.subid = s.oid
WHERE s.subdbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) ORDER BY 1"""

_FUNCTIONS = """
SELECT proname, pg_get_function_identity_arguments(p.oid), prosrc, prosecdef, array_to_string(proconfig, ';'), lanname,
  provolatile::text, proisstrict
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = prolang
WHERE pronamespace = 'jk'::regnamespace ORDER BY proname, 2"""

_TRIGGERS = """
SELECT tgname, relname, pg_get_triggerdef(t.oid), tgenabled::text
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = tgrelid
WHERE relnamespace = 'jk'::regnamespace AND NOT tgisinternal"""

_POLICIES = """
SELECT polname, relname, pg_get_expr(coalesce(polqual, polwithcheck), polrelid), polcmd::text,
  array_to_string(ARRAY(SELECT rolname FROM pg_catalog.pg_roles WHERE oid = ANY (polroles) ORDER BY 1), ',')
FROM pg_catalog.pg_policy JOIN pg_catalog.pg_class c ON c.oid = polrelid WHERE relnamespace = 'jk'::regnamespace"""

_RELATIONS = """
SELECT relname, relkind::text, relpersistence::text,
  CASE WHEN relkind = 'i' THEN '' ELSE array_to_string(ARRAY(
    SELECT attname || ' ' || format_type(atttypid, NULL) || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
      || CASE WHEN atthasdef THEN ' DEFAULT' ELSE '' END
      || CASE WHEN attcollation IN (0, '"C"'::regcollation) THEN '' ELSE ' COLLATE' END
    FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum), ', ') END,
  EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = c.oid OR inhparent = c.oid)
    OR relforcerowsecurity OR relrowsecurity AND relname <> 'entries'
FROM pg_catalog.pg_class c WHERE relnamespace = 'jk'::regnamespace AND relkind <> 't'"""

_OTHERS = """
SELECT 'OWNER OF ' || relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_roles r ON r.oid = relowner
WHERE relnamespace = 'jk'::regnamespace AND NOT rolsuper
 AND relowner <> (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'jk')
UNION ALL
SELECT 'OWNER OF ' || proname FROM pg_catalog.pg_proc JOIN pg_catalog.pg_roles r ON r.oid = proowner
WHERE pronamespace = 'jk'::regnamespace AND NOT rolsuper
 AND proowner <> (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'jk')
UNION ALL
SELECT 'RULE ' || rulename || ' ON ' || relname
FROM pg_catalog.pg_rewrite JOIN pg_catalog.pg_class c ON c.oid = ev_class
WHERE relnamespace = 'jk'::regnamespace AND rulename <> '_RETURN'
UNION ALL
SELECT 'CONSTRAINT ' || conname FROM pg_catalog.pg_constraint
WHERE connamespace = 'jk'::regnamespace AND contype IN ('c', 'f', 'x')
UNION ALL
SELECT pg_describe_object(classid, objid, 0) FROM pg_catalog.pg_depend
WHERE refclassid = 'pg_catalog.pg_namespace'::regclass AND refobjid = 'jk'::regnamespace
 AND classid NOT IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass,
   'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_default_acl'::regclass)"""
"""Selects objects that no ledger has: those of other owners, rules, checks, foreign keys, types, operators."""

_INDEXES = """
SELECT c.relname, pg_get_indexdef(indexrelid), indisvalid AND indisready AND indislive
FROM pg_catalog.pg_index JOIN pg_catalog.pg_class c ON c.oid = indexrelid
WHERE c.relnamespace = 'jk'::regnamespace AND indrelid NOT IN (
  SELECT reltoastrelid FROM pg_catalog.pg_class WHERE relnamespace = 'jk'::regnamespace)"""

_VIEWS = """
SELECT relname, pg_get_viewdef(oid)
FROM pg_catalog.pg_class WHERE relnamespace = 'jk'::regnamespace AND relkind = 'v'"""

_RIGHTS = """
SELECT relname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
  || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM pg_catalog.pg_class, aclexplode(relacl) WHERE relnamespace = 'jk'::regnamespace AND grantee <> relowner
UNION ALL
SELECT relname || '.' || attname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
  || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute ON attrelid = c.oid, aclexplode(attacl)
WHERE relnamespace = 'jk'::regnamespace
UNION ALL
SELECT proname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
  || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM pg_catalog.pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
WHERE pronamespace = 'jk'::regnamespace AND grantee <> proowner
UNION ALL
SELECT 'schema', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
  || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM pg_catalog.pg_namespace, aclexplode(nspacl) WHERE nspname = 'jk' AND grantee <> nspowner"""

_POWERS = """
SELECT rolname FROM pg_catalog.pg_roles
WHERE rolname IN ('jk_unit', 'jk_coordinator', 'jk_inspector') AND (
  rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole
  OR pg_has_role(oid, (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'jk'), 'MEMBER')
  OR (rolname <> 'jk_coordinator' AND pg_has_role(oid, 'jk_coordinator', 'MEMBER')))
UNION
SELECT rolname FROM pg_catalog.pg_roles
WHERE NOT rolsuper AND NOT starts_with(rolname, 'pg_') AND has_table_privilege(oid, 'jk.events', 'UPDATE')
 AND NOT pg_has_role(oid, (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'jk'), 'MEMBER')"""

_MEMBERS = """
SELECT DISTINCT rolname FROM pg_catalog.pg_roles JOIN jk.unit_logins ON login = rolname
WHERE NOT rolsuper AND pg_has_role(oid, 'jk_coordinator', 'MEMBER') ORDER BY rolname"""

_ROLES = ("jk_unit", "jk_coordinator", "jk_inspector")

_TABLES = ("version", "entries", "tasks", "series", "readings", "reports", "events", "unit_logins", "task_units")

_GRANTED = {
    *((table, role, "SELECT") for table in _TABLES for role in _ROLES),
    *(("schema", role, "USAGE") for role in _ROLES),
    ("entries", "jk_unit", "INSERT"),
    ("entries", "jk_coordinator", "INSERT"),
    ("unit_may", "jk_unit", "EXECUTE"),
    ("fill_task_units", "jk_coordinator", "EXECUTE"),
}

_GRANTED_LATER = {
    ("kinds", "jk_unit", "EXECUTE"),
    *(("turn", role, right) for role in ("jk_unit", "jk_coordinator") for right in ("SELECT", "UPDATE")),
}
"""The rights that version 2 added."""

_OF_WRITERS = {
    *(("entries", role, "INSERT") for role in ("jk_unit", "jk_coordinator")),
    *(("turn", role, right) for role in ("jk_unit", "jk_coordinator") for right in ("SELECT", "UPDATE")),
    ("fill_task_units", "jk_coordinator", "EXECUTE"),
}
"""The rights that nobody has in a copy."""

_GRANTED_VIEWS = {(view, role, "SELECT") for view in ("v_entries", "v_readings", "v_totals") for role in _ROLES}
"""The rights that version 3 added."""

_DEFINED = {
    "all_read": ("true", "r", "jk_coordinator,jk_inspector,jk_unit"),
    "coordinator_records": ("true", "a", "jk_coordinator"),
    "unit_records": ("unit_may(entries.*)", "a", "jk_unit"),
}


def faults(rows: Rows) -> Iterator[str]:
    """Yield every object that is missing, changed or added, and every right that was granted or revoked.

    The ledger is compared with what its own version creates.
    """
    ((version,),) = rows("SELECT number FROM jk.version", ()) or [(0,)]
    expected = _expected(min(int(version), VERSION))
    relations = {name: tuple(rest) for name, *rest in rows(_RELATIONS, ())}
    yield from _compared("TABLE", expected.tables, {n: r for n, r in relations.items() if r[0] not in "iv"})
    yield from _compared("VIEW", expected.views, {name: _view(text) for name, text in rows(_VIEWS, ())})
    functions = _functions(rows)
    if version < VERSION and "kinds" in functions:  # the program that created it filled in its text
        functions |= {"kinds": expected.functions["kinds"]}
    yield from _compared("FUNCTION", expected.functions, functions)
    enabled = {_on(name, table): (text.replace("jk.", ""), state) for name, table, text, state in rows(_TRIGGERS, ())}
    yield from _compared("TRIGGER", expected.triggers, enabled)
    policies = {_on(name, table): (text.replace("jk.", ""), *rest) for name, table, text, *rest in rows(_POLICIES, ())}
    yield from _compared("POLICY", _DEFINED, policies)
    indexes = {name: (_index(text), valid) for name, text, valid in rows(_INDEXES, ())}
    yield from _compared("INDEX", expected.indexes, indexes)
    yield from (_changed(name) for (name,) in rows(_OTHERS, ()))
    if rows("SELECT relrowsecurity FROM pg_catalog.pg_class WHERE oid = 'jk.entries'::regclass", ()) != [(True,)]:
        yield _missing("ROW LEVEL SECURITY", "entries")
    granted = _GRANTED | (_GRANTED_LATER if version > 1 else set()) | (_GRANTED_VIEWS if expected.views else set())
    granted |= {("derivation", role, "SELECT") for role in _ROLES if "derivation" in expected.tables}
    copied = is_copy(rows)
    if copied:
        granted = granted - _OF_WRITERS | {("turn", role, "SELECT") for role in _ROLES}
    found = set(rows(_RIGHTS, ()))
    for what, role, right in sorted(found - granted):
        yield _("database: {role} has {right} on {what}, which no role should have").format(
            role=role, right=right, what=what
        )
    for what, role, right in sorted(granted - found):
        yield _("database: {role} lacks {right} on {what}").format(role=role, right=right, what=what)
    for (role,) in rows(_POWERS, ()):
        yield _("database: the role {role} has more rights than the ledger grants").format(role=role)
    for (login,) in rows(_MEMBERS, ()):
        text = _("database: the login {login} of a unit also has the role {role}")
        yield text.format(login=login, role="jk_coordinator")
    if copied:
        yield from _copy_faults(rows)


def _copy_faults(rows: Rows) -> Iterator[str]:
    """Yield the reasons why a copy no longer follows its ledger."""
    found = rows(_SUBSCRIPTIONS, ())
    if not found:
        yield _("database: no subscription fills this copy: what it has is as old as its last entry")
    for name, enabled, errors in found:
        if not enabled:
            text = ngettext(
                "database: the subscription {name} stopped after {count} error: what came does not follow the last "
                "entry here, so that entries are missing between, or the ledger was forked (see the server's log)",
                "database: the subscription {name} stopped after {count} errors: what came does not follow the last "
                "entry here, so that entries are missing between, or the ledger was forked (see the server's log)",
                errors,
            )
            yield text.format(name=name, count=errors)


def _on(name: str, table: str) -> str:
    return name if table == "entries" else f"{name} ON {table}"


def _functions(rows: Rows) -> dict[str, object]:
    """The functions by name. Of functions with the same name, the later ones have their arguments in the key."""
    found: dict[str, object] = {}
    for name, arguments, *rest in rows(_FUNCTIONS, ()):
        found[f"{name}({arguments})" if name in found else name] = tuple(rest)
    return found


def _compared(kind: str, expected: Mapping[str, object], found: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield _missing(kind, name)
        elif found[name] != expected.get(name):
            yield _changed(f"{kind} {name}")


def _changed(name: str) -> str:
    return _("database: {name} is not as this program created it").format(name=name)


def _missing(kind: str, name: str) -> str:
    return _("database: {name} is missing").format(name=f"{kind} {name}")


class _Expected(NamedTuple):
    """The objects of a ledger of one version, in the form of PostgreSQL's catalogue."""

    tables: Mapping[str, object]
    views: Mapping[str, object]
    indexes: Mapping[str, object]
    functions: Mapping[str, object]
    triggers: Mapping[str, object]


@cache
def _expected(version: int) -> _Expected:
    """The objects that the scripts up to a version create."""
    text = "\n".join(map(script, range(1, version + 1)))
    functions = re.findall(
        r"^CREATE (?:OR REPLACE )?FUNCTION jk\.(\w+)\((.*?)AS \$\$(.*?)\$\$", text, re.DOTALL | re.MULTILINE
    )
    triggers = re.findall(r"^(CREATE (?:CONSTRAINT )?TRIGGER (\w+) .* ON jk\.(\w+) .*);$", text, re.MULTILINE)
    tables = re.findall(r"^CREATE TABLE jk\.(\w+) \(\n(.*?)\n\);", text, re.DOTALL | re.MULTILINE)
    views = re.findall(r"^CREATE VIEW jk\.(\w+) AS\n(.*?);$", text, re.DOTALL | re.MULTILINE)
    written = re.findall(r"^(CREATE (?:UNIQUE )?INDEX (\w+).*);$", text, re.MULTILINE)
    indexes = {name: _index(line) for line, name in written}
    for name, lines in tables:
        for key, columns in _keys(name, lines):
            indexes[key] = _index(f"CREATE UNIQUE INDEX {key} ON {name} ({columns})")
    path = "search_path=pg_catalog, pg_temp"
    return _Expected(
        {name: ("r", "p", _columns(lines), False) for name, lines in tables},
        {name: _view(lines) for name, lines in views},
        {name: (text, True) for name, text in indexes.items()},
        {
            name: (
                source,
                "SECURITY DEFINER" in head,
                path,
                re.findall(r"LANGUAGE (\w+)", head)[0],
                _volatility(head),
                False,
            )
            for name, head, source in functions
        },
        # PostgreSQL prints the schema in some releases only
        {_on(name, table): (text.replace("jk.", ""), "A") for text, name, table in triggers},
    )


def _volatility(head: str) -> str:
    """The volatility of a function as in PostgreSQL's catalogue: `i` (immutable), `s` (stable) or `v` (volatile)."""
    return "i" if "IMMUTABLE" in head else "s" if "STABLE" in head else "v"


def _view(text: str) -> str:
    """The query of a view, without the differences between our scripts and PostgreSQL's releases."""
    return re.sub(r"""::\w+|\b\w\.|jk\.|[\s()";]""", "", text.lower())


def _index(text: str) -> str:
    """The statement that creates an index, without the differences between our scripts and PostgreSQL."""
    return re.sub(r" USING btree|jk\.|::text|[()]", "", text)


def _keys(table: str, lines: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each primary key and unique constraint of a table, with its columns."""
    yield from ((f"{table}_pkey", columns) for columns in re.findall(r"^  PRIMARY KEY \((.*)\)", lines, re.MULTILINE))
    for column, key in re.findall(r"^  (\w+) .*?(PRIMARY KEY|UNIQUE)", lines, re.MULTILINE):
        yield (f"{table}_pkey" if key == "PRIMARY KEY" else f"{table}_{column}_key"), column


def _columns(lines: str) -> str:
    """The columns of a table in the form in which `_RELATIONS` selects them."""
    key = {*", ".join(re.findall(r"^  PRIMARY KEY \((.*)\)", lines, re.MULTILINE)).split(", ")}
    found = re.findall(r'^  "?(\w+)"? +(text|name|bigint|integer)\b(.*)$', lines, re.MULTILINE)
    return ", ".join(
        f"{name} {type_}" + (" NOT NULL" if re.search("NOT NULL|PRIMARY KEY", rest) or name in key else "")
        for name, type_, rest in found
    )
