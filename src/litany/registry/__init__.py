"""Which statements speak of the same incident, the same person, and how well is each established?"""
