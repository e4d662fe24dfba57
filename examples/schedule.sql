-- schedule.sql - pg_cron starts a workflow every night at three.

SELECT cron.schedule('nightly-report', '0 3 * * *',
	$$SELECT asl.start_execution('report', '{"title": "sales"}', 'report-' || current_date)$$);

-- Without the preloaded library there are no workers; this steps what is due once a minute instead.
SELECT cron.schedule('asl', '* * * * *', 'CALL asl.run_pending()');
