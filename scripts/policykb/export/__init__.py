"""Files made from the data for use outside the site."""
