"""How many are documented, on this scope?"""
