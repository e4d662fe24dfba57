-- shop.sql - a small shop: its role, tables and functions, and the workflow that an order goes through.

\set ON_ERROR_STOP on
SET client_min_messages = warning;

-- From scratch: this server is the demo's.
DROP EXTENSION IF EXISTS pg_asl CASCADE;
DROP SCHEMA IF EXISTS shop CASCADE;
DROP ROLE IF EXISTS shop;

CREATE EXTENSION pg_asl;
CREATE ROLE shop LOGIN;
CREATE SCHEMA shop AUTHORIZATION shop;
ALTER ROLE shop SET search_path = shop;

-- An ordinary role from here on: the workflow's tasks run with its rights.
\connect - shop

CREATE TABLE product (product text PRIMARY KEY, price numeric NOT NULL, stock int NOT NULL, first_stock int NOT NULL);
CREATE TABLE card (card text PRIMARY KEY, money numeric NOT NULL, first_money numeric NOT NULL);
CREATE TABLE orders (order_id bigint PRIMARY KEY, customer text NOT NULL, product text NOT NULL REFERENCES product,
	quantity int NOT NULL, card text NOT NULL REFERENCES card);
CREATE TABLE approval (order_id bigint REFERENCES orders, approved boolean NOT NULL);
-- Nothing here forbids to charge or to ship an order twice: the summary counts.
CREATE TABLE charge (charge_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint REFERENCES orders,
	card text REFERENCES card, amount numeric NOT NULL);
CREATE TABLE shipment (order_id bigint REFERENCES orders, charge_id bigint REFERENCES charge);

INSERT INTO product
SELECT 'product ' || n, p, s, s
FROM generate_series(1, 25) n, LATERAL (SELECT 4.99 + n * 15 AS p, CASE WHEN n % 8 = 0 THEN 70 ELSE 500 END AS s) x;
INSERT INTO card
SELECT 'card ' || n, m, m
FROM generate_series(1, 200) n, LATERAL (SELECT CASE WHEN n % 20 = 0 THEN 300 ELSE 100000 END AS m) x;

-- Takes the money from a card. It refuses with a business error, and in one of ten calls the line to the bank breaks
-- after the money was taken: then nothing of the call may stay.
CREATE FUNCTION charge_card(order_id bigint, card text, amount numeric) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	id bigint;
BEGIN
	UPDATE card c SET money = money - amount WHERE c.card = charge_card.card AND money >= amount;
	IF NOT FOUND THEN
		PERFORM asl.fail('CardDeclined', format('%s does not cover %s', card, amount));
	END IF;
	INSERT INTO charge (order_id, card, amount) VALUES (order_id, card, amount) RETURNING charge_id INTO id;
	IF random() < 0.1 THEN
		RAISE EXCEPTION 'the line to the bank is down' USING ERRCODE = 'connection_failure';
	END IF;
	RETURN id;
END $$;

\set definition `cat examples/order.asl.json`
\o /dev/null
SELECT asl.create_activity('approve-order');
SELECT asl.create_state_machine('order', :'definition');
\o
