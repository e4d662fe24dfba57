# A deployment without the preloaded library: pg_cron steps executions with asl.run_pending() and starts some.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = cluster('cron');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.host = '" . $node->host . "'\n");
eval { $node->start; 1 } or plan skip_all => 'pg_cron is not installed';

$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_cron;
CREATE EXTENSION pg_asl;
CREATE TABLE tick (at timestamptz DEFAULT clock_timestamp());
SELECT asl.create_state_machine('tick', '{"StartAt": "Tick", "States": {"Tick": {"Type": "Task", "Resource": "pg:sql",
	"Parameters": {"Statement": "INSERT INTO public.tick DEFAULT VALUES"}, "End": true}}}');
SELECT asl.start_execution('tick', name => 'started-by-hand');
SELECT cron.schedule('start', '* * * * *', $$SELECT asl.start_execution('tick')$$);
SELECT cron.schedule('run', '* * * * *', 'CALL asl.run_pending()');
SQL

is($node->safe_psql('postgres', 'SELECT count(*) FROM tick'), '0', 'nothing runs without workers');
ok($node->poll_query_until('postgres', q(SELECT status = 'SUCCEEDED' FROM asl.executions WHERE name = 'started-by-hand')),
	'pg_cron runs what is pending');
ok($node->poll_query_until('postgres', q(SELECT count(*) > 0 FROM asl.executions WHERE name <> 'started-by-hand')),
	'pg_cron starts executions');
is($node->safe_psql('postgres', q(SELECT count(*) FROM asl.executions WHERE status NOT IN ('RUNNING', 'SUCCEEDED'))), '0', 'none failed');
is($node->safe_psql('postgres', 'SELECT count(*) = (SELECT count(*) FROM asl.executions WHERE status = $$SUCCEEDED$$) FROM tick'), 't',
	'every one that succeeded did its work once');
$node->stop;
done_testing();
