"""How many more, if people fall into classes that lists find with different ease?"""
