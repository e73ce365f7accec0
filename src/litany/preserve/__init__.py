"""Can we prove that these are the bytes that we received, then, from there?"""
