"""What every answer carries, and how answers are worded and compared."""
