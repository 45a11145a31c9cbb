"""Sandboxed processes for a class: started once, tried out, a fresh one for each submission."""
