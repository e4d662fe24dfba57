# What nobody has told the workers, and what there is no room for, is only later.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use Test::More;

# The launcher, PostgreSQL's own and one worker.
my $node = server('limits', 'max_worker_processes = 3', 'max_parallel_workers = 0', 'max_prepared_transactions = 2',
	"asl.worker_idle_timeout = '1h'", "asl.sweep_interval = '1s'");
my $one = chain(sql_state('SELECT 1'));

# ---- no room for processes ----

for my $database (qw(first second third))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION pg_asl');
	create_machine($node, 'one', $one, database => $database);
}
$node->safe_psql($_, q(SELECT asl.start_execution('one') FROM generate_series(1, 20))) for qw(first second third);
for my $database (qw(first second third))
{
	wait_for($node, q(SELECT count(*) = 20 FROM asl.executions WHERE status = 'SUCCEEDED'), "one place for all databases: $database", $database);
}
cmp_ok(log_count($node, 'no more background worker processes'), '<', 10, 'the log is not flooded');
$node->append_conf('postgresql.conf', 'max_worker_processes = 16');
$node->restart;

# ---- prepared transactions ----

create_machine($node, 'one', $one);
my $execution = $node->safe_psql('postgres', q(BEGIN; SELECT asl.start_execution('one'); PREPARE TRANSACTION 'p'));
$node->safe_psql('postgres', q(COMMIT PREPARED 'p'));
wait_for_status($node, $execution, 'SUCCEEDED', 'an execution whose start was prepared');
$node->safe_psql('postgres', q(BEGIN; SELECT asl.start_execution('one'); PREPARE TRANSACTION 'p'));
$node->safe_psql('postgres', q(ROLLBACK PREPARED 'p'));
is($node->safe_psql('postgres', 'SELECT count(*) FROM asl.executions'), '1', 'nothing is left of one that was rolled back');

# ---- restored databases ----

create_machine($node, 'later', chain('"Type": "Wait", "Seconds": 3', sql_state('SELECT 1')), database => 'first');
$execution = start_execution($node, 'later', database => 'first');
my $dump = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, 'first' ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', 'restored', $dump ], 'pg_restore');
for my $database (qw(first restored))
{
	wait_for($node, "SELECT status = 'SUCCEEDED' FROM asl.executions WHERE execution = $execution", "the execution goes on in database $database", $database);
}
cmp_ok(start_execution($node, 'one', database => 'restored'), '>', $execution, 'new ones come after it');

# ---- a role that is gone ----

$node->append_conf('postgresql.conf', "asl.worker_restart_delay = '1ms'\nasl.worker_idle_timeout = '10ms'");
$node->reload;
$node->safe_psql('postgres', 'CREATE ROLE gone LOGIN');
create_machine($node, 'gone', chain('"Type": "Wait", "Seconds": 1', sql_state('SELECT 1')), role => 'gone');
my $orphan = start_execution($node, 'gone', role => 'gone');
# From where nobody knows of its workflows.
$node->safe_psql('template1', 'DROP ROLE gone');
$node->wait_for_log(qr/cannot start a pg_asl worker for role [0-9]+ in database "postgres"/);
wait_for_status($node, start_execution($node, 'one'), 'SUCCEEDED', 'others do not mind a role that is gone');
is(status($node, $orphan), 'RUNNING', 'its execution waits');
is(log_count($node, 'cannot start a pg_asl worker'), 1, 'the log was told once');

$node->stop;

# ---- pg_upgrade's mode ----

my @server = ('pg_ctl', '-w', '-D', $node->data_dir, '-l', $node->logfile);
$node->command_ok([ @server, '-o', '-b', 'start' ], 'a server for pg_upgrade');
is($node->safe_psql('postgres', q(SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_asl%')), '0', 'nobody touches its data');
$node->command_ok([ @server, 'stop' ], 'stopped');
done_testing();
