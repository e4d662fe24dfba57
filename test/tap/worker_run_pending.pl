# A server that does not preload the library: asl.run_pending() in a session, and pg_cron that calls it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Cluster;
use Test::More;

my $node = server('pending', "shared_preload_libraries = ''");
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE alice LOGIN;
CREATE ROLE friends;
GRANT friends TO alice;
CREATE TABLE done (who text DEFAULT session_user || ' ' || current_user, what text);
GRANT ALL ON done TO public;
SQL
my $alice = [ '-U', 'alice' ];

create_machine($node, 'two', chain(map { sql_state("INSERT INTO public.done(what) VALUES ('$_')") } 'a', 'b'), role => 'alice');
create_machine($node, 'wait', chain('"Type": "Wait", "Seconds": 3600', sql_state('SELECT 1')), role => 'alice');
create_machine($node, 'role', chain(sql_state('SET ROLE friends')), role => 'alice');
is($node->safe_psql('postgres', q(SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_asl%')), '0', 'no processes');
start_execution($node, $_, role => 'alice') for qw(two two role wait two);
$node->safe_psql('postgres', 'CALL asl.run_pending()');
is($node->safe_psql('postgres', 'SELECT count(*) FROM done'), '0', 'nothing is due for another role');
$node->safe_psql('postgres', 'CALL asl.run_pending()', extra_params => $alice);
is($node->safe_psql('postgres', 'SELECT status, count(*) FROM asl.executions GROUP BY 1 ORDER BY 1'), "RUNNING|1\nSUCCEEDED|4",
	'all is done but what waits');
is($node->safe_psql('postgres', 'SELECT who, what, count(*) FROM done GROUP BY 1, 2 ORDER BY 2'), "alice alice|a|3\nalice alice|b|3",
	'once, as the role');

# ---- max_steps ----

start_execution($node, 'two', role => 'alice') for 1 .. 3;
$node->safe_psql('postgres', 'TRUNCATE done; CALL asl.run_pending(2)', extra_params => [ '-U', 'postgres' ]);
$node->safe_psql('postgres', 'CALL asl.run_pending(2)', extra_params => $alice);
is($node->safe_psql('postgres', 'SELECT count(*) FROM done'), '2', 'max_steps');
$node->safe_psql('postgres', 'CALL asl.run_pending()', extra_params => $alice);
is($node->safe_psql('postgres', 'SELECT count(*) FROM done'), '6', 'the rest');

# ---- what others hold ----

create_machine($node, 'one', chain(sql_state(q(INSERT INTO public.done(what) VALUES ('one')))));
my @executions = map { start_execution($node, 'one') } 1 .. 2;
my $holder = $node->background_psql('postgres');
$holder->query_safe("BEGIN; SELECT FROM asl.branch WHERE execution = $executions[0] FOR UPDATE");
$node->safe_psql('postgres', 'CALL asl.run_pending()');
is(status($node, $executions[1]), 'SUCCEEDED', 'what is not held is done');
is(status($node, $executions[0]), 'RUNNING', 'what is held is left alone');
$holder->query_safe('ROLLBACK');
$holder->quit;
$node->safe_psql('postgres', 'CALL asl.run_pending()');
is(status($node, $executions[0]), 'SUCCEEDED', 'until the next call');

# ---- a crash in a step ----

$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION crash() RETURNS void LANGUAGE plpgsql AS
	$$BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''kill -9 $PPID'''; END$$;
SQL
create_machine($node, 'crashes', chain(sql_state('SELECT public.crash()')));
my $poison = start_execution($node, 'crashes');
for (1 .. 100)
{
	$node->psql('postgres', 'CALL asl.run_pending()');
	$node->poll_query_until('postgres', 'SELECT true');
	last if status($node, $poison) ne 'RUNNING';
	# Each attempt waits a second longer than the last one.
	select undef, undef, undef, 0.2;
}
is(status($node, $poison), 'FAILED', 'a poisonous branch fails after a bounded number of crashes');

# ---- pg_cron ----

SKIP:
{
	skip 'pg_cron is not installed', 5 unless -f "${\ $node->config_data('--pkglibdir')}/pg_cron.so";
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.host = '" . $node->host . "'");
	$node->restart;
	my $execution = start_execution($node, 'one');
	$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_cron;
SELECT cron.schedule('start', '* * * * *', $$SELECT asl.start_execution('one')$$);
SELECT cron.schedule('run', '* * * * *', 'CALL asl.run_pending()');
SQL
	is(status($node, $execution), 'RUNNING', 'nothing runs by itself');
	wait_for_status($node, $execution, 'SUCCEEDED', 'pg_cron runs what is due');
	wait_for($node, "SELECT count(*) > 0 FROM asl.executions WHERE execution > $execution AND status = 'SUCCEEDED'", 'pg_cron starts executions');
	is($node->safe_psql('postgres', q(SELECT count(*) FROM cron.job_run_details WHERE status = 'failed')), '0', 'no job has failed');
	is($node->safe_psql('postgres', q(SELECT count(*) = (SELECT count(*) FROM done WHERE what = 'one') FROM asl.executions
		WHERE state_machine = 'one' AND status = 'SUCCEEDED')), 't', 'each that succeeded did its work once');
}

$node->stop;
done_testing();
