"""How many are documented, on this scope, by the written rules (docs/counting-rules.md)?"""
