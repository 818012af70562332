"""Governing Open Models: the data as typed entries, and what is computed from them."""

from .analysis.duties import Duty, duties
from .load import DataError, KnowledgeBase, Problem, find_root, load, read
from .schema import Profile

__version__ = "0.1.0"
__all__ = ["DataError", "Duty", "KnowledgeBase", "Problem", "Profile", "__version__", "duties", "find_root", "load", "read"]
