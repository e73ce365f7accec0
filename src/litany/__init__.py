"""Litany: from scattered reports of killings to figures that hold up."""

__version__ = "0.1.0"
