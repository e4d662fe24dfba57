-- Transforms change a copy.
\i sql/include/jsonata_try.sql

-- update and delete
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'$ ~> |orders.lines|{''total'': n * price}| ~> $lookup(''orders'')', 'orders ~> |lines|{}, ''price''|',
	'orders[0] ~> |$|{''city'': ''Bergen'', ''new'': true}, [''lines'']|',
	'orders[1] ~> |lines|{''n'': n + 1}, [''sku'', ''nothing'']|', 'orders[1] ~> |nothing|{''x'': 1}|',
	'($t := |lines|{''n'': 0}, ''price''|; [$t(orders[0]).lines.n, orders[0].lines.n])',
	'($ ~> |orders|{''lines'': $count(lines)}|).orders.lines', 'nothing ~> |a|{}|', '5 ~> |a|{}|',
	'orders[0] ~> |lines|5|', 'orders[0] ~> |lines|{}, 5|', 'orders[0] ~> |lines|nothing|',
	'orders[0] ~> |city|{''x'': 1}|', '($clone := 5; orders[0] ~> |lines|{}|)',
	'($clone := function($x) { {''c'': 1} }; orders[0] ~> |$|{''d'': 2}|)']) AS expression;

-- what is no part of the copy stays as it is
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'($x := {''a'': 1}; [$ ~> |$$.orders|{''b'': 2}| ~> $count(), $x])',
	'$count(($ ~> |orders|{''lines'': []}|).orders.lines)']) AS expression;
