"""Figures, as data that a page's script or any plotly renders."""
