# ALTER EXTENSION pg_asl UPDATE: what was updated is what is new, and executions go on.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Utils;
use Test::More;
use Workload;

my $node = server('upgrade');
my $version = $node->safe_psql('postgres', q(SELECT extversion FROM pg_extension WHERE extname = 'pg_asl'));
$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN');

# Everything that the extension consists of in that database, as SQL, but for numbers that say nothing.
sub listing
{
	my ($database) = @_;
	my ($dump) = run_command([ 'pg_dump', '--binary-upgrade', '--schema-only', $node->connstr($database) ]);
	$dump =~ s/^(SELECT pg_catalog\.binary_upgrade_\w+\(|SET relfrozenxid|WHERE oid = |\\(un)?restrict ).*\n//mg;
	# Settings of a table have no order of their own.
	$dump =~ s/^WITH \((.*)\);$/'WITH (' . join(', ', sort split(m{, }, $1)) . ');'/mge;
	my $saved = $node->safe_psql($database, <<'SQL');
SELECT tables.name::regclass, tables.condition
  FROM pg_extension, unnest(extconfig, extcondition) AS tables(name, condition)
 WHERE extname = 'pg_asl' ORDER BY tables.name::regclass::text
SQL
	return "$dump\n$saved\n";
}

# Lines of one text that the other does not have.
sub lines_missing
{
	my ($in, $of) = @_;
	my %there = map { $_ => 1 } split /\n/, $in;
	return join "\n", grep { !$there{$_} } split /\n/, $of;
}

$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', 'CREATE EXTENSION pg_asl');
my $fresh = listing('fresh');
my @versions = split /\n/, $node->safe_psql('postgres',
	"SELECT source FROM pg_extension_update_paths('pg_asl') WHERE target = '$version' AND path IS NOT NULL ORDER BY 1");
is($versions[0], '0.1', 'the first version can be installed');
for my $old (@versions)
{
	my $database = "from_$old" =~ s/\W/_/gr;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION pg_asl VERSION '$old'; ALTER EXTENSION pg_asl UPDATE");
	my $updated = listing($database);
	is(lines_missing($fresh, $updated), '', "$old: an update leaves nothing that a new installation does not have");
	is(lines_missing($updated, $fresh), '', "$old: a new installation has nothing that an update does not bring");
	$node->safe_psql('postgres', "DROP DATABASE $database");
}

# ---- executions go on ----

# From here on in the oldest version.
$node->safe_psql('postgres', 'CREATE DATABASE work');
$node->safe_psql('work', "CREATE EXTENSION pg_asl VERSION '$versions[0]'");
create_workload($node, 'work');

# Some steps more have been made.
sub wait_for_progress
{
	my ($name) = @_;
	my $done = $node->safe_psql('work', 'SELECT count(*) FROM effect');
	wait_for($node, "SELECT count(*) >= $done + 8 FROM effect", "$name: executions are under way", 'work');
}

start_workload($node, 'work', 1, 4);
finish_workload($node, 'work', 'the library with the old tables');

start_workload($node, 'work', 5, 12);
wait_for_progress('before a rollback');
$node->safe_psql('work', 'BEGIN; ALTER EXTENSION pg_asl UPDATE; ROLLBACK');
wait_for_progress('after a rollback');

# The server dies while a session is about to commit the update.
start_workload($node, 'work', 13, 20);
my $session = $node->background_psql('work');
$session->query_safe('BEGIN');
$session->query_safe('ALTER EXTENSION pg_asl UPDATE');
$node->stop('immediate');
eval { $session->quit };
$node->start;
is($node->safe_psql('work', q(SELECT extversion FROM pg_extension WHERE extname = 'pg_asl')), $versions[0], 'the crash undoes the update');
wait_for_progress('after a crash');

start_workload($node, 'work', 21, 28);
wait_for_progress('before the update');
my $worker = worker_pid($node, q(datname = 'work'));
kill 'KILL', $worker if $worker;
$node->poll_query_until('work', 'SELECT true') or die 'the server does not come back';
$node->safe_psql('work', 'ALTER EXTENSION pg_asl UPDATE');
is($node->safe_psql('work', q(SELECT extversion FROM pg_extension WHERE extname = 'pg_asl')), $version, 'updated while executions run');
$node->stop('immediate');
$node->start;
start_workload($node, 'work', 29, 32);
finish_workload($node, 'work', 'the update');

$node->stop;
done_testing();
