"""How many more are there if lists depend on each other as some decomposable graph says, and nobody knows which?"""
