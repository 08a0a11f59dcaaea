"""Compares what guards a ledger in PostgreSQL with what `schema.sql` creates: functions, triggers, policies, rights."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from ...language import _
from ..derived import Rows

_FUNCTIONS = """
SELECT proname, prosrc, prosecdef, array_to_string(proconfig, ';')
FROM pg_catalog.pg_proc WHERE pronamespace = 'jk'::regnamespace"""

_TRIGGERS = """
SELECT tgname, pg_get_triggerdef(oid), tgenabled::text
FROM pg_catalog.pg_trigger WHERE tgrelid = 'jk.entries'::regclass AND NOT tgisinternal"""

_POLICIES = """
SELECT polname, pg_get_expr(coalesce(polqual, polwithcheck), polrelid), polcmd::text,
  array_to_string(ARRAY(SELECT rolname FROM pg_catalog.pg_roles WHERE oid = ANY (polroles) ORDER BY 1), ',')
FROM pg_catalog.pg_policy WHERE polrelid = 'jk.entries'::regclass"""

_INDEXES = """
SELECT c.relname, indisunique AND indisvalid AND indpred IS NULL
FROM pg_catalog.pg_index JOIN pg_catalog.pg_class c ON c.oid = indexrelid WHERE indrelid = 'jk.entries'::regclass"""

_RIGHTS = """
SELECT relname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
FROM pg_catalog.pg_class, aclexplode(relacl) WHERE relnamespace = 'jk'::regnamespace AND grantee <> relowner
UNION ALL
SELECT relname || '.' || attname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute ON attrelid = c.oid, aclexplode(attacl)
WHERE relnamespace = 'jk'::regnamespace
UNION ALL
SELECT proname, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
FROM pg_catalog.pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))
WHERE pronamespace = 'jk'::regnamespace AND grantee <> proowner
UNION ALL
SELECT 'schema', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, privilege_type
FROM pg_catalog.pg_namespace, aclexplode(nspacl) WHERE nspname = 'jk' AND grantee <> nspowner"""

_POWERS = """
SELECT rolname FROM pg_catalog.pg_roles
WHERE rolname IN ('jk_unit', 'jk_coordinator', 'jk_inspector') AND (
  rolsuper OR rolbypassrls OR rolcanlogin OR rolcreaterole
  OR pg_has_role(oid, (SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = 'jk'), 'MEMBER'))"""

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

_UNIQUE = {"entries_pkey", "entries_key_key", "entries_prev_hash_key", "entries_hash_key"}

_DEFINED = {
    "all_read": ("true", "r", "jk_coordinator,jk_inspector,jk_unit"),
    "coordinator_records": ("true", "a", "jk_coordinator"),
    "unit_records": ("unit_may(entries.*)", "a", "jk_unit"),
}


def faults(rows: Rows) -> Iterator[str]:
    """Every guard that is missing, was changed or was added, and every right that nobody should have."""
    functions, triggers = _expected()
    found = {name: (source, definer, path) for name, source, definer, path in rows(_FUNCTIONS, ())}
    yield from _compared("FUNCTION", functions, found)
    enabled = {name: (text.replace("jk.", ""), state) for name, text, state in rows(_TRIGGERS, ())}
    yield from _compared("TRIGGER", triggers, enabled)
    policies = {name: (text.replace("jk.", ""), *rest) for name, text, *rest in rows(_POLICIES, ())}
    yield from _compared("POLICY", _DEFINED, policies)
    unique: dict[str, bool] = dict(rows(_INDEXES, ()))
    yield from (_missing("INDEX", name) for name in sorted(_UNIQUE) if not unique.get(name))
    if rows("SELECT relrowsecurity FROM pg_catalog.pg_class WHERE oid = 'jk.entries'::regclass", ()) != [(True,)]:
        yield _missing("ROW LEVEL SECURITY", "entries")
    for what, role, right in sorted(set(rows(_RIGHTS, ())) - _GRANTED):
        yield _("database: {role} has {right} on {what}, which no role should have").format(
            role=role, right=right, what=what
        )
    for (role,) in rows(_POWERS, ()):
        yield _("database: the role {role} has more rights than the ledger grants").format(role=role)


def _compared(kind: str, expected: Mapping[str, object], found: Mapping[str, object]) -> Iterator[str]:
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            yield _missing(kind, name)
        elif found[name] != expected.get(name):
            yield _("database: {name} is not as this program created it").format(name=f"{kind} {name}")


def _missing(kind: str, name: str) -> str:
    return _("database: {name} is missing").format(name=f"{kind} {name}")


@cache
def _expected() -> tuple[Mapping[str, object], Mapping[str, object]]:
    """The functions and the triggers of `schema.sql`, in the form in which PostgreSQL's catalogue has them."""
    script = Path(__file__).with_name("schema.sql").read_text("utf-8")
    functions = re.findall(r"^CREATE FUNCTION jk\.(\w+)\((.*?)AS \$\$(.*?)\$\$", script, re.DOTALL | re.MULTILINE)
    triggers = re.findall(r"^(CREATE TRIGGER (\w+).*);$", script, re.MULTILINE)
    path = "search_path=pg_catalog, pg_temp"
    return (
        {name: (source, "SECURITY DEFINER" in head, path) for name, head, source in functions},
        {name: (text.replace("jk.", ""), "A") for text, name in triggers},  # PostgreSQL prints the schema, or not
    )
