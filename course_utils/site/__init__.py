"""The course as a website: executed labs, and the pages of docs/site/, made static by Sphinx."""
