"""How many people did no list document, if capture patterns follow a log-linear model of how lists depend on one another?"""
