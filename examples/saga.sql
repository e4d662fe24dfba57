-- saga.sql - what saga.asl.json needs: bookings and payments. Run it in the checkout's folder.

CREATE SCHEMA travel;
CREATE TABLE travel.booking (journey text, kind text, PRIMARY KEY (journey, kind));
CREATE TABLE travel.payment (journey text PRIMARY KEY, amount numeric CHECK (amount <= 1000));

CREATE FUNCTION travel.book(kind text, journey text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF kind = 'flight' AND journey LIKE 'to the moon%' THEN
		PERFORM asl.fail('NoFlight', 'nobody flies ' || journey);
	END IF;
	INSERT INTO travel.booking VALUES (journey, kind);
END $$;

CREATE FUNCTION travel.cancel(kind text, journey text) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	DELETE FROM travel.booking b WHERE b.journey = cancel.journey AND b.kind = cancel.kind;
END;

CREATE FUNCTION travel.pay(journey text, amount numeric) RETURNS void LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO travel.payment VALUES (journey, amount);
END;

\set definition `cat examples/saga.asl.json`
SELECT asl.create_state_machine('journey', :'definition');
