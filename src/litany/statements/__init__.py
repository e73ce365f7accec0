"""Who says who did what to whom, when, where, how many, and how surely?"""
