# Statements that need a database for themselves go through at once although workers run in it.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = server('gate', "asl.worker_idle_timeout = '1h'");
$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN CREATEDB');

# One worker in that database that is in the middle of a task, one that is idle, and a timer.
sub occupy
{
	my ($database) = @_;
	start_execution($node, $_, database => $database) for qw(sleep wait one);
	wait_for($node, "SELECT count(*) FILTER (WHERE state = 'active') >= 1 AND count(*) FILTER (WHERE state = 'idle') >= 1 "
		. "FROM pg_stat_activity WHERE backend_type = 'pg_asl worker' AND datname = '$database'", "workers are in $database");
}

sub prepare
{
	my ($database) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION pg_asl');
	create_machine($node, 'sleep', chain(sql_state('SELECT pg_sleep(600)')), database => $database);
	create_machine($node, 'wait', chain('"Type": "Wait", "Seconds": 3600'), database => $database);
	create_machine($node, 'one', chain(sql_state('SELECT 1')), database => $database);
	occupy($database);
}

prepare('work');
$node->safe_psql('postgres', 'ALTER DATABASE work IS_TEMPLATE true');
$node->safe_psql('postgres', 'CREATE DATABASE copy TEMPLATE work', extra_params => [ '-U', 'alice' ]);
pass('CREATE DATABASE … TEMPLATE');
$node->safe_psql('postgres', 'ALTER DATABASE work IS_TEMPLATE false');
wait_for($node, workers(q(datname = 'work' AND state = 'active')) =~ s/SELECT pid/SELECT count(*) >= 1/r, 'the workers come back');
occupy('work');

my $folder = PostgreSQL::Test::Utils::tempdir();
$node->safe_psql('postgres', "CREATE TABLESPACE elsewhere LOCATION '$folder'");
$node->safe_psql('postgres', 'ALTER DATABASE work SET TABLESPACE elsewhere');
pass('ALTER DATABASE … SET TABLESPACE');
occupy('work');
$node->safe_psql('postgres', 'ALTER DATABASE work RENAME TO works');
pass('ALTER DATABASE … RENAME');
occupy('works');

# Somebody without the right disturbs nobody.
my $pid = worker_pid($node, q(datname = 'works' AND state = 'active'));
for my $statement ('DROP DATABASE works', 'ALTER DATABASE works RENAME TO mine', 'CREATE DATABASE mine TEMPLATE works')
{
	my ($result) = $node->psql('postgres', $statement, extra_params => [ '-U', 'alice' ]);
	isnt($result, 0, "$statement is refused");
}
my ($result) = $node->psql('works', 'DROP EXTENSION pg_asl CASCADE', extra_params => [ '-U', 'alice' ]);
isnt($result, 0, 'DROP EXTENSION is refused');
is(worker_pid($node, q(datname = 'works' AND state = 'active')), $pid, 'the worker has not noticed');

is($node->safe_psql('works', 'BEGIN; DROP EXTENSION pg_asl; ROLLBACK; SELECT count(*) > 0 FROM asl.executions'), 't', 'DROP EXTENSION rolled back');
wait_for($node, workers(q(datname = 'works' AND state = 'active')) =~ s/SELECT pid/SELECT count(*) >= 1/r, 'work goes on');
$node->safe_psql('works', 'DROP EXTENSION pg_asl');
is($node->safe_psql('works', workers(q(datname = 'works'))), '', 'DROP EXTENSION');
$node->safe_psql('works', 'CREATE EXTENSION pg_asl');
create_machine($node, 'one', chain(sql_state('SELECT 1')), database => 'works');
my $execution = start_execution($node, 'one', database => 'works');
wait_for($node, "SELECT status = 'SUCCEEDED' FROM asl.executions WHERE execution = $execution", 'the new extension has workers', 'works');

$node->safe_psql('postgres', 'DROP DATABASE works');
pass('DROP DATABASE with an idle worker');
prepare('other');
$node->safe_psql('postgres', 'DROP DATABASE other');
pass('DROP DATABASE with a busy worker');
wait_for($node, workers(q(datname <> 'copy')) =~ s/SELECT pid/SELECT count(*) = 0/r, 'all is quiet');
is(log_count($node, 'does not exist'), 0, 'and no worker has looked for what is gone');

$node->stop;
done_testing();
