# A task has exactly the rights of its workflow's owner, and what it does to its session ends with its transaction.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use Test::More;

my $node = server('session', 'asl.workers = 1', "asl.worker_idle_timeout = '1h'");
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE note (text text, pid int DEFAULT pg_backend_pid());
CREATE FUNCTION note(text text) RETURNS void LANGUAGE sql AS $$INSERT INTO public.note VALUES (text)$$;
GRANT ALL ON note TO public;
CREATE ROLE alice LOGIN;
CREATE ROLE friends;
GRANT friends TO alice;
GRANT CREATE ON SCHEMA public TO alice;
CREATE TABLE secret AS SELECT 'postgres only' AS text;
SQL

my $count = 0;

# Runs these statements as one state each, as alice; the execution's status and error.
sub run
{
	my @statements = @_;
	my $name = 'm' . ++$count;
	create_machine($node, $name, chain(map { sql_state($_) } @statements), role => 'alice');
	my $execution = start_execution($node, $name, role => 'alice');
	$node->poll_query_until('postgres', "SELECT status <> 'RUNNING' FROM asl.executions WHERE execution = $execution");
	return $node->safe_psql('postgres', "SELECT concat_ws(' ', status, error) FROM asl.executions WHERE execution = $execution");
}

# What this expression gives in the next execution.
sub next_sees
{
	my ($expression) = @_;
	my $status = run("SELECT public.note(($expression)::text)");
	return $status if $status ne 'SUCCEEDED';
	return $node->safe_psql('postgres', 'WITH n AS (DELETE FROM note RETURNING text) SELECT text FROM n');
}

# ---- what is left behind ----

my @left = (
	[ q(SELECT set_config('work_mem', '77MB', false)), q(current_setting('work_mem')), '4MB' ],
	[ q(SET search_path = pg_catalog), q(current_setting('search_path')), '"$user", public' ],
	[ q(SET my.setting = 'x'), q(coalesce(current_setting('my.setting', true), '')), '' ],
	[ q(CREATE TEMP TABLE mine AS SELECT 1), q(SELECT count(*) FROM pg_class WHERE relname = 'mine'), '0' ],
	[ q(CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'), q(SELECT count(*) FROM pg_proc WHERE proname = 'f'), '0' ],
	[ q(SELECT pg_advisory_lock(1)), q(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), '0' ],
	[ q(PREPARE p AS SELECT 1), q(SELECT count(*) FROM pg_prepared_statements), '0' ],
	[ q(DECLARE c CURSOR WITH HOLD FOR SELECT generate_series(1, 3)), q(SELECT count(*) FROM pg_cursors WHERE is_holdable), '0' ],
	[ q(SET ROLE friends), q(current_user), 'alice' ],
	[ q(SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY), q(current_setting('transaction_read_only')), 'off' ]);

is(next_sees('pg_backend_pid() > 0'), 'true', 'a session to begin with');
my $pid = worker_pid($node);
for my $case (@left)
{
	my ($statement, $expression, $expected) = @$case;
	is(run($statement), 'SUCCEEDED', $statement);
	is(next_sees($expression), $expected, '… is gone in the next execution');
}
is(next_sees(q(has_function_privilege('pg_sleep(float8)', 'execute'))), 'true', 'the session still works');
is(worker_pid($node), $pid, 'all of it was one session');
is($node->safe_psql('postgres', q(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')), '0', 'an idle worker holds no advisory lock');

# Executions that start together may share a transaction.
for my $statement (q(SET work_mem = '77MB'), q(PREPARE p AS SELECT 1), q(DECLARE c CURSOR FOR SELECT 1), q(DECLARE h CURSOR WITH HOLD FOR SELECT 1),
	q(SELECT pg_advisory_lock(1)), q(SET ROLE friends), q(CREATE TEMP TABLE mine AS SELECT 1))
{
	my $machine = 'batch' . ++$count;
	my $note = sql_state(q(SELECT public.note(concat_ws(' ', current_setting('work_mem'), current_user, (SELECT count(*) FROM pg_prepared_statements),
		(SELECT count(*) FROM pg_cursors WHERE name IN ('c', 'h')), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'),
		(SELECT count(*) FROM pg_class WHERE relname = 'mine')))));
	create_machine($node, $machine, chain($note, sql_state($statement)), role => 'alice');
	$node->safe_psql('postgres', "SELECT asl.start_execution('$machine') FROM generate_series(1, 50)", extra_params => [ '-U', 'alice' ]);
	wait_for($node, "SELECT count(*) = 50 FROM asl.executions WHERE state_machine = '$machine' AND status <> 'RUNNING'", "$statement, many times");
	is($node->safe_psql('postgres', "SELECT DISTINCT status, error FROM asl.executions WHERE state_machine = '$machine'"), 'SUCCEEDED|', '… succeeds');
	is($node->safe_psql('postgres', 'WITH n AS (DELETE FROM note RETURNING text) SELECT DISTINCT text FROM n'), '4MB alice 0 0 0 0', '… is seen by no other');
}

is(run('LISTEN x'), 'FAILED feature_not_supported', 'LISTEN is refused');
$node->safe_psql('postgres', q(CREATE SEQUENCE s; GRANT ALL ON s TO alice));
is(run(q(SELECT nextval('s'))), 'SUCCEEDED', 'a sequence is used');
is(run(q(SELECT currval('s'))), 'FAILED object_not_in_prerequisite_state', '… and its last value is not known to the next one');

# ---- more rights ----

for my $statement ('SELECT * FROM public.secret', 'SELECT * FROM asl.branch', 'UPDATE asl.execution SET output = NULL', 'SET ROLE postgres',
	'SET SESSION AUTHORIZATION postgres')
{
	is(run($statement), 'FAILED insufficient_privilege', $statement);
}
for my $reset ('RESET ROLE', 'RESET SESSION AUTHORIZATION', 'SET ROLE NONE', 'SET ROLE friends')
{
	is(run("DO \$\$BEGIN EXECUTE '$reset'; PERFORM * FROM public.secret; END\$\$"), 'FAILED insufficient_privilege', "$reset gives nothing more");
	is(run($reset, 'SELECT * FROM public.secret'), 'FAILED insufficient_privilege', '… nor to the next state');
}
is(next_sees(q(session_user || ' ' || current_user)), 'alice alice', 'it is as if the role had logged in');

# A deferred trigger runs when the transaction ends: as the same role.
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'alice' ]);
CREATE TABLE deferred (n int);
CREATE FUNCTION deferred() RETURNS trigger LANGUAGE plpgsql AS
	$$BEGIN PERFORM note('deferred ' || session_user || ' ' || current_user); RETURN NULL; END$$;
CREATE CONSTRAINT TRIGGER t AFTER INSERT ON deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION deferred();
SQL
is(run('INSERT INTO deferred VALUES (1)'), 'SUCCEEDED', 'a deferred trigger');
is($node->safe_psql('postgres', 'WITH n AS (DELETE FROM note RETURNING text) SELECT text FROM n'), 'deferred alice alice', 'its identity');
$node->safe_psql('postgres', q(CREATE OR REPLACE FUNCTION deferred() RETURNS trigger LANGUAGE plpgsql AS
	$$BEGIN PERFORM * FROM secret; RETURN NULL; END$$), extra_params => [ '-U', 'alice' ]);
is(run('INSERT INTO deferred VALUES (1)'), 'FAILED insufficient_privilege', 'its rights');

# Functions, operators and tables where the engine's own statements could find them, were they careless.
$node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'alice' ]);
CREATE FUNCTION planted() RETURNS boolean LANGUAGE plpgsql AS
	$$BEGIN PERFORM public.note('planted ' || session_user || ' ' || current_user); RETURN true; END$$;
CREATE FUNCTION public.equal(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT planted()';
CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.equal);
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT planted(); SELECT pg_catalog.now()';
CREATE FUNCTION public.jsonb_build_object(text, text) RETURNS jsonb LANGUAGE sql AS $$SELECT planted(); SELECT '{}'::jsonb$$;
CREATE FUNCTION public.coalesce(jsonb, jsonb) RETURNS jsonb LANGUAGE sql AS $$SELECT planted(); SELECT '{}'::jsonb$$;
ALTER ROLE alice SET search_path = public, pg_catalog;
SQL
$node->restart;
is(next_sees(q(current_setting('search_path'))), 'public, pg_catalog', 'a malicious search_path');
is(run('SELECT pg_sleep(0)', 'CREATE TEMP TABLE branch (x int)', 'CREATE TEMP TABLE execution AS SELECT 1'), 'SUCCEEDED', 'with temporary tables');
my $alice = [ '-U', 'alice' ];
$node->safe_psql('postgres', q(SELECT asl.start_execution('m1'); SELECT count(*) FROM asl.executions; SELECT * FROM asl.pending_tasks),
	extra_params => $alice);
$node->safe_psql('postgres', q(SELECT count(*) FROM asl.executions; SELECT asl.describe_execution(1); SELECT asl.get_execution_history(1)));
is($node->safe_psql('postgres', q(SELECT DISTINCT text FROM note WHERE text LIKE 'planted%' AND text !~ 'alice alice')), '',
	'nothing planted has run as somebody else');

# A role sees and stops only what is its own.
$node->safe_psql('postgres', 'CREATE ROLE mallory LOGIN');
create_machine($node, 'sleep', chain(sql_state('SELECT pg_catalog.pg_sleep(600)')), role => 'alice');
my $execution = start_execution($node, 'sleep', role => 'alice');
my $mallory = [ '-U', 'mallory' ];
is($node->safe_psql('postgres', 'SELECT count(*) FROM asl.executions', extra_params => $mallory), '0', 'a stranger sees nothing');
for my $call ("asl.stop_execution($execution)", "asl.describe_execution($execution)", "asl.get_execution_history($execution)", q(asl.start_execution('sleep')))
{
	my ($result) = $node->psql('postgres', "SELECT $call", extra_params => $mallory);
	isnt($result, 0, "$call is refused to a stranger");
}
wait_for($node, workers(q(state = 'active')) =~ s/SELECT pid/SELECT count(*) = 1/r, 'the task is under way');
$node->safe_psql('postgres', "SELECT asl.stop_execution($execution)", extra_params => $alice);
wait_for_status($node, $execution, 'ABORTED', 'its owner stops it');
wait_for($node, workers(q(state = 'active')) =~ s/SELECT pid/SELECT count(*) = 0/r, 'and its running SQL is cancelled');

$node->stop;
done_testing();
