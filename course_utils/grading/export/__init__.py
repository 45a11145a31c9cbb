"""Tables for gradebooks: grades.csv, and those that other systems read."""
