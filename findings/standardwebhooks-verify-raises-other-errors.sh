#!/usr/bin/env bash
# Guess: `Webhook.verify` of Standard Webhooks' Python package raises WebhookVerificationError for every request whose
#        signature it does not accept, so a receiver catches that and answers 400.
# Truth: a `webhook-signature` without a comma ends in ValueError, and one that is no base64 in binascii.Error. A receiver
#        that catches what the package exports answers 500, which a sender takes for a fault that passes and tries again.
# Seen with standardwebhooks 1.1.0 on 2026-12-01.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check standardwebhooks==1.1.0
cat > verify.py << 'PY'
import base64, sys, time
from importlib.metadata import version
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

print("standardwebhooks", version("standardwebhooks"))
webhook = Webhook("whsec_" + base64.b64encode(b"k" * 24).decode())
raised = {}
for signature in ("v1,AAAA", "v1", "v1,A"):
    headers = {"webhook-id": "evt_1", "webhook-timestamp": str(int(time.time())), "webhook-signature": signature}
    try:
        webhook.verify("{}", headers)
    except Exception as error:
        raised[signature] = error
        print(f"{signature!r}: {type(error).__name__}: {error}")
kinds = [isinstance(error, WebhookVerificationError) for error in raised.values()]
sys.exit(kinds != [True, False, False])
PY
venv/bin/python verify.py || { echo "CHANGED"; exit 1; }
