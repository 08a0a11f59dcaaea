-- Makes a new ledger the copy of another one, which a subscription fills as the owner: no login records in it.

REVOKE INSERT ON jk.entries FROM jk_unit, jk_coordinator;
REVOKE EXECUTE ON FUNCTION jk.fill_task_units(jsonb) FROM jk_coordinator;
REVOKE SELECT, UPDATE ON jk.turn FROM jk_unit, jk_coordinator;
GRANT SELECT ON jk.turn TO jk_unit, jk_coordinator, jk_inspector;

COMMENT ON SCHEMA jk IS 'a copy';
