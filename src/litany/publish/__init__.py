"""What may leave the case, in what words, and can a stranger check it?"""
