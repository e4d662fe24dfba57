# pg_upgrade from an older major, where OLD_PG_CONFIG names one, in the middle of executions: they go on in the new one.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Utils;
use Test::More;
use Workload;

plan skip_all => 'no OLD_PG_CONFIG' unless $ENV{OLD_BINDIR};

# pg_upgrade looks for libraries where they are installed, so nothing is used that is staged elsewhere.
delete $ENV{TEMP_CONFIG};
my $old = cluster('old', install_path => $ENV{OLD_BINDIR} =~ s{/bin$}{}r);
my $new = cluster('new');
$_->append_conf('postgresql.conf', q(shared_preload_libraries = 'pg_asl')) for $old, $new;

$old->start;
# The other role's number is another one than a new cluster would give it.
$old->safe_psql('postgres', 'CREATE ROLE somebody; DROP ROLE somebody; CREATE ROLE alice LOGIN');
$old->safe_psql('postgres', "CREATE DATABASE $_") for qw(work first);
$old->safe_psql('work', 'CREATE EXTENSION pg_asl');
$old->safe_psql('first', q(CREATE EXTENSION pg_asl VERSION '0.1'));
for my $database (qw(work first))
{
	create_workload($old, $database);
	start_workload($old, $database, 1, 6);
	wait_for($old, 'SELECT count(*) >= 20 FROM effect', "$database: executions are under way", $database);
}
my $MACHINES = 'SELECT name, revision, definition, owner, creation_date FROM asl.state_machines ORDER BY name';
my $machines = $old->safe_psql('work', $MACHINES);
$old->stop('fast');

chdir PostgreSQL::Test::Utils::tempdir();
command_ok([ 'pg_upgrade', '--no-sync', '--old-datadir', $old->data_dir, '--new-datadir', $new->data_dir,
		'--old-bindir', $ENV{OLD_BINDIR}, '--new-bindir', $new->config_data('--bindir'),
		'--old-port', $old->port, '--new-port', $new->port, '--socketdir', $new->host ], 'pg_upgrade');

$new->start;
is($new->safe_psql('work', $MACHINES), $machines, 'the state machines are the same');
finish_workload($new, 'work', 'work');
$new->safe_psql('first', 'ALTER EXTENSION pg_asl UPDATE');
finish_workload($new, 'first', 'first');
for my $database (qw(work first))
{
	start_workload($new, $database, 100, 101);
	finish_workload($new, $database, "$database, started in the new cluster");
}

$new->stop;
done_testing();
