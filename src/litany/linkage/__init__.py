"""Which statements speak of the same person, of the same incident, and how sure is that?"""
