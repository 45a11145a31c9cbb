"""From solutions/ to labs/: read a lab's source, verify it, build what students and CI get.

Imports nothing, so that the parts that need little (finding a lab, reading it) load little.
"""
