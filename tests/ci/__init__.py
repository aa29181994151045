"""CI services, as far as `action.yml`, the examples of docs/ci.md and `gtod ci-event` can tell them from the real."""
