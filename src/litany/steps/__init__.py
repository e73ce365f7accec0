"""In which order do the steps run, which of them are stale, and what did they do?"""
