"""The records, the figure and the scope: frozen values, no behaviour beyond reading themselves."""
