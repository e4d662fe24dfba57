/* Versions, aliases, tags */

CREATE FUNCTION asl.publish_state_machine_version(name text, description text DEFAULT NULL, revision bigint DEFAULT NULL)
RETURNS text LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_publish_state_machine_version';
COMMENT ON FUNCTION asl.publish_state_machine_version(text, text, bigint) IS
'makes a version of the current revision, unless it has one, and returns its ARN; a revision given must be the current one';

CREATE FUNCTION asl.delete_state_machine_version(version text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_delete_state_machine_version';
COMMENT ON FUNCTION asl.delete_state_machine_version(text) IS
'deletes a version, by NAME:NUMBER or ARN, that no alias leads to; its number is not given out again';

CREATE FUNCTION asl.create_state_machine_alias(state_machine text, name text, routing jsonb, description text DEFAULT NULL)
RETURNS text LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_create_state_machine_alias';
COMMENT ON FUNCTION asl.create_state_machine_alias(text, text, jsonb, text) IS
'names one version, or two that executions are spread over by weight, as {"3": 90, "4": 10}; returns the alias''s ARN';

CREATE FUNCTION asl.update_state_machine_alias(alias text, routing jsonb DEFAULT NULL, description text DEFAULT NULL)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_update_state_machine_alias';
COMMENT ON FUNCTION asl.update_state_machine_alias(text, jsonb, text) IS
'gives an alias, by NAME:ALIAS or ARN, other versions or another description';

CREATE FUNCTION asl.delete_state_machine_alias(alias text)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_delete_state_machine_alias';
COMMENT ON FUNCTION asl.delete_state_machine_alias(text) IS 'deletes an alias, by NAME:ALIAS or ARN';

CREATE FUNCTION asl.tag_resource(arn text, tags jsonb)
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_tag_resource';
COMMENT ON FUNCTION asl.tag_resource(text, jsonb) IS
'adds tags, as {"key": "value"}, to a state machine or an activity';

CREATE FUNCTION asl.untag_resource(arn text, keys text[])
RETURNS void LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'asl_sql_untag_resource';
COMMENT ON FUNCTION asl.untag_resource(text, text[]) IS 'removes tags from a state machine or an activity';

CREATE VIEW asl.state_machine_versions WITH (security_barrier) AS
SELECT m.name AS state_machine, v.version, r.number AS revision, v.description, v.creation_date, r.definition,
       coalesce(r.owner, m.owner) AS owner
  FROM asl.state_machine m
  JOIN asl.state_machine_version v USING (state_machine)
  JOIN asl.revision r ON r.revision = v.revision
 WHERE m.status <> 'DELETED' AND (pg_has_role(m.owner, 'USAGE') OR m.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.state_machine_versions IS 'published versions of the state machines that the current role may see';

CREATE VIEW asl.state_machine_aliases WITH (security_barrier) AS
SELECT m.name AS state_machine, a.name,
       jsonb_build_object(a.version, a.weight) ||
       CASE WHEN a.other_version IS NULL THEN '{}' ELSE jsonb_build_object(a.other_version, 100 - a.weight) END AS routing,
       a.description, a.creation_date, a.update_date
  FROM asl.state_machine m
  JOIN asl.state_machine_alias a USING (state_machine)
 WHERE m.status <> 'DELETED' AND (pg_has_role(m.owner, 'USAGE') OR m.state_machine IN
       (SELECT object FROM asl.granted WHERE kind = 'state_machine' AND privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.state_machine_aliases IS 'aliases of the state machines that the current role may see';

CREATE VIEW asl.tags WITH (security_barrier) AS
SELECT t.kind, coalesce(m.name, a.name) AS name, t.key, t.value
  FROM asl.tag t
  LEFT JOIN asl.state_machine m ON t.kind = 'state_machine' AND m.state_machine = t.object AND m.status <> 'DELETED'
  LEFT JOIN asl.activity a ON t.kind = 'activity' AND a.activity = t.object
 WHERE coalesce(m.name, a.name) IS NOT NULL AND
       (pg_has_role(coalesce(m.owner, a.owner), 'USAGE') OR (t.kind, t.object) IN
        (SELECT kind, object FROM asl.granted WHERE kind = 'activity' OR privilege = 'DESCRIBE'));
COMMENT ON VIEW asl.tags IS 'tags of the state machines and activities that the current role may see';

GRANT SELECT ON asl.state_machine_versions, asl.state_machine_aliases, asl.tags TO PUBLIC;
