"""Where are the kept records, and what may never happen to them? All SQL of the project lives in this package."""
