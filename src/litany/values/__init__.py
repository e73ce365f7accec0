"""What is a name, a date, a place, a number, a harm: clean, compare, show. One small module a kind of value."""
