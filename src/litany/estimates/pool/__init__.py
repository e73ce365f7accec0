"""The recommended estimate: families of models side by side, and the range that holds what all of them say."""
