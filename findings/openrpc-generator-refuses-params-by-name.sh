#!/usr/bin/env bash
# Guess: a client that @open-rpc/generator made of a valid OpenRPC document can call its methods, also those that take
#        params by name (`"paramStructure": "by-name"`): it has code that makes an object of the arguments.
# Truth: the arguments are validated while they are an array still, and looked up there by their names. A required param is
#        undefined therefore, and the call is refused before anything is sent, whatever is given. An optional one is not
#        validated at all. Only methods without required params can be called by name. The generator, the compiler and
#        the constructor are content.
# Seen with @open-rpc/generator 1.22.3, which pins @open-rpc/schema-utils-js 1.15.0 for its clients, on 2026-11-30.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --ignore-scripts @open-rpc/generator@1.22.3 @open-rpc/client-js@1.7.1 \
    @open-rpc/meta-schema@1.14.2 @open-rpc/schema-utils-js@1.15.0 @types/json-schema@7.0.3 @types/lodash@4.17.20 \
    @types/node@24.10.1 lodash@4.17.21 typescript@5.9.3 > npm.log
cat > openrpc.json <<'JSON'
{"openrpc": "1.2.6", "info": {"title": "shop", "version": "1.0.0"}, "methods": [
 {"name": "byName", "paramStructure": "by-name",
  "params": [{"name": "item", "required": true, "schema": {"title": "Item", "type": "string"}}],
  "result": {"name": "price", "schema": {"title": "Price", "type": "number"}}},
 {"name": "byNameOptional", "paramStructure": "by-name",
  "params": [{"name": "item", "required": false, "schema": {"title": "Item", "type": "string"}}],
  "result": {"name": "price", "schema": {"title": "Price", "type": "number"}}},
 {"name": "byPosition", "paramStructure": "by-position",
  "params": [{"name": "item", "required": true, "schema": {"title": "Item", "type": "string"}}],
  "result": {"name": "price", "schema": {"title": "Price", "type": "number"}}}]}
JSON
node_modules/.bin/open-rpc-generator generate -t client -l typescript -n shop -d ./openrpc.json -o . > log
cd client/typescript
../../node_modules/.bin/tsc --skipLibCheck
cat > ask.js <<'JAVASCRIPT'
const Shop = require('./build/index').default;
const shop = new Shop({ transport: { type: 'http', host: 'localhost', port: 80 } });
shop.rpc = { request: async ({ params }) => `sent ${JSON.stringify(params)}` }; // in place of the network
(async () => {
  for (const [method, item] of [['byPosition', 'pen'], ['byPosition', 5], ['byName', 'pen'], ['byNameOptional', 5]]) {
    const answer = await shop[method](item).catch((errors) => `refused: ${item} read as ${errors[0].receievedParam}`);
    console.log(`${method}(${JSON.stringify(item)}): ${answer}`);
  }
})();
JAVASCRIPT
echo "generator $(node -p 'require("@open-rpc/generator/package.json").version')"
node ask.js | tee seen
diff seen - << 'SEEN' || { echo "CHANGED"; exit 1; }
byPosition("pen"): sent ["pen"]
byPosition(5): refused: 5 read as 5
byName("pen"): refused: pen read as undefined
byNameOptional(5): sent {"item":5}
SEEN
