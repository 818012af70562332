"""Governing Open Models: the data as typed entries, and what is computed from them."""

from .load import DataError, KnowledgeBase, Problem, find_root, load, read

__version__ = "0.1.0"
__all__ = ["DataError", "KnowledgeBase", "Problem", "__version__", "find_root", "load", "read"]
