-- Grouping, ordering, joins and parents.
\i sql/include/jsonata_try.sql

-- grouping
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders{city: $count($)}', 'orders{city: id}', 'orders{city: $.id[]}', 'orders.lines{sku: $sum(n)}',
	'orders.lines{sku: {''n'': n, ''p'': $max(price)}}', 'orders{city: nothing}', 'orders{nothing: id}',
	'orders{id: city}', 'orders{city: id, ''Oslo'': 2}', 'nothing{city: id}', 'orders.{city: id}',
	'{''a'': 1, ''b'': orders.id}', '(orders){city: $count($)}', 'orders[0]{city: id}']) AS expression;

-- ordering
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders^(id).id', 'orders^(>id).id', 'orders^(city, >id).id', 'orders^(>city, id).id', 'orders.lines^(price).sku',
	'orders^($count(lines)).id', 'orders^(nothing).id', 'people^(<name)[0].name', 'people^(>name)[0].name',
	'orders^(lines).id', '[3, ''a'']^($)', '[true, false]^($)', '[3, 1, 2]^($)', '[''b'', ''a'']^(>$)',
	'[{''a'': 1}, {}, {''a'': 0}]^(a)', '[{''a'': 1}, {}, {''a'': 0}]^(>a)', '[1]^($)', '{''a'': 1}^(a)']) AS expression;

-- positions
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders#$i.{''i'': $i, ''id'': id}', 'orders#$i[$i > 0].id', 'orders.lines#$i.{''i'': $i, ''sku'': sku}',
	'orders[city = ''Oslo'']#$i.($i & city)', 'orders^(>id)#$i.{''i'': $i, ''id'': id}', 'orders#$i.lines#$j.[$i, $j]',
	'orders#$i^(>id)[0].$i', '$#$i.$i']) AS expression;

-- joins
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders@$o.people[id = $o.id].{''city'': $o.city, ''name'': name}', 'people@$p.orders[id = $p.id].[$p.name, city]',
	'orders@$o.people@$p[$o.id = $p.id].{$p.name: $o.city}', 'orders@$o#$i.people[id = $o.id].($i & name)',
	'people@$p.orders@$o[$p.id = $o.id].lines.{''who'': $p.name, ''what'': sku, ''order'': $o.id}',
	'orders@$o.people[id = $o.id]{name: $o.city}', 'orders@$o{$o.city: $o.id}']) AS expression;

-- parents
SELECT expression, pg_temp.try(expression, '{"name": "shop", "tags": ["x"], "none": null, "empty": [], "orders": [{"id": 1, "city": "Oslo", "lines": [{"sku": "a", "n": 2, "price": 1.5}, {"sku": "b", "n": 1, "price": 20}]}, {"id": 2, "city": "Rome", "lines": [{"sku": "a", "n": 5, "price": 1.25}]}, {"id": 3, "city": "Oslo", "lines": []}], "people": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}, {"id": 9, "name": "Cid"}]}') FROM unnest(ARRAY[
	'orders.lines.{''sku'': sku, ''order'': %.id}', 'orders.lines[%.city = ''Oslo''].sku', 'orders.lines.(%.id)',
	'orders.lines.sku.%.n', 'orders.lines.sku.%.%.city', 'orders.lines.%.%.name', 'orders.(lines.{''o'': %.id})',
	'orders.lines^(%.id, >price).{''o'': %.id, ''p'': price}', 'orders.lines{sku: %.id}',
	'orders.lines.{''s'': sku, ''all'': %.%.name}', '(orders.lines)[%.id = 2].sku']) AS expression;

-- rows that a parent operator asks for stay inside of their path: whoever else takes them gets their items
SELECT expression, pg_temp.try(expression, '{"list": [{"id": 1, "tag": "x"}]}') FROM unnest(ARRAY[
	'((list){"z": $(1)})^(>%.id)', '((list){tag: id})^(>%.id)', '(((list)[$(1)]))^(>%.id)', '((((list)[0]))^(>%.id)).id',
	'(list)[%.list] ~> function($x) { $x[0](1) }', '(list)[%.list].id', '(list#$i)[%.list].$i', 'list.(tag).%.id']) AS expression;
