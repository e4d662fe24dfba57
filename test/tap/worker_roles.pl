# Whatever a role or a database is like, the others are served; its own work waits and goes on when it may.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = server('roles', "asl.worker_restart_delay = '1ms'", "asl.worker_idle_timeout = '10ms'", "asl.sweep_interval = '1h'");
my $one = chain(sql_state('SELECT 1'));
my $later = chain('"Type": "Wait", "Seconds": 1', sql_state('SELECT 1'));

create_machine($node, 'one', $one);
$node->safe_psql('postgres', 'CREATE ROLE carol LOGIN; CREATE DATABASE other');
$node->safe_psql('other', 'CREATE EXTENSION pg_asl');
create_machine($node, 'carols', $later, role => 'carol');
create_machine($node, 'others', $later, database => 'other', role => 'carol');

# What takes a worker's right to connect, and what gives it back.
my @ways = (
	[ 'postgres', 'ALTER ROLE carol NOLOGIN', 'ALTER ROLE carol LOGIN', 'is not permitted to log in' ],
	[ 'postgres', 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC', 'GRANT CONNECT ON DATABASE postgres TO PUBLIC', 'no CONNECT privilege' ],
	[ 'postgres', 'ALTER ROLE carol CONNECTION LIMIT 0', 'ALTER ROLE carol CONNECTION LIMIT -1', 'role may have no more connections' ],
	[ 'other', 'ALTER DATABASE other CONNECTION LIMIT 0', 'ALTER DATABASE other CONNECTION LIMIT -1', 'database accepts no more connections' ],
	[ 'other', 'ALTER DATABASE other ALLOW_CONNECTIONS false', 'ALTER DATABASE other ALLOW_CONNECTIONS true', 'database does not accept connections' ],
);
for my $way (@ways)
{
	my ($database, $take, $give, $detail) = @$way;
	my $offset = -s $node->logfile;
	my $execution = start_execution($node, $database eq 'other' ? 'others' : 'carols', database => $database, role => 'carol');
	$node->poll_query_until('postgres', workers("usename = 'carol'") . ' LIMIT 1', '') or die 'the worker stays';
	$node->safe_psql('postgres', $take);
	$node->wait_for_log(qr/cannot start a pg_asl worker for role "carol"/, $offset);
	wait_for_status($node, start_execution($node, 'one'), 'SUCCEEDED', "others are served: $take");
	$node->safe_psql('postgres', $give);
	wait_for($node, "SELECT status = 'SUCCEEDED' FROM asl.executions WHERE execution = $execution", "and then the role: $give", $database);
	my $log = substr(slurp_file($node->logfile), $offset);
	is(scalar(() = $log =~ /cannot start a pg_asl worker/g), 1, 'the log is told once');
	like($log, qr/$detail/, 'and why');
}

# ---- the launcher rests ----

my $role_gone = start_execution($node, 'carols', role => 'carol');
$node->poll_query_until('postgres', workers("usename = 'carol'") . ' LIMIT 1', '') or die 'the worker stays';
$node->safe_psql('postgres', 'ALTER ROLE carol NOLOGIN');
$node->wait_for_log(qr/is not permitted to log in/);
my $launcher = $node->safe_psql('postgres', q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_asl launcher'));

# Ticks of the processor's clock that a process has used.
sub ticks
{
	my ($pid) = @_;
	my @fields = split ' ', slurp_file("/proc/$pid/stat") =~ s/.*\) //r;
	return $fields[11] + $fields[12];
}

# A loop would use some hundred in this time; the delay between restarts was at its longest after a minute.
SKIP:
{
	skip 'no /proc', 1 unless -r "/proc/$launcher/stat";
	my $before = ticks($launcher);
	sleep 70;
	cmp_ok(ticks($launcher) - $before, '<', 100, 'the launcher uses next to nothing');
}
$node->safe_psql('postgres', 'ALTER ROLE carol LOGIN');
wait_for_status($node, $role_gone, 'SUCCEEDED', 'goes on after a long time, too');

$node->safe_psql('postgres', 'DROP DATABASE other');
$node->stop('fast');
done_testing();
