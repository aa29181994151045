"""What somebody might try: each row of docs/security.md names its test, many of them here."""
