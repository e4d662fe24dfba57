-- polling.sql - what polling.asl.json needs: jobs that somebody else works on. Run it in the checkout's folder.

CREATE SCHEMA reports;
CREATE TABLE reports.job (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text, state text DEFAULT 'waiting', pages int);

CREATE FUNCTION reports.start_job(title text) RETURNS int LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO reports.job (title) VALUES (title) RETURNING id;
END;

\set definition `cat examples/polling.asl.json`
SELECT asl.create_state_machine('report', :'definition');
