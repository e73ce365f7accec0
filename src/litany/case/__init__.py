"""The case folder: its layout, its settings, its locks, and the one door for all bytes in and out."""
